// The facilitator's panel: people first, the room after, the end last.
import { h } from 'preact';
import { CareList } from './carelist.js';
import { GoneList } from './gonelist.js';
import { Ending, Powers } from './powers.js';
import { WaitingList } from './waitinglist.js';

/** The same in the drawer of a wide screen and in the sheet of a phone. */
export function Panel() {
  return h('div', { class: 'panel' }, h(WaitingList, null), h(CareList, null), h(Powers, null), h(GoneList, null), h(Ending, null));
}
