// Showing an interpreter or captioner large: one's own choice, seen by nobody else.
import { h } from 'preact';
import { pins } from '../core/session.js';
import { togglePin } from '../core/wishes.js';
import { t } from '../text/t.js';
import { Icon } from './icons.js';

/**
 * A button on a tile. spread: all of the tile is the button, and the mark on it
 * only shows so.
 * @param {{seat: import('../core/wire.js').Seat, spread?: boolean}} props
 */
export function PinButton({ seat, spread }) {
  const on = pins.value.includes(seat.seat);
  return h('button', { type: 'button', class: spread ? 'tile__open' : 'tile__unpin', 'aria-label': t(on ? 'pin.off' : 'pin.on', { name: seat.name }), onClick: () => togglePin(seat.seat) },
    h('span', { class: on ? 'tile__pin tile__pin--on' : 'tile__pin' }, h(Icon, { name: 'pin', size: 17 })));
}
