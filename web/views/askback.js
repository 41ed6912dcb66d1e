// "I would like to go back to the group": from a side room, or from outside
// with a kept seat. Only facilitators see it, and they open the way.
import { h } from 'preact';
import { command, you } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';

/** Asks, or takes it back. @param {boolean} wanted */
const askBack = (wanted) => () => attempt(command('ask_back', { wanted }));

/** Where one waits outside. */
export function BackOutside() {
  if (!you.value?.back) return h(Button, { kind: 'main', onClick: askBack(true) }, t('back.ask'));
  return h('div', { class: 'answered answered--plain', role: 'status' },
    h('p', null, t('back.asked')),
    h(Button, { kind: 'quiet', onClick: askBack(false) }, t('support.back')));
}

/** On the notice of a side room. */
export function BackAside() {
  const asked = you.value?.back ?? false;
  return h(Button, { kind: asked ? 'plain' : 'kind', onClick: askBack(!asked) }, t(asked ? 'support.back' : 'back.short'));
}
