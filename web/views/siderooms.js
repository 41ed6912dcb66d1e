// The side room (C-6): two people who have stepped out together. To the two the
// circle is each other; the group goes on and sees both as stepped out.
import { h } from 'preact';
import { command, seats, you } from '../core/session.js';
import { t } from '../text/t.js';
import { BackAside } from './askback.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { staff } from './flow.js';

/** Who is drawn: in a side room only the two, else everybody. */
export function inSight() {
  return you.value?.side ? seats.value.filter((s) => s.state === 'side') : seats.value;
}

/** In the row of notices, for as long as it lasts. */
export function SideRoom() {
  if (!you.value?.side) return null;
  const other = seats.value.find((s) => s.state === 'side' && s.seat !== you.value?.seat);
  return h('div', { class: 'notice' },
    h('div', { class: 'notice__words' },
      h('p', { class: 'notice__head' }, t('side.head', { name: other?.name ?? '' })),
      h('p', { class: 'notice__body' }, t(staff.value ? 'staff.side.body' : you.value.back ? 'back.asked' : 'side.body'))),
    h('div', { class: 'notice__acts' }, !staff.value ? h(BackAside, null) : h(Button, { kind: 'kind', onClick: () => attempt(command('come_back', { seat: you.value?.seat })) }, t('staff.side.back'))));
}
