// What is left of a quiet time, in whole seconds, and when that changes. Pure:
// the time is passed in, and it is the server's.

/**
 * @param {number} ends Unix ms
 * @param {number} now Unix ms
 * @returns {{left: number, next: number}} left: milliseconds to show, a multiple of 1000; next: milliseconds until it changes, 0 when it is over
 */
export function countdown(ends, now) {
  const rest = ends - now;
  if (rest <= 0) return { left: 0, next: 0 };
  const left = Math.ceil(rest / 1000) * 1000;
  return { left, next: rest - (left - 1000) };
}
