// Writing to the facilitators from the waiting room, and reading what they
// answer (S-7). Kept nowhere; gone with this screen.
import { h } from 'preact';
import { command, you } from '../core/session.js';
import { texts } from '../core/texts.js';
import { t } from '../text/t.js';
import { Sheet } from './sheet.js';
import { Thread } from './thread.js';
import { WriteForm } from './writeform.js';

/** @param {{onClose: () => void}} props */
export function HelpSheet({ onClose }) {
  return h(Sheet, { title: t('ask.head'), onClose },
    h('p', { class: 'soft' }, t('ask.body')),
    h(Thread, { list: texts.help.value, name: (said) => t(said.kind === 'answer' ? 'ask.facilitator' : 'ask.you') }),
    h(WriteForm, { id: 'ask', label: t('ask.label'), send: (text) => command('ask_help', { text }) }));
}

/** What was written last, on the waiting room's own page; a tap opens the rest. @param {{onOpen: () => void}} props */
export function HelpLatest({ onOpen }) {
  const said = texts.help.value.at(-1);
  return h('div', { 'aria-live': 'polite' }, said && h('button', { type: 'button', class: 'answered', onClick: onOpen },
    h('span', { class: 'said__name' }, t(said.kind === 'answer' ? 'ask.facilitator' : 'ask.you')),
    h('span', { class: 'said__text' }, said.text)));
}

/** When the group starts, told to all who wait (S-10). */
export function WaitingNotice() {
  const notice = you.value?.notice;
  return h('div', { 'aria-live': 'polite' }, notice && h('p', { class: 'answered answered--plain' }, t(`waiting.notice.${notice}`)));
}
