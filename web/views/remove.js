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
  const [reason, setReason] = useState(/** @type {'call_us'|'rules'|null} */ (null));
  const remove = async () => {
    if (await attempt(command('remove', { ...target, scope: group ? 'group' : 'session', ...(reason && { reason }) }))) onClose();
  };
  return h('div', { class: 'menu' },
    h('p', null, t('staff.remove.body')),
    h('fieldset', { class: 'tell' },
      h('legend', { class: 'entry__note' }, t('staff.remove.reads')),
      h('div', { class: 'chips' }, /** @type {const} */ (['call_us', 'rules']).map((one) => h('button', {
        key: one, type: 'button', class: one === reason ? 'chip chip--small chip--on' : 'chip chip--small', 'aria-pressed': one === reason, onClick: () => setReason(one === reason ? null : one),
      }, t(`staff.why.${one}`))))),
    h('label', { class: 'tick' },
      h('input', { type: 'checkbox', checked: group, onChange: (/** @type {any} */ e) => setGroup(e.currentTarget.checked) }),
      h('span', null, t('staff.remove.group'))),
    h('div', { class: 'row row--even' },
      h(Button, { onClick: onClose }, t('staff.remove.keep')),
      h(Button, { kind: 'end', onClick: remove }, t('staff.remove.do'))));
}
