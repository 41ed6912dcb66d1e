// The order of raised hands: first raised, first to speak (S-3). Pure.

/** @typedef {import('../core/wire.js').Seat} Seat */

/**
 * @param {Seat[]} seats
 * @returns {{next: Seat|null, then: Seat[]}} then: at most the three after next
 */
export function queue(seats) {
  const hands = seats.filter((s) => s.hand).sort((a, b) => (a.hand ?? 0) - (b.hand ?? 0) || a.seat - b.seat);
  return { next: hands[0] ?? null, then: hands.slice(1, 4) };
}
