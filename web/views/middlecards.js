// The card in the middle and the note to take home, where the circle has no
// open middle for them: among the notices, until they are put away.
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { middle, round, you } from '../core/session.js';
import { t } from '../text/t.js';
import { Button } from './button.js';
import { staff } from './flow.js';
import { nowOpen } from './now.js';
import { roomy } from './roomy.js';
import { turnPart } from './turn.js';

/**
 * What was put away stays away; another text comes again. In one's own turn the
 * card is with the turn. Facilitators wrote the note themselves: to them it is
 * in the sheet alone.
 * @returns {import('preact').VNode[]}
 */
export function useMiddleCards() {
  const [away, setAway] = useState({ prompt: '', note: '' });
  const { prompt = '', note = '' } = middle.value ?? {};
  const cards = [];
  if (prompt !== '' && !roomy.value && prompt !== away.prompt && turnPart(round.value, you.value) !== 'own') cards.push(h(Prompt, { key: 'prompt', text: prompt, put: () => setAway({ ...away, prompt }) }));
  if (note !== '' && note !== away.note && !staff.value) cards.push(h(Note, { key: 'note', put: () => setAway({ ...away, note }) }));
  return cards;
}

/** @param {{text: string, put: () => void}} props */
function Prompt({ text, put }) {
  return h('section', { class: 'notice notice--card', 'aria-label': t('card.head'), 'aria-live': 'off' },
    h('div', { class: 'notice__words' }, h('p', { class: 'notice__head' }, text)),
    h('div', { class: 'notice__acts' }, h(Button, { onClick: put }, t('ok'))));
}

/** The note is long: it is read in the sheet. @param {{put: () => void}} props */
function Note({ put }) {
  return h('section', { class: 'notice notice--card notice--note', 'aria-label': t('note.head'), 'aria-live': 'off' },
    h('div', { class: 'notice__words' }, h('p', { class: 'notice__head' }, t('note.head'))),
    h('div', { class: 'notice__acts' },
      h(Button, { kind: 'kind', onClick: () => { nowOpen.value = true; } }, t('note.read')),
      h(Button, { onClick: put }, t('ok'))));
}
