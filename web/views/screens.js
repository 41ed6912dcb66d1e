// Which screen is shown: a pure function of what the page knows.
import { stateOf } from './states.js';

/** @typedef {import('./states.js').StateName} StateName */

/**
 * @typedef {object} Facts
 * @property {import('../core/session.js').Status} status
 * @property {string|null} over the code, when it is final
 * @property {number|null} waitUntil
 * @property {string|null} refused the code of a refused knock
 * @property {import('../core/wire.js').View|null} view
 */

/**
 * @typedef {{at: 'state', state: StateName} | {at: 'join'} | {at: 'waiting', variant: 'waiting'|'locked'|'out'} | {at: 'circle'} | {at: 'door'}} Screen
 */

/**
 * Whoever opens a link that is shut, and was not in the group just now, may
 * have said goodbye or have been removed: the words fit both.
 * @param {Facts} facts
 * @returns {Screen}
 */
export function screen({ status, over, waitUntil, refused, view }) {
  if (over === 'removed' && !view) return state('closed');
  if (over !== null) return state(stateOf(over));
  if (status === 'over') return state('trouble');
  if (status === 'lost') return state('lost');
  if (refused !== null) return state(stateOf(refused));
  if (!view) return state(waitUntil === null ? 'boot' : 'restart');
  return inside(status, view);
}

/**
 * The closed-door words are for those who came to it closed: whoever knocked
 * before the lock waits as before, and an opened door is closed to nobody.
 *
 * Once inside, a dropped connection keeps the circle on the screen, as the
 * pictures often go on. Elsewhere there is nothing to keep.
 * @param {Facts['status']} status
 * @param {import('../core/wire.js').View} view
 * @returns {Screen}
 */
function inside(status, { you, room }) {
  if (you.stage === 'seated') return { at: 'circle' };
  if (status === 'reconnecting') return state('reconnect');
  if (you.stage === 'door') return { at: 'door' };
  if (you.stage === 'stepped_out') return { at: 'waiting', variant: 'out' };
  if (you.stage === 'waiting') return { at: 'waiting', variant: you.late && room.locked ? 'locked' : 'waiting' };
  return { at: 'join' };
}

/**
 * @param {StateName} name
 * @returns {Screen}
 */
function state(name) {
  return { at: 'state', state: name };
}
