// A facilitator's side of the private help: what somebody in the waiting room
// wrote, and a line back (S-7); and the notice to all who wait (S-10).
import { h } from 'preact';
import { command, room } from '../core/session.js';
import { texts } from '../core/texts.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Sheet } from './sheet.js';
import { Thread } from './thread.js';
import { WriteForm } from './writeform.js';

/** @typedef {import('../core/wire.js').Guest} Guest */

/** @param {{guest: Guest, onClose: () => void}} props */
export function AnswerSheet({ guest: { id, name }, onClose }) {
  const list = texts.help.value.filter((said) => said.guest === id);
  return h(Sheet, { title: t('staff.message.head', { name }), onClose },
    h(Thread, { list, name: (said) => (said.kind === 'answer' ? t('staff.message.us') : name), empty: t('staff.message.none') }),
    h(WriteForm, { id: 'answer', label: t('staff.message.label', { name }), send: (text) => command('answer_help', { guest: id, text }) }));
}

/** The last line of somebody who waits, under their name. @param {{guest: Guest}} props */
export function HelpLine({ guest }) {
  const said = texts.help.value.filter((one) => one.guest === guest.id).at(-1);
  return said?.kind === 'help' ? h('p', { class: 'entry__plan', dir: 'auto' }, said.text) : null;
}

/** What the waiting room is told; one at a time, a second tap takes it back. */
export function NoticeChips() {
  const now = room.value?.notice;
  const set = (/** @type {string} */ notice) => () => attempt(command('notice', { notice: notice === now ? '' : notice }));
  return h('fieldset', { class: 'tell' },
    h('legend', { class: 'entry__note' }, t('staff.notice')),
    h('div', { class: 'chips' }, /** @type {const} */ (['five_minutes', 'soon', 'later']).map((notice) => h('button', {
      key: notice, type: 'button', class: notice === now ? 'chip chip--small chip--on' : 'chip chip--small', 'aria-pressed': notice === now, onClick: set(notice),
    }, t(`staff.notice.${notice}`)))));
}
