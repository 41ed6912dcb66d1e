// Seats a facilitator should look after, the most worrying first (M-F11). Pure.

/** @typedef {import('../core/wire.js').Seat} Seat */

/**
 * @typedef {{seat: Seat, why: 'support'|'lost'|'back'|'side'|'out'|'goodbye'|'video'|'rename', plan: boolean}} Care plan: time to follow the safety plan
 */

/** After this long without a connection the safety plan is due, in milliseconds. */
const PLAN_AFTER = 120_000;

const order = { support: 0, lost: 1, back: 2, side: 3, out: 4, goodbye: 5, video: 6, rename: 7 };

/**
 * @param {Seat[]} seats
 * @param {number} now Unix ms
 * @returns {Care[]}
 */
export function care(seats, now) {
  const found = seats.filter((s) => s.role !== 'facilitator' || s.state === 'lost').flatMap((seat) => reasons(seat).map((why) => ({ seat, why, plan: why === 'lost' && lostFor(seat, now) >= PLAN_AFTER })));
  return found.sort((a, b) => order[a.why] - order[b.why] || a.seat.seat - b.seat.seat);
}

/**
 * @param {Seat} seat
 * @returns {Care['why'][]}
 */
function reasons(seat) {
  /** @type {Care['why'][]} */
  const found = [];
  if (seat.support) found.push('support');
  if (seat.state === 'lost') found.push('lost');
  if (seat.back) found.push('back');
  else if (seat.side) found.push('side');
  else if (seat.state === 'stepped_out') found.push('out');
  if (seat.goodbye) found.push('goodbye');
  if (seat.ask_video && seat.video_held) found.push('video');
  if (seat.rename) found.push('rename');
  return found;
}

/**
 * @param {Seat} seat
 * @param {number} now
 */
function lostFor(seat, now) {
  return seat.since ? now - seat.since : 0;
}
