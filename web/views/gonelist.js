// Who no longer sits here, and how that came (M-F11). Somebody removed in this
// session can be let back.
import { h } from 'preact';
import { command, removed } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { now } from './clock.js';
import { clockTime, minutes } from './duration.js';
import { PRECISE } from './worrying.js';

/** @typedef {import('../core/wire.js').Out} Out */

/** Removals that a facilitator can end. */
const liftable = ['removed', 'removed_group', 'declined'];

/** The last section of the panel, folded away. */
export function GoneList() {
  const list = [...removed.value].sort((a, b) => b.at - a.at);
  if (list.length === 0) return null;
  return h('details', { class: 'part' },
    h('summary', { class: 'part__head' }, t('staff.gone'), h('span', { class: 'badge badge--quiet' }, list.length)),
    h('ul', { class: 'list' }, list.map((person) => h(GoneRow, { key: `${person.id}-${person.at}`, person }))));
}

/** @param {{person: Out}} props */
export function GoneRow({ person }) {
  const { id, name, ref, cause, at } = person;
  const passed = minutes(now.value - at);
  const when = t('staff.ago', { time: passed < PRECISE ? clockTime(now.value - at) : t('staff.minutes', { n: passed }) });
  return h('li', { class: 'entry' },
    h('div', { class: 'entry__words' },
      h('p', { class: 'entry__name' }, name, ref && h('span', { class: 'entry__ref' }, t('staff.ref', { ref }))),
      h('p', { class: 'entry__note' }, `${t(`staff.cause.${cause}`)} · ${when}`),
      (cause === 'left_quickly' || cause === 'lost') && h('p', { class: 'entry__plan' }, t('staff.cause.plan'))),
    liftable.includes(cause) && h('div', { class: 'entry__acts' },
      h(Button, { 'aria-label': t('staff.lift.named', { name }), onClick: () => attempt(command('lift', { who: id })) }, t('staff.lift'))));
}
