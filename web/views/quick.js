// "Leave quickly": alone at the top right of every screen (M-S1).
import { h } from 'preact';
import { quickExit, shiftPresses } from '../core/session.js';
import { t } from '../text/t.js';

/** The button. While Shift is pressed it shows how many presses are left. */
export function LeaveQuickly() {
  const presses = shiftPresses.value;
  return h('button', { type: 'button', class: 'quick', onClick: quickExit },
    t('leave.quickly'),
    presses > 0 && h('span', { class: 'quick__dots', 'aria-hidden': 'true' },
      [1, 2, 3].map((n) => h('span', { key: n, class: n <= presses ? 'dot dot--on' : 'dot' }))));
}
