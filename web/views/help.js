// Where to get help now, and how to reach the clinic (M-S5). The numbers are
// the clinic's own; without them the text still says what to do.
import { h } from 'preact';
import { signal } from '@preact/signals';
import { config } from '../core/session.js';
import { t } from '../text/t.js';
import { pieces } from './contact.js';
import { Sheet } from './sheet.js';

/** Which of the two is open. */
export const helpOpen = signal(/** @type {'help'|'reach'|'about'|null} */ (null));

/** @param {{text?: string}} props */
function Reachable({ text = '' }) {
  return h('p', { class: 'clinic' }, pieces(text).map((piece) => (piece.href ? h('a', { href: piece.href }, piece.text) : piece.text)));
}

/** The crisis line in small, on the way in, in the waiting room and at the end (M-S5). */
export function Crisis() {
  const crisis = config.value?.crisis;
  return crisis ? h('aside', { class: 'crisis' }, h('p', null, t('help.small')), h(Reachable, { text: crisis })) : null;
}

/** The open sheet of the three, if any. */
export function HelpSheet() {
  const close = () => { helpOpen.value = null; };
  switch (helpOpen.value) {
    case 'help': return h(Sheet, { key: 'help', title: t('help.head'), onClose: close },
      h('p', null, t('help.body')),
      h(Reachable, { text: config.value?.crisis }),
      config.value?.contact && h('p', { class: 'soft' }, t('help.contact')),
      h(Reachable, { text: config.value?.contact }));
    case 'reach': return h(Sheet, { key: 'reach', title: t('reach.head'), onClose: close },
      h('p', null, t('reach.body')),
      h(Reachable, { text: config.value?.contact }));
    case 'about': return h(Sheet, { key: 'about', title: t('about.head'), onClose: close },
      h('p', null, t('about.body')),
      h('p', null, t('about.history')));
    default: return null;
  }
}
