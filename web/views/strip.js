// The thin strip over the circle: for everybody the title, for facilitators the
// clock, the door, and what will happen when (NEEDS 4.4, 4.6).
import { h } from 'preact';
import { room, seats, waiting } from '../core/session.js';
import { t } from '../text/t.js';
import { now } from './clock.js';
import { clockTime, minutes } from './duration.js';
import { staff } from './flow.js';
import { Title } from './frame.js';
import { HelperMark } from './helpermark.js';
import { Icon } from './icons.js';
import { NowLine } from './now.js';
import { LeaveQuickly } from './quick.js';

/** @param {{open: boolean, onPanel: () => void, onPrivacy: () => void}} props */
export function Strip({ open, onPanel, onPrivacy }) {
  return h('header', { class: staff.value ? 'top top--circle top--staff' : 'top top--circle' },
    h('h1', { class: 'top__name', tabIndex: -1 }, h(Title, null)),
    h(NowLine, null),
    staff.value && h(StaffFacts, { open, onPanel }),
    h(HelperMark, { onOpen: onPrivacy }),
    h('span', { class: 'top__space' }),
    !staff.value && h('button', { type: 'button', class: 'tag tag--button tag--wide', onClick: onPrivacy }, h(Icon, { name: 'lock', size: 16 }), t('more.privacy')),
    h(LeaveQuickly, null));
}

/** @param {{open: boolean, onPanel: () => void}} props */
function StaffFacts({ open, onPanel }) {
  const { since, until, phase, locked } = room.value ?? { locked: false };
  const knocks = waiting.value.length;
  const asks = seats.value.filter((s) => s.support);
  return [
    since && h('span', { key: 'since', class: 'tag tag--wide' }, t('staff.minutes', { n: minutes(now.value - since) })),
    h('span', { key: 'door', class: 'tag tag--wide' }, h(Icon, { name: locked ? 'lock' : 'doorOpen', size: 16 }), t(locked ? 'staff.door.closed' : 'staff.door.open')),
    phase === 'paused' && h('span', { key: 'paused', class: 'tag tag--warm tag--wide' }, t('staff.paused')),
    until && h('span', { key: 'until', class: 'tag tag--warm tag--until' }, t(phase === 'hold' ? 'staff.close.in' : 'staff.hold.in', { time: clockTime(until - now.value) })),
    asks.length > 0 && h('button', { key: 'support', type: 'button', class: 'tag tag--button tag--warm tag--until', onClick: open ? undefined : onPanel },
      h(Icon, { name: 'care', size: 18 }), asks.length === 1 ? t('staff.asks.one', { name: asks[0].name }) : t('staff.asks.more', { n: asks.length })),
    h('button', { key: 'panel', type: 'button', class: knocks > 0 ? 'tag tag--button tag--kind' : 'tag tag--button', 'aria-expanded': open ? 'true' : 'false', onClick: onPanel },
      h(Icon, { name: 'people', size: 18 }), knocks > 0 ? t('staff.waiting.count', { n: knocks }) : t('staff.open')),
  ];
}
