/**
 * Leaving so that nothing of the room stays on the screen (M-S1). Everything
 * here happens in one go, before the next page is asked for, so it works
 * without a network too. The history entry of this page is replaced: Back does
 * not show it. It does not erase the browser's history; the page says so (M-S2).
 */

/** Where we go when the clinic's configuration has not been read: nowhere. */
export const NOWHERE = 'about:blank';

/**
 * @typedef {object} Page what is left behind
 * @property {{title: string, documentElement: {replaceChildren(): void}}} document
 * @property {{clear(): void}|null} storage
 * @property {{replace(url: string): void}} location
 */

/**
 * Blanks the page, empties its storage and goes.
 * @param {Page} page
 * @param {string} to
 */
export function vanish(page, to) {
  page.document.title = '';
  page.document.documentElement.replaceChildren();
  try {
    page.storage?.clear();
  } catch {
    // Storage is forbidden here, so nothing is in it.
  }
  page.location.replace(to);
}

/** Three presses of Shift alone within this time leave quickly. */
export const WINDOW_MS = 5000;
export const PRESSES = 3;

/** Counts presses of the Shift key by itself. Capital letters, shortcuts and typing in a field do not count. */
export class ShiftCount {
  constructor() {
    /** @type {number[]} */
    this.presses = [];
    this.alone = false;
  }

  /** @param {string} key @param {boolean} writing a text field has the focus */
  down(key, writing) {
    this.alone = key === 'Shift' && !writing;
    if (!this.alone) this.presses = [];
  }

  /**
   * How many presses count now.
   * @param {string} key
   * @param {number} now ms
   */
  up(key, now) {
    if (key === 'Shift' && this.alone) this.presses.push(now);
    this.alone = false;
    return this.count(now);
  }

  /** @param {number} now */
  count(now) {
    this.presses = this.presses.filter((at) => now - at < WINDOW_MS);
    return this.presses.length;
  }
}

/** Whether keys pressed now go into a text. @param {Element|null} element */
export function isWriting(element) {
  if (!element) return false;
  if (element.matches('textarea, select, [contenteditable=""], [contenteditable="true"]')) return true;
  return element.matches('input') && !element.matches('[type=checkbox], [type=radio], [type=button], [type=range], [type=submit]');
}
