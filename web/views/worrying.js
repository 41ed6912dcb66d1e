// Who went in a way that asks for the safety plan, a short while ago (S-23):
// they stand with the seats to look after. Pure.

/** For so many minutes seconds matter, and the person stands there. */
export const PRECISE = 10;

/**
 * @param {import('../core/wire.js').Out[]} list
 * @param {number} now Unix ms
 */
export function worrying(list, now) {
  return list.filter((p) => (p.cause === 'left_quickly' || p.cause === 'lost') && now - p.at < PRECISE * 60_000);
}
