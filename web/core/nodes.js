/**
 * The servers this session can be at: the one the page is from, and those it
 * was told of (signaling/PROTOCOL.md, section 3).
 */
export class Nodes {
  /** @type {string[]} origins of the others */
  others = [];

  /** One that is down now may be up when it is needed: none is forgotten. @param {string[]} [origins] */
  add(origins = []) {
    this.others = [...new Set([...this.others, ...origins])];
  }

  /** How many there are. @param {string} here the page's origin */
  count(here) {
    return this.all(here).length;
  }

  /** Each once: a page may be from one of those it is told of. @param {string} here */
  all(here) {
    return [...new Set([here, ...this.others])];
  }

  /**
   * Where to connect.
   * @param {string} here the page's origin
   * @param {number} server which of all, in turn; 0 is where the page is from
   */
  socket(here, server) {
    const all = this.all(here);
    const url = new URL('/ws', all[server % all.length]);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    return url.href;
  }
}
