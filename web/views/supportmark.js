// What only facilitators see on a seat: somebody needs support, wants to come
// back or to say goodbye, or is here for the last time. Small, and never on top of a face.
import { h } from 'preact';
import { t } from '../text/t.js';
import { staff } from './flow.js';
import { Icon } from './icons.js';

/** @typedef {import('../core/wire.js').Seat} Seat */

/** @param {{seat: Seat}} props */
export function CareMark({ seat }) {
  const mark = careMark(seat);
  return mark && h('span', { class: seat.support ? 'tile__care tile__care--warm' : 'tile__care', 'aria-hidden': 'true' },
    h(Icon, { name: seat.support ? 'care' : 'leaf', size: 16 }), h('span', { class: 'tile__careword' }, t(`staff.mark.${mark}.short`)));
}

/**
 * The most pressing of them; null for everybody who is no facilitator.
 * @param {Seat} seat
 */
export function careMark(seat) {
  if (!staff.value) return null;
  return seat.support ? 'support' : seat.back ? 'back' : seat.goodbye ? 'goodbye' : seat.last ? 'last' : null;
}
