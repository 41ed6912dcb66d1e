// Attendance as people read it, and as text to copy (S-13). Pure.

/** @typedef {import('../core/wire.js').Present} Present */

/**
 * Minutes somebody was here, the running visit included.
 * @param {Present} person
 * @param {number} now Unix ms
 */
export function minutesHere({ spent, since }, now) {
  return Math.floor((spent * 1000 + (since ? Math.max(0, now - since) : 0)) / 60_000);
}

/**
 * One line for each person: reference or name, minutes, why they went. Nothing
 * can pass for a column or a row of its own.
 * @param {Present[]} people
 * @param {number} now
 * @param {(cause: NonNullable<Present['cause']>) => string} why
 */
export function asText(people, now, why) {
  const plain = (/** @type {string} */ text) => text.replace(/[\t\n\r]/g, ' ').replace(/^[=+\-@]/, ' $&');
  return people.map((p) => [plain(p.ref ?? ''), plain(p.name), String(minutesHere(p, now)), p.cause ? why(p.cause) : ''].join('\t')).join('\n');
}
