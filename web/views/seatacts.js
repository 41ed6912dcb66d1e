// What a facilitator may do about a seat, in escalation order (NEEDS 4.4). A
// facilitator can only ask another one to mute (M-F9). Pure.

/**
 * @typedef {'lower'|'ask'|'mute'|'unhold'|'stop'|'give'|'out'|'back'|'remove'} SeatAct
 */

/**
 * @param {import('../core/wire.js').Seat} seat
 * @returns {SeatAct[]}
 */
export function seatActs(seat) {
  if (seat.role === 'facilitator') return ['ask'];
  /** @type {SeatAct[]} */
  const acts = [];
  if (seat.hand) acts.push('lower');
  if (seat.state === 'stepped_out') return [...acts, 'back', 'remove'];
  if (!seat.mic_held) acts.push('ask');
  acts.push(seat.mic_held ? 'unhold' : 'mute', seat.video_held ? 'give' : 'stop', 'out', 'remove');
  return acts;
}
