/** A level from here on is speech (linear, 0 to 1, as browsers report RFC 6464 levels). */
export const SPEECH = 0.02;

/** The ring stays so long after the last sound, so that it does not flicker between words. */
export const LINGER_MS = 700;

/** Who speaks, smoothed: pure, told levels and the time. */
export class Speaking {
  constructor() {
    /** @type {Map<number, number>} seat -> when last heard */
    this.heard = new Map();
  }

  /**
   * @param {number} seat
   * @param {number} level 0 to 1
   * @param {number} now ms
   */
  level(seat, level, now) {
    if (level >= SPEECH) this.heard.set(seat, now);
  }

  /** A seat that has another person now, or none, is silent. @param {number} seat */
  forget(seat) {
    this.heard.delete(seat);
  }

  /**
   * The seats that speak. The same set object as before when nothing changed.
   * @param {number} now
   * @param {Set<number>} before
   */
  at(now, before) {
    const seats = [...this.heard].filter(([, at]) => now - at <= LINGER_MS).map(([seat]) => seat);
    const same = seats.length === before.size && seats.every((seat) => before.has(seat));
    return same ? before : new Set(seats);
  }
}
