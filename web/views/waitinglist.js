// Who waits, for facilitators and technical helpers: pseudonym, since when, and
// for facilitators the clinic's reference and whether it is the first time.
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { command, room, waiting } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { now } from './clock.js';
import { minutes } from './duration.js';
import { helps } from './flow.js';
import { AnswerSheet, HelpLine, NoticeChips } from './helpanswer.js';

/** @typedef {import('../core/wire.js').Guest} Guest */

/** The first section of the panel. */
export function WaitingList() {
  const list = waiting.value;
  const free = room.value?.free;
  const fresh = list.filter((g) => !g.out && admits(g));
  return h('section', { class: 'part' },
    h('h2', { class: 'part__head' }, t('staff.waiting'), list.length > 0 && h('span', { class: 'badge' }, list.length),
      free !== undefined && h('span', { class: 'part__aside' }, t('staff.free', { n: free }))),
    list.length === 0 && h('p', { class: 'soft' }, t('staff.waiting.none')),
    h('ul', { class: 'list' }, list.map((guest) => h(Row, { key: guest.id, guest }))),
    fresh.length > 1 && h(Button, { kind: 'kind', onClick: () => attempt(command('admit_all')) }, t('staff.admit.all')),
    list.length > 0 && h(NoticeChips, null));
}

/** @param {{guest: Guest}} props */
function Row({ guest }) {
  const { name } = guest;
  const [writing, setWriting] = useState(false);
  return h('li', { class: 'entry' },
    h('div', { class: 'entry__words' }, h('p', { class: 'entry__name' }, name), h('p', { class: 'entry__note' }, notes(guest)), h(HelpLine, { guest }), !admits(guest) && h('p', { class: 'entry__note' }, t('helper.facilitators'))),
    h('div', { class: 'entry__acts' },
      !guest.out && !helps.value && h(Button, { 'aria-label': t('staff.decline.named', { name }), onClick: () => attempt(command('decline', { guest: guest.id })) }, t('staff.decline')),
      h(Button, { 'aria-label': t('staff.message.head', { name }), onClick: () => setWriting(true) }, t('staff.message')),
      admits(guest) && h(Button, { kind: 'kind', 'aria-label': guest.out ? undefined : t('staff.admit.named', { name }), onClick: () => attempt(command('admit', { guest: guest.id })) }, t(guest.out ? 'staff.back' : 'staff.admit'))),
    writing && h(AnswerSheet, { guest, onClose: () => setWriting(false) }));
}

/** A technical helper leaves to facilitators who needs a second look. @param {Guest} guest */
function admits(guest) {
  return !helps.value || !(guest.late || guest.moves);
}

/** @param {Guest} guest */
function notes(guest) {
  const waited = minutes(now.value - guest.since);
  return [
    guest.ref && t('staff.ref', { ref: guest.ref }),
    waited > 0 ? t('staff.minutes', { n: waited }) : t('staff.now'),
    guest.role === 'support' && t('staff.support'),
    guest.first && t('staff.first'), guest.late && t('staff.late'), guest.moves && t('staff.moves'), guest.out && t('staff.out'),
    !guest.here && t('staff.offline'),
  ].filter(Boolean).join(' · ');
}
