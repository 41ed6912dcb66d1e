// How a time is written. Pure.

/**
 * Minutes and seconds, as 1:40.
 * @param {number} ms
 */
export function clockTime(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/**
 * Whole minutes that have passed.
 * @param {number} ms
 */
export function minutes(ms) {
  return Math.max(0, Math.floor(ms / 60000));
}

/**
 * The time of day, as people here write it.
 * @param {number} at Unix ms
 */
export function hourMinute(at) {
  return new Date(at).toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' });
}
