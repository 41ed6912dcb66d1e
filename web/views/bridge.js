// Three soft seconds before the faces appear (NEEDS 2.2, A8).
import { h } from 'preact';
import { useEffect } from 'preact/hooks';
import { seats, you } from '../core/session.js';
import { t } from '../text/t.js';
import { Frame } from './frame.js';
import { Heading } from './heading.js';
import { Icon } from './icons.js';

/** How long the bridge stays, in milliseconds. */
const STAYS = 3000;

/** @param {{onDone: () => void}} props */
export function Bridge({ onDone }) {
  useEffect(() => {
    const timer = setTimeout(onDone, STAYS);
    return () => clearTimeout(timer);
  }, []);
  const others = seats.value.filter((s) => s.seat !== you.value?.seat && s.state === 'here').length;
  return h('div', { class: 'over over--bridge' },
    h(Frame, { class: 'page--state' },
      h(Icon, { name: 'hearth', size: 64, class: 'ember ember--glow' }),
      h(Heading, null, others > 0 ? t('bridge', { n: others }) : t('bridge.none')),
      h('p', { class: 'lead' }, t('bridge.body'))));
}
