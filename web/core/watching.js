/**
 * Tells the server what this viewer watches (`watch`): only what changed, after
 * it has come to rest, and again when the server may have forgotten.
 *
 * @typedef {{large: number[], pinned: number[], saver: boolean}} Wish
 */

/** How long a wish has to stay the same before it is told, ms. */
export const REST_MS = 300;

/** After a refusal: the server was busy, ms. */
export const RETRY_MS = 3000;

export class Watching {
  /**
   * @param {object} setup
   * @param {(wish: Wish) => Promise<any>} setup.send
   * @param {import('./link.js').Clock} setup.clock
   */
  constructor({ send, clock }) {
    this.send = send;
    this.clock = clock;
    this.told = ''; // what the server knows, '' when that is uncertain
    this.wish = '';
    this.may = false;
    this.timer = /** @type {any} */ (null);
  }

  /**
   * @param {Wish} wish
   * @param {boolean} may whether the server listens: somebody sits in the circle
   */
  set({ large, pinned, saver }, may) {
    const wish = JSON.stringify({ large: [...large].sort((a, b) => a - b), pinned, saver });
    if (wish === this.wish && may === this.may) return;
    this.wish = wish;
    this.may = may;
    this.soon(REST_MS);
  }

  /** The server knows nothing of us any more, or what a page before this one wished. */
  forgotten() {
    this.told = '';
    this.soon(REST_MS);
  }

  /** @param {number} ms */
  soon(ms) {
    this.clock.cancel(this.timer);
    this.timer = this.clock.after(() => this.tell(), ms);
  }

  tell() {
    if (!this.may || this.wish === this.told || this.wish === '') return;
    const wish = this.told = this.wish;
    this.send(JSON.parse(wish)).catch((refusal) => {
      if (this.told === wish) this.told = '';
      if (refusal?.code === 'busy' || refusal?.code === 'retry') this.soon(RETRY_MS);
    });
  }
}
