// Kind words one can give in the goodbye round (C-8). Pure.

/** The phrases of the protocol, in the order they are offered. */
export const CARDS = /** @type {const} */ (['thank_you', 'learned', 'miss_you', 'good_luck', 'take_care']);

/**
 * @param {string} text
 * @returns {text is typeof CARDS[number]}
 */
export function isCard(text) {
  return CARDS.some((card) => card === text);
}
