// The words in the middle of the circle: what the group is doing now comes
// before who would like to speak, and that before who speaks. Pure.
import { queue } from './queue.js';
import { turnSentence } from './turn.js';

/** @typedef {import('../core/wire.js').View} View */
/** @typedef {import('../text/t.js').Key} Key */
/** @typedef {import('../text/t.js').Plural} Plural */
/** @typedef {{key: Key|Plural, params?: import('../text/t.js').Params}} Words */

/**
 * @typedef {object} Lines
 * @property {Words|null} top soft, above
 * @property {Words|{text: string}} main
 * @property {Words|null} below soft
 */

/**
 * @param {View} view
 * @param {{speaker: string, quiet: string|null, roomy: boolean}} now speaker: a name, or ''; quiet: the time left, as it is written; roomy: whether a card has room here
 * @returns {Lines}
 */
export function middleWords(view, { speaker, quiet, roomy }) {
  const main = first(view, { speaker, quiet, roomy });
  const turn = view.round && !('key' in main && main.key.startsWith('turn.')) ? turnSentence(view.round, view.seats, view.you.seat) : null;
  return { top: step(view), main, below: turn ?? (view.round ? null : hands(view)) };
}

/** @param {View} view @returns {Words} */
function step({ session, seats }) {
  const here = seats.filter((s) => s.state !== 'stepped_out').length;
  return session ? { key: `step.${session.at}` } : { key: 'circle.here', params: { n: here } };
}

/**
 * @param {View} view
 * @param {{speaker: string, quiet: string|null, roomy: boolean}} now
 * @returns {Words|{text: string}}
 */
function first({ middle, round, seats, you }, { speaker, quiet, roomy }) {
  if (middle?.quiet && quiet) return { key: `quiet.${middle.quiet.kind}`, params: { time: quiet } };
  if (middle?.prompt && roomy) return { text: middle.prompt };
  if (round) return turnSentence(round, seats, you.seat);
  const { next } = queue(seats);
  if (next) return next.seat === you.seat ? { key: 'circle.hand.you' } : { key: 'circle.hand', params: { name: next.name } };
  return speaker ? { key: 'circle.speaking', params: { name: speaker } } : { key: 'circle.quiet' };
}

/** Who comes after the first hand. @param {View} view @returns {Words|null} */
function hands({ seats }) {
  const { then } = queue(seats);
  return then.length > 0 ? { key: 'circle.queue', params: { names: then.map((s) => s.name).join(', ') } } : null;
}
