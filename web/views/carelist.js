// Seats to look after, with the facts: cause, seconds, what to do (M-F11).
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { command, removed, room, round, seats } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { care } from './care.js';
import { now } from './clock.js';
import { clockTime } from './duration.js';
import { FarewellSheet } from './farewellsheet.js';
import { GoneRow } from './gonelist.js';
import { worrying } from './worrying.js';

/** @typedef {import('./care.js').Care} Care */

/** Nothing at all while all is well. */
export function CareList() {
  const list = care(seats.value, now.value);
  const gone = worrying(removed.value, now.value);
  if (list.length + gone.length === 0) return null;
  return h('section', { class: 'part' },
    h('h2', { class: 'part__head' }, t('staff.care')),
    h('ul', { class: 'list' }, list.map((entry) => h(Row, { key: `${entry.seat.seat}-${entry.why}`, entry })),
      gone.map((person) => h(GoneRow, { key: `gone-${person.id}-${person.at}`, person }))));
}

/** @param {{entry: Care}} props */
function Row({ entry: { seat, why, plan } }) {
  return h('li', { class: 'entry' },
    h('div', { class: 'entry__words' },
      h('p', { class: 'entry__name' }, seat.name, seat.ref && h('span', { class: 'entry__ref' }, t('staff.ref', { ref: seat.ref }))),
      h('p', { class: 'entry__note' }, note(seat, why)),
      plan && h('p', { class: 'entry__plan' }, seat.ref ? t('staff.care.plan', { ref: seat.ref }) : t('staff.care.plan.any'))),
    h('div', { class: 'entry__acts' }, h(Acts, { seat, why })));
}

/**
 * @param {Care['seat']} seat
 * @param {Care['why']} why
 */
function note(seat, why) {
  const time = clockTime(now.value - (seat.since ?? now.value));
  switch (why) {
    case 'lost': return t('staff.care.lost', { time });
    case 'support': return t('staff.care.support', { time: clockTime(now.value - (seat.support ?? now.value)) });
    case 'back': return t('staff.care.back');
    case 'side': return t('staff.care.side');
    case 'out': return t('staff.care.out', { time });
    case 'goodbye': return t('staff.care.goodbye');
    case 'video': return t('staff.care.video');
    case 'rename': return t('staff.care.rename', { name: seat.rename ?? '' });
  }
}

/** @param {{seat: Care['seat'], why: Care['why']}} props */
function Acts({ seat, why }) {
  const run = (/** @type {string} */ type, /** @type {object} */ fields) => () => attempt(command(type, fields));
  switch (why) {
    case 'support': return h(Button, { kind: 'kind', onClick: run('answer_support', { seat: seat.seat }) }, t('staff.care.coming'));
    case 'back': return h(Button, { kind: 'kind', onClick: seat.side ? run('come_back', { seat: seat.seat }) : run('admit', { guest: seat.id }) }, t(seat.side ? 'staff.side.back' : 'staff.back'));
    case 'side': return h(Button, { kind: 'kind', onClick: run('come_back', { seat: seat.seat }) }, t('staff.side.back'));
    case 'out': return h(Button, { kind: 'kind', onClick: run('admit', { guest: seat.id }) }, t('staff.back'));
    case 'goodbye': return h(Goodbye, { seat });
    case 'video': return h(Button, { kind: 'kind', onClick: run('release', { seat: seat.seat, video: true }) }, t('staff.give'));
    case 'rename': return [
      h(Button, { key: 'keep', onClick: run('answer_rename', { seat: seat.seat, allow: false }) }, t('staff.keep')),
      h(Button, { key: 'allow', kind: 'kind', onClick: run('answer_rename', { seat: seat.seat, allow: true }) }, t('staff.allow')),
    ];
    default: return null;
  }
}

/** The round that was wished for; not while there is one already (NEEDS 4.5). @param {{seat: Care['seat']}} props */
function Goodbye({ seat }) {
  const [open, setOpen] = useState(false);
  if (seat.state !== 'here' || round.value || room.value?.phase !== 'open') return null;
  return [
    h(Button, { key: 'do', kind: 'kind', 'aria-label': t('staff.farewell', { name: seat.name }), onClick: () => setOpen(true) }, t('staff.round.bye')),
    open && h(FarewellSheet, { key: 'sheet', seat, onClose: () => setOpen(false) }),
  ];
}
