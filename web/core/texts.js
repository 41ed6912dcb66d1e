import { batch, signal } from '@preact/signals';

/**
 * What others wrote, while this page shows it: in memory only, bounded, and
 * gone when the view it belongs to goes. Nothing of it is ever asked for again.
 *
 * @typedef {object} Said
 * @property {number} key of this page, so that a list can be drawn
 * @property {'group'|'staff'|'help'|'answer'|'caption'|'card'|'reason'} kind
 * @property {number} seat -1 where nobody is named
 * @property {string} [name]
 * @property {number} [guest] who in the waiting room it is about
 * @property {string} text
 * @property {number} at Unix ms
 * @property {boolean} [hosts] of facilitators' words: technical helpers read them too
 */

/** How many of each are kept; the oldest goes first. */
const KEPT = { group: 60, staff: 60, help: 60, caption: 12, card: 30, reason: 1 };

/** No text of ours is longer; what a server sends beyond it is not shown. */
const LETTERS = 1200;

/** @typedef {keyof typeof KEPT} Shelf */

/** @type {Record<Shelf, import('@preact/signals').Signal<Said[]>>} */
export const texts = {
  /** To everybody in the circle (S-27). */ group: signal([]),
  /** Among facilitators (S-8). */ staff: signal([]),
  /** From the waiting room, and the answers (S-7). */ help: signal([]),
  /** From a captioner (S-15). */ caption: signal([]),
  /** Kind words, to the one who leaves (C-8). */ card: signal([]),
  /** Why one's part ends: a preset (S-22). */ reason: signal([]),
};

let count = 0;

/**
 * Puts a text on its shelf; a kind this page does not know is left out.
 * @param {{[key: string]: any}} message
 */
export function hear({ kind, seat, guest, name, text, at, hosts }) {
  const shelf = /** @type {Shelf} */ (kind === 'answer' ? 'help' : kind);
  if (!Object.hasOwn(texts, shelf) || typeof text !== 'string' || text === '') return;
  /** @type {Said} */
  const said = { key: ++count, kind, seat: Number(seat ?? -1), name, guest, text: text.slice(0, LETTERS), at: Number(at) || 0, ...(hosts === true && { hosts }) };
  const box = texts[shelf];
  box.value = [...box.value, said].slice(-KEPT[shelf]);
}

/**
 * After a change of the view: another place has other texts. What somebody in
 * the waiting room wrote goes when they do.
 * @param {import('./wire.js').View|null} before
 * @param {import('./wire.js').View|null} after
 */
export function tidy(before, after) {
  if (!before || !after) return;
  if (before.you.stage !== after.you.stage) forget(['group', 'staff', 'help', 'caption']);
  if (before.waiting === after.waiting) return;
  const here = new Set(after.waiting.map((g) => g.id));
  const kept = texts.help.value.filter((said) => said.guest === undefined || here.has(said.guest));
  if (kept.length !== texts.help.value.length) texts.help.value = kept;
}

/** @param {Shelf[]} [shelves] all of them when left out */
export function forget(shelves = /** @type {Shelf[]} */ (Object.keys(texts))) {
  batch(() => { for (const shelf of shelves) texts[shelf].value = []; });
}
