// What a screen reader says about the session itself: the step, the turn, the
// middle of the circle. One message for each event, and none for a pass beyond
// whose turn it is now (M-C6). Pure.
import { t } from '../text/t.js';
import { turnNames } from './turn.js';

/** @typedef {import('../core/wire.js').View} View */
/** @typedef {import('./announce.js').Message} Message */

/**
 * @param {View} before
 * @param {View} after
 * @returns {Message[]}
 */
export function flowNews(before, after) {
  return [...step(before, after), ...turn(before, after), ...middle(before, after)];
}

/**
 * @param {View} before
 * @param {View} after
 * @returns {Message[]}
 */
function step({ session: was }, { session: is }) {
  return was && is && was.at !== is.at ? [{ key: 'say.step', params: { step: t(`step.${is.at}`) } }] : [];
}

/**
 * @param {View} before
 * @param {View} after
 * @returns {Message[]}
 */
function turn({ round: was }, { round: is, seats, you }) {
  if (!is) return was ? [{ key: 'say.round.over' }] : [];
  if (was && was.current === is.current && was.kind === is.kind) return led(was, is, you);
  const { now: name, next } = turnNames(is, seats);
  if (is.current === you.seat) return [{ key: 'say.turn.you' }];
  if (is.next === you.seat) return [{ key: 'say.turn.yours', params: { name } }];
  return [next ? { key: 'say.turn.next', params: { name, next } } : { key: 'say.turn', params: { name } }];
}

/**
 * @param {import('../core/wire.js').Round} was
 * @param {import('../core/wire.js').Round} is
 * @param {import('../core/wire.js').You} you
 * @returns {Message[]}
 */
function led(was, is, you) {
  if (was.lent === is.lent) return [];
  return is.lent === you.seat ? [{ key: 'say.lent' }] : was.lent === you.seat ? [{ key: 'say.lent.back' }] : [];
}

/**
 * @param {View} before
 * @param {View} after
 * @returns {Message[]}
 */
function middle({ middle: was = {} }, { middle: is = {} }) {
  /** @type {Message[]} */
  const said = [];
  if (is.prompt && is.prompt !== was.prompt) said.push({ key: 'say.prompt', params: { text: is.prompt } });
  if (is.note && is.note !== was.note) said.push({ key: 'say.note' });
  if (is.quiet?.ends !== was.quiet?.ends) said.push({ key: is.quiet ? `say.quiet.${is.quiet.kind}` : 'say.quiet.over' });
  return said;
}
