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

  /**
   * Where to connect.
   * @param {string} here the page's origin
   * @param {number} server which of all, in turn; 0 is where the page is from
   */
  socket(here, server) {
    const url = new URL('/ws', [here, ...this.others][server % (this.others.length + 1)]);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    return url.href;
  }
}
