// Starting a quiet time: what for, and how long (C-3).
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { command } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { Sheet } from './sheet.js';

/** @type {readonly import('../core/wire.js').Quiet['kind'][]} */
const kinds = ['writing', 'breathing'];

/** Minutes to choose from. */
const times = [1, 2, 3, 5, 10, 15];

/** @param {{onClose: () => void}} props */
export function QuietSheet({ onClose }) {
  const [kind, setKind] = useState(kinds[0]);
  const [length, setLength] = useState(3);
  const start = async () => { if (await attempt(command('start_quiet', { kind, seconds: length * 60 }))) onClose(); };
  return h(Sheet, { title: t('staff.quiet'), onClose },
    h('div', { class: 'menu' },
      h('fieldset', { class: 'choice' }, h('legend', null, t('staff.quiet.for')),
        h('div', { class: 'switch' }, kinds.map((one) => h('label', { key: one, class: 'switch__side' },
          h('input', { type: 'radio', name: 'quiet', checked: kind === one, onChange: () => setKind(one) }), h('span', null, t(`staff.quiet.${one}`)))))),
      h('fieldset', { class: 'choice' }, h('legend', null, t('staff.quiet.long')),
        h('div', { class: 'chips' }, times.map((n) => h('button', { key: n, type: 'button', class: n === length ? 'chip chip--on' : 'chip', 'aria-pressed': n === length, onClick: () => setLength(n) }, t('staff.minutes', { n }))))),
      h('p', { class: 'note' }, t('staff.quiet.note')),
      h(Button, { kind: 'main', onClick: start }, t('staff.quiet.start'))));
}
