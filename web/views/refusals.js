// Where a refused knock leads (NEEDS 4.6): to what can be mended here, or to a
// page that says why. Pure.
import { en } from '../text/en.js';

/** @typedef {import('../text/en.js').Key} Key */

/**
 * @typedef {{at: 'name', trouble: Key} | {at: 'rules'} | {at: 'state'} | {at: 'here', words: Key}} Turn
 */

/** Refusals with a page of their own. What ends the link has its page anyway. */
const pages = ['full', 'waiting_full', 'removed', 'declined', 'not_on_roster', 'not_allowed'];

/**
 * Only what is wrong with the name leads back to it.
 * @param {string} code
 * @returns {Turn}
 */
export function turn(code) {
  const trouble = nameWords(code);
  if (trouble) return { at: 'name', trouble };
  if (code === 'rules_changed') return { at: 'rules' };
  return pages.includes(code) ? { at: 'state' } : { at: 'here', words: wordsFor(code) };
}

/**
 * The sentence for a name the server did not take; null for every other code.
 * @param {string} code
 * @returns {Key|null}
 */
export function nameWords(code) {
  const key = `name.${code}`;
  return code.startsWith('name_') && key in en ? /** @type {Key} */ (key) : null;
}

/**
 * The sentence for a refusal of a command, or of a browser that has no device
 * for us.
 * @param {string} code
 * @returns {Key}
 */
export function wordsFor(code) {
  if (code.startsWith('mic_')) return 'code.mic';
  if (code.startsWith('camera_')) return 'check.nocamera';
  const key = `code.${code}`;
  return key in en ? /** @type {Key} */ (key) : 'code.other';
}
