// Writing to the facilitators from the waiting room, and reading what they
// answer (S-7). Kept nowhere; gone with this screen.
import { h } from 'preact';
import { command, you } from '../core/session.js';
import { texts } from '../core/texts.js';
import { t } from '../text/t.js';
import { helpers } from './flow.js';
import { Sheet } from './sheet.js';
import { Thread } from './thread.js';
import { WriteForm } from './writeform.js';

/** @param {{onClose: () => void}} props */
export function HelpSheet({ onClose }) {
  return h(Sheet, { title: t('ask.head'), onClose },
    h('p', { class: 'soft' }, t(reached() ? 'helper.ask' : 'ask.body')),
    h(Thread, { list: texts.help.value, name: from }),
    h(WriteForm, { id: 'ask', label: t('ask.label'), send: (text) => command('ask_help', { text }) }));
}

/** Whether a technical helper reads it too: not from those who stepped out of the circle. */
function reached() {
  return helpers.value.length > 0 && you.value?.stage === 'waiting';
}

/** An answer has no name, and so says all who it may be from. @param {import('../core/texts.js').Said} said */
function from(said) {
  return t(said.kind !== 'answer' ? 'ask.you' : reached() ? 'helper.answered' : 'ask.facilitator');
}

/** What was written last, on the waiting room's own page; a tap opens the rest. @param {{onOpen: () => void}} props */
export function HelpLatest({ onOpen }) {
  const said = texts.help.value.at(-1);
  return h('div', { 'aria-live': 'polite' }, said && h('button', { type: 'button', class: 'answered', onClick: onOpen },
    h('span', { class: 'said__name' }, from(said)),
    h('span', { class: 'said__text' }, said.text)));
}

/** When the group starts, told to all who wait (S-10). */
export function WaitingNotice() {
  const notice = you.value?.notice;
  return h('div', { 'aria-live': 'polite' }, notice && h('p', { class: 'answered answered--plain' }, t(`waiting.notice.${notice}`)));
}
