import { signal } from '@preact/signals';

/**
 * What this viewer wishes to see. It lives as long as the page: nothing of it
 * is kept on the device.
 */

/** Sound and one picture (S-11). */
export const saver = signal(false);

/** Support seats that are shown large, in the order they were pinned (M-X4). @type {import('@preact/signals').Signal<number[]>} */
export const pinned = signal([]);

/** Seats whose tile is drawn large enough for the high layer. @type {import('@preact/signals').Signal<number[]>} */
export const drawn = signal([]);

/** More pins than this would leave no room for who speaks. */
export const MOST_PINS = 2;

/**
 * Pins a seat, or lets it go. One too many lets the oldest go.
 * @param {number} seat
 */
export function togglePin(seat) {
  const others = pinned.value.filter((s) => s !== seat);
  pinned.value = others.length < pinned.value.length ? others : [...others, seat].slice(-MOST_PINS);
}

/**
 * Told by the stage after each layout; nothing happens while it is the same.
 * @param {number[]} seats
 */
export function draw(seats) {
  if (seats.join() !== drawn.value.join()) drawn.value = seats;
}
