// Kind words in the goodbye round (C-8): preset phrases from each to the one
// who leaves, and to nobody else. Nobody has to send one.
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { command, seats, view, you } from '../core/session.js';
import { texts } from '../core/texts.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { CARDS, isCard } from './cards.js';
import { Icon } from './icons.js';
import { Sheet } from './sheet.js';

/** How many received cards lie beside the circle; all of them are on the closing page. */
const SHOWN = 2;

/** To whom the group says goodbye just now. */
function leaving() {
  const round = view.value?.round;
  return round?.kind === 'goodbye' ? seats.value.find((s) => s.seat === round.for) : undefined;
}

/** Whether there is anything to be shown of it. */
export function kindWordsNow() {
  const leaver = leaving();
  return leaver !== undefined && (leaver.seat !== you.value?.seat || texts.card.value.length > 0);
}

/** In the row of notices, while the group says goodbye to somebody. */
export function KindWords() {
  const [open, setOpen] = useState(false);
  const leaver = leaving();
  if (!leaver) return null;
  if (leaver.seat === you.value?.seat) return h(Received, { list: texts.card.value.slice(-SHOWN) });
  return [
    h('div', { key: 'card', class: 'notice' },
      h('div', { class: 'notice__words' }, h('p', { class: 'notice__head' }, t('farewell.round', { name: leaver.name }))),
      h('div', { class: 'notice__acts' }, h(Button, { icon: 'leaf', onClick: () => setOpen(true) }, t('farewell.words')))),
    open && h(WordsSheet, { key: 'sheet', name: leaver.name, onClose: () => setOpen(false) }),
  ];
}

/** @param {{name: string, onClose: () => void}} props */
function WordsSheet({ name, onClose }) {
  const [sent, setSent] = useState(/** @type {string[]} */ ([]));
  const give = async (/** @type {string} */ card) => { if (await attempt(command('kind_words', { card }))) setSent((old) => [...old, card]); };
  return h(Sheet, { title: t('farewell.words.head', { name }), onClose },
    h('p', { class: 'soft' }, t('farewell.words.body', { name })),
    h('div', { class: 'menu' }, CARDS.map((card) => h('button', { key: card, type: 'button', class: 'item', disabled: sent.includes(card), onClick: () => give(card) },
      h(Icon, { name: sent.includes(card) ? 'check' : 'leaf' }),
      h('span', { class: 'item__words' }, h('span', null, t(`card.${card}`)), sent.includes(card) && h('span', { class: 'item__note', role: 'status' }, t('farewell.sent')))))));
}

/** Cards that came; a phrase this page does not know is left out. @param {{list: import('../core/texts.js').Said[]}} props */
export function Received({ list }) {
  const known = list.filter((said) => isCard(said.text));
  if (known.length === 0) return null;
  return h('ul', { class: 'kindcards' }, known.map(({ key, name, text }) => h('li', { key, class: 'kindcard' },
    h('span', { class: 'kindcard__text' }, isCard(text) && t(`card.${text}`)),
    h('span', { class: 'kindcard__name' }, name ?? ''))));
}
