// A bar that moves with one's own voice, drawn without rendering anything anew.
import { h } from 'preact';
import { useRef } from 'preact/hooks';
import { useSignalEffect } from '@preact/signals';
import { micLevel } from '../core/session.js';
import { t } from '../text/t.js';
import { Icon } from './icons.js';

/** The bar with its words. */
export function MicBar() {
  const bar = useRef(/** @type {HTMLDivElement|null} */ (null));
  useSignalEffect(() => {
    bar.current?.style.setProperty('--level', String(Math.min(1, Math.sqrt(micLevel.value) * 1.2)));
  });
  return h('div', { class: 'mic' },
    h(Icon, { name: 'mic', size: 24 }),
    h('div', { class: 'mic__side' },
      h('div', { class: 'mic__bar', ref: bar, 'aria-hidden': 'true' }, h('div', { class: 'mic__level' })),
      h('p', { class: 'note' }, t('check.say'))));
}
