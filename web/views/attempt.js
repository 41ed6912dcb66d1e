// Asks for something and says kindly when it could not be.
import { signal } from '@preact/signals';
import { over } from '../core/session.js';
import { en } from '../text/en.js';

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
