// "I need support": seen by the facilitators and nobody else, and answered (M-S4).
import { h } from 'preact';
import { command, you } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';

/** Asks, or takes it back. @param {boolean} wanted */
export const askSupport = (wanted) => attempt(command('ask_support', { wanted }));

/** The page of the sheet behind "More". @param {{onClose: () => void}} props */
export function SupportAsk({ onClose }) {
  const state = you.value?.support;
  const set = async (/** @type {boolean} */ wanted) => { if (await askSupport(wanted)) onClose(); };
  return h('div', { class: 'menu' },
    h('p', null, t(state === 'seen' ? 'support.seen.body' : state === 'asked' ? 'support.asked.body' : 'support.body')),
    state
      ? h(Button, { onClick: () => set(false) }, t('support.back'))
      : h(Button, { kind: 'main', onClick: () => set(true) }, t('support.ask')),
    h(Button, { onClick: onClose }, t('support.not')));
}

/** The same, where one waits outside with a kept seat. */
export function SupportOutside() {
  const state = you.value?.support;
  if (state) return h('p', { class: 'answered', role: 'status' }, t(state === 'seen' ? 'support.seen.body' : 'support.asked.body'));
  return h(Button, { onClick: () => askSupport(true) }, t('support.open'));
}
