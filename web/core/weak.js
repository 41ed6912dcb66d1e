import { signal } from '@preact/signals';

/**
 * When to speak of a weak connection: not for a moment of it, and not with every
 * turn of it. The tiles say at once which pictures are paused; this is the one
 * sentence that says why.
 */

/** It has been weak for so long before it is said, ms. */
export const SAY_MS = 2000;

/** It has been well for so long before the words go, ms. */
export const REST_MS = 6000;

/** After so long without it, it is news again to somebody who put the words away, ms. */
export const NEWS_MS = 5 * 60_000;

export class Weak {
  /** @param {import('./link.js').Clock} clock */
  constructor(clock) {
    this.clock = clock;
    /** @type {import('@preact/signals').Signal<boolean>} */
    this.said = signal(false);
    this.spell = 0; // which weak spell this is
    this.now = false;
    this.ended = -Infinity;
    this.timer = /** @type {any} */ (null);
  }

  /** @param {boolean} weak whether a picture is paused for it now */
  told(weak) {
    if (weak === this.now) return;
    this.now = weak;
    this.clock.cancel(this.timer);
    if (weak !== this.said.value) this.timer = this.clock.after(() => this.turn(weak), weak ? SAY_MS : REST_MS);
  }

  /** @param {boolean} weak */
  turn(weak) {
    const now = this.clock.now();
    if (weak && now - this.ended >= NEWS_MS) this.spell++;
    if (!weak) this.ended = now;
    this.said.value = weak;
  }

  stop() {
    this.clock.cancel(this.timer);
  }
}
