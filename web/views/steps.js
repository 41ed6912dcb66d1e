// The steps of a session and how they follow each other (M-T1). Pure.

/** @typedef {import('../core/wire.js').Step} Step */

/** The steps that can be planned, in their usual order. @type {readonly Step[]} */
export const planned = ['opening', 'topic', 'sharing', 'processing', 'closing'];

/**
 * The step after this one; null after the last. A step that is no longer of the
 * order is followed by the one that would have come.
 * @param {{at: Step, order: Step[]}} flow
 * @returns {Step|null}
 */
export function nextStep({ at, order }) {
  if (at === 'winddown') return null;
  if (at === 'arrival') return order[0] ?? 'winddown';
  const here = order.indexOf(at);
  if (here >= 0) return order[here + 1] ?? 'winddown';
  return order.find((step) => planned.indexOf(step) > planned.indexOf(at)) ?? 'winddown';
}

/**
 * The order with a step moved one place to the front.
 * @param {Step[]} order
 * @param {Step} step
 * @returns {Step[]}
 */
export function earlier(order, step) {
  const at = order.indexOf(step);
  if (at <= 0) return order;
  return [...order.slice(0, at - 1), step, order[at - 1], ...order.slice(at + 1)];
}

/**
 * The order with a step taken out, or put back at its usual place. The last one
 * stays: a session has a step.
 * @param {Step[]} order
 * @param {Step} step
 * @returns {Step[]}
 */
export function toggled(order, step) {
  if (order.includes(step)) return order.length > 1 ? order.filter((s) => s !== step) : order;
  const after = order.findIndex((s) => planned.indexOf(s) > planned.indexOf(step));
  return after < 0 ? [...order, step] : [...order.slice(0, after), step, ...order.slice(after)];
}
