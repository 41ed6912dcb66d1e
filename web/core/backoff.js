/** Delays between attempts: 0.5 s, doubling up to 8 s, each scattered down to its half so that a room does not come back at one instant. */
export class Backoff {
  /** @param {() => number} random 0 up to 1 */
  constructor(random) {
    this.random = random;
    this.tries = 0;
  }

  /** Milliseconds to wait before the next attempt. */
  next() {
    const full = Math.min(8000, 500 * 2 ** this.tries);
    this.tries++;
    return Math.round(full * (0.5 + this.random() / 2));
  }

  reset() {
    this.tries = 0;
  }
}
