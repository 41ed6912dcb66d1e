// Whose turn it is, as each person may know it. A pass is not among it: to the
// page it is a turn like any other (M-C6). Pure.

/** @typedef {import('../core/wire.js').Round} Round */
/** @typedef {import('../core/wire.js').Seat} Seat */
/** @typedef {import('../core/wire.js').You} You */

/**
 * What a seat is in the round.
 * @param {Round|null} round
 * @param {number} seat
 * @returns {'now'|'next'|null}
 */
export function turnOf(round, seat) {
  if (!round) return null;
  return round.current === seat ? 'now' : round.next === seat ? 'next' : null;
}

/**
 * The names of the round; '' for nobody, or for a seat that is empty just now.
 * @param {Round} round
 * @param {Seat[]} seats
 */
export function turnNames(round, seats) {
  const name = (/** @type {number} */ seat) => seats.find((s) => s.seat === seat)?.name ?? '';
  return { now: name(round.current), next: name(round.next), lent: name(round.lent), leaver: name(round.for) };
}

/**
 * What this person may do about the turn: take their own, or pass it on for the
 * group.
 * @param {Round|null} round
 * @param {Pick<You, 'seat'|'role'>|null} you
 * @returns {'own'|'lead'|null}
 */
export function turnPart(round, you) {
  if (!round || !you || you.seat < 0) return null;
  if (round.current === you.seat) return 'own';
  return you.role === 'facilitator' || round.lent === you.seat ? 'lead' : null;
}

/**
 * The turn in one sentence, as a key of the catalogue with what it needs.
 * @param {Round} round
 * @param {Seat[]} seats
 * @param {number} own this viewer's seat
 * @returns {{key: 'turn.own'|'turn.own.next'|'turn.yours.next'|'turn.now'|'turn.now.next', params: {name: string, next: string}}}
 */
export function turnSentence(round, seats, own) {
  const { now, next } = turnNames(round, seats);
  const params = { name: now, next };
  if (round.current === own) return { key: next ? 'turn.own.next' : 'turn.own', params };
  if (round.next === own) return { key: 'turn.yours.next', params };
  return { key: next ? 'turn.now.next' : 'turn.now', params };
}
