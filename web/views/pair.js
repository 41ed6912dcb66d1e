// A pinned support seat and whoever speaks, large and side by side (M-X4). The
// circle keeps its order in the rest of the stage. Pure.

/** @typedef {import('./layout.js').Rect} Rect */
/** @typedef {import('../core/wire.js').Seat} Seat */

/** What the large pictures take of the longer side of the stage. */
const SHARE = { wide: 0.36, tall: 0.34 };

/** Hands need width: of a row the pinned pictures take this much more than the speaker's. */
const WEIGHT = 1.6;

/**
 * Divides the stage: large pictures at its start on a wide one, on top of a tall one.
 * @param {number} width
 * @param {number} height
 * @param {number} pins 0 to 2
 * @param {number} [gap]
 * @returns {{large: Rect[], circle: Rect}} large: one for each pin, then the speaker's
 */
export function divide(width, height, pins, gap = width < 600 ? 5 : 12) {
  if (pins === 0) return { large: [], circle: { x: 0, y: 0, w: width, h: height } };
  return width > height ? beside(width, height, pins, gap) : above(width, height, pins, gap);
}

/**
 * @param {number} width
 * @param {number} height
 * @param {number} pins
 * @param {number} gap
 */
function beside(width, height, pins, gap) {
  const w = width * SHARE.wide;
  const room = height - gap * pins;
  const h = Math.min(room / (pins + 1), w);
  const top = (height - h * (pins + 1) - gap * pins) / 2;
  const large = Array.from({ length: pins + 1 }, (_, i) => ({ x: 0, y: top + i * (h + gap), w, h }));
  return { large, circle: { x: w + gap, y: 0, w: width - w - gap, h: height } };
}

/**
 * @param {number} width
 * @param {number} height
 * @param {number} pins
 * @param {number} gap
 */
function above(width, height, pins, gap) {
  const unit = (width - gap * pins) / (pins * WEIGHT + 1);
  const h = Math.min(height * SHARE.tall, unit * WEIGHT * 0.8);
  const large = Array.from({ length: pins + 1 }, (_, i) => ({ x: i * (unit * WEIGHT + gap), y: 0, w: i < pins ? unit * WEIGHT : unit, h }));
  return { large, circle: { x: 0, y: h + gap, w: width, h: height - h - gap } };
}

/**
 * Who is in the speaker's place: whoever speaks alone, else who was there, else
 * a facilitator. Never oneself, and never somebody who is pinned anyway.
 * @param {Seat[]} seats
 * @param {Set<number>} speaking
 * @param {{before: number, own: number, pins: number[]}} who before: the seat of until now, -1 for none
 * @returns {number} a seat, -1 for nobody
 */
export function speakerSeat(seats, speaking, { before, own, pins }) {
  const others = seats.filter((s) => s.seat !== own && !pins.includes(s.seat) && s.state === 'here');
  const loud = others.filter((s) => s.mic && speaking.has(s.seat));
  if (loud.some((s) => s.seat === before)) return before;
  if (loud.length > 0) return loud[0].seat;
  if (others.some((s) => s.seat === before)) return before;
  return (others.find((s) => s.role === 'facilitator') ?? others[0])?.seat ?? -1;
}
