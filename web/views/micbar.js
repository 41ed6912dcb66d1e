// A bar that moves with one's own voice, drawn without rendering anything anew.
import { h } from 'preact';
import { useRef } from 'preact/hooks';
import { useSignalEffect } from '@preact/signals';
import { micLevel } from '../core/session.js';
import { t } from '../text/t.js';

/** The bar with its words. */
export function MicBar() {
  const bar = useRef(/** @type {HTMLDivElement|null} */ (null));
  useSignalEffect(() => {
    bar.current?.style.setProperty('--level', String(Math.min(1, Math.sqrt(micLevel.value) * 1.2)));
  });
  return h('div', { class: 'mic' },
    h('div', { class: 'mic__words' }, h('span', null, t('check.mic')), h('span', { class: 'soft' }, t('check.say'))),
    h('div', { class: 'mic__bar', ref: bar, 'aria-hidden': 'true' }, h('div', { class: 'mic__level' })));
}
