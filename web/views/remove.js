// Removing somebody: one question, one switch, one tap (NEEDS 4.4).
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { command } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';

/** @param {{target: {seat: number} | {guest: number}, onClose: () => void}} props */
export function RemoveForm({ target, onClose }) {
  const [group, setGroup] = useState(false);
  const remove = async () => {
    if (await attempt(command('remove', { ...target, scope: group ? 'group' : 'session' }))) onClose();
  };
  return h('div', { class: 'menu' },
    h('p', null, t('staff.remove.body')),
    h('label', { class: 'tick' },
      h('input', { type: 'checkbox', checked: group, onChange: (/** @type {any} */ e) => setGroup(e.currentTarget.checked) }),
      h('span', null, t('staff.remove.group'))),
    h('div', { class: 'row row--even' },
      h(Button, { onClick: onClose }, t('staff.remove.keep')),
      h(Button, { kind: 'end', onClick: remove }, t('staff.remove.do'))));
}
