import { signal } from '@preact/signals';

/**
 * The server's clock, as far as this page knows it: what is counted down ends
 * for everybody at once, whatever a device's own clock says (C-3). It is late
 * by the way of one message at most.
 */

/** How far the server's clock is ahead of this device's, in milliseconds. */
export const ahead = signal(0);

/**
 * Told with each welcome.
 * @param {number|undefined} server Unix ms
 * @param {number} here Unix ms, of this device at the same moment
 */
export function synced(server, here) {
  if (Number.isFinite(server)) ahead.value = Number(server) - here;
}

/**
 * The server's time at a moment of this device's clock.
 * @param {number} here Unix ms
 */
export function serverTime(here) {
  return here + ahead.value;
}
