// Telephone numbers and mail addresses in the clinic's own texts, so that one
// tap calls. Pure.

/** @typedef {{text: string, href?: string}} Piece */

const reachable = /([\w.+-]+@[\w-]+\.[\w.-]*\w)|(\+?\d[\d ()/-]*\d)/g;

/**
 * Cuts a text into plain pieces and pieces one can tap.
 * @param {string} text
 * @returns {Piece[]}
 */
export function pieces(text) {
  /** @type {Piece[]} */
  const found = [];
  let end = 0;
  for (const match of text.matchAll(reachable)) {
    if (match.index > end) found.push({ text: text.slice(end, match.index) });
    found.push({ text: match[0], href: match[1] ? `mailto:${match[1]}` : `tel:${match[0].replace(/[^\d+]/g, '')}` });
    end = match.index + match[0].length;
  }
  if (end < text.length) found.push({ text: text.slice(end) });
  return found;
}
