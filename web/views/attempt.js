// Asks for something and says kindly when it could not be.
import { signal } from '@preact/signals';
import { over } from '../core/session.js';
import { wordsFor } from './refusals.js';

/** @typedef {import('../text/en.js').Key} Key */

/** The short word at the bottom of the screen. */
export const toast = signal(/** @type {Key|null} */ (null));

/** How long the word stays, in milliseconds. */
const STAYS = 5000;

let timer = 0;

/**
 * @param {Key} key
 */
export function say(key) {
  toast.value = key;
  clearTimeout(timer);
  timer = window.setTimeout(() => { toast.value = null; }, STAYS);
}

/**
 * Waits for a command; a refusal becomes a sentence. Resolves to the answer, or
 * to null after a refusal.
 * @template T
 * @param {Promise<T>} asked
 * @returns {Promise<T|null>}
 */
export async function attempt(asked) {
  try {
    return await asked;
  } catch (refusal) {
    if (over.value === null) say(wordsFor(codeOf(refusal))); // after the end its own page says why
    return null;
  }
}

/**
 * The code of a refused command.
 * @param {unknown} refusal
 * @returns {string}
 */
export function codeOf(refusal) {
  const code = /** @type {{code?: unknown}} */ (refusal ?? {}).code;
  return typeof code === 'string' ? code : 'other';
}
