// Who is expected, here and absent (S-13), with ticks for each seat (S-14): a
// folded part of the panel, and once more on the facilitator's closing page.
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { seats, view } from '../core/session.js';
import { t } from '../text/t.js';
import { asText, minutesHere } from './attendancelist.js';
import { Button } from './button.js';
import { now } from './clock.js';
import { Ticks } from './ticks.js';

/** @typedef {import('../core/wire.js').Attendance} Attendance */
/** @typedef {import('../core/wire.js').Present} Present */

/** In the panel: the numbers first, the names when asked. */
export function AttendancePart() {
  const attendance = view.value?.attendance;
  if (!attendance) return null;
  return h('details', { class: 'part' },
    h('summary', { class: 'part__head' }, t('staff.attendance'), h('span', { class: 'part__aside' }, numbers(attendance))),
    h(People, { attendance, at: now.value }),
    h(Checks, null));
}

/** On the closing page, where it is still to be copied. */
export function AttendanceEnd() {
  const attendance = view.value?.attendance;
  const [at] = useState(Date.now());
  if (!attendance) return null;
  return h('section', { class: 'keepsake' },
    h('h2', { class: 'part__head' }, t('staff.attendance'), h('span', { class: 'part__aside' }, numbers(attendance))),
    h(People, { attendance, at }),
    h('p', { class: 'soft' }, t('staff.attendance.end')));
}

/** @param {Attendance} attendance */
function numbers({ expected, here, absent }) {
  return [
    t('staff.attendance.here', { n: here }),
    expected !== undefined && t('staff.attendance.expected', { n: expected }),
    absent !== undefined && t('staff.attendance.absent', { n: absent }),
  ].filter(Boolean).join(' · ');
}

/** @param {{attendance: Attendance, at: number}} props */
function People({ attendance: { people }, at }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    const text = asText(people, Date.now(), (cause) => t(`staff.cause.${cause}`));
    setCopied(await navigator.clipboard.writeText(text).then(() => true, () => false));
  };
  if (people.length === 0) return null;
  return [
    h('ul', { key: 'people', class: 'list list--tight' }, people.map((person, i) => h('li', { key: i, class: 'entry' }, h('div', { class: 'entry__words' },
      h('p', { class: 'entry__name' }, person.name, person.ref && h('span', { class: 'entry__ref' }, t('staff.ref', { ref: person.ref }))),
      h('p', { class: 'entry__note' }, line(person, at)))))),
    h(Button, { key: 'copy', icon: copied ? 'check' : undefined, onClick: copy }, h('span', { 'aria-live': 'polite' }, t(copied ? 'copied' : 'staff.attendance.copy'))),
  ];
}

/** @param {Present} person @param {number} at */
function line(person, at) {
  return [t('staff.minutes', { n: minutesHere(person, at) }), person.first && t('staff.first'), person.cause ? t(`staff.cause.${person.cause}`) : !person.since && t('staff.attendance.away')].filter(Boolean).join(' · ');
}

/** Ticks of everybody who sits here, one row each. */
function Checks() {
  const members = seats.value.filter((s) => s.role === 'patient');
  if (members.length === 0) return null;
  return [
    h('h3', { key: 'head', class: 'part__head' }, t('staff.checks')),
    h('ul', { key: 'list', class: 'list list--tight' }, members.map((seat) => h('li', { key: seat.seat, class: 'entry entry--ticks' }, h('p', { class: 'entry__name' }, seat.name), h(Ticks, { seat, short: true })))),
  ];
}
