// The card of whose turn it is: one's own, or the one to pass on. It stands
// among the notices, where it takes no face's place. Passing needs no reason
// and one tap (M-C6).
import { h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { command, middle, round, seats, setMic, status, you } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt, say } from './attempt.js';
import { Button } from './button.js';
import { roomy } from './roomy.js';
import { turnPart, turnSentence } from './turn.js';

/** Nothing for whoever only listens now. */
export function TurnCard() {
  const part = turnPart(round.value, you.value);
  if (part === 'own') return h(Own, { key: 'own' });
  return part === 'lead' ? h(Lead, { key: 'lead' }) : null;
}

/** Speak first, then say when one is done. */
function Own() {
  const { mic = false, mic_held: held = false } = you.value ?? {};
  const [spoke, setSpoke] = useState(false);
  const [opened, setOpened] = useState(false);
  const off = status.value !== 'open';
  const speak = () => {
    setSpoke(true);
    if (held) return say('code.held');
    setOpened(true);
    attempt(setMic(true));
  };
  const done = async () => {
    if (await attempt(command('next_turn')) && opened) attempt(setMic(false));
  };
  const pass = (/** @type {boolean} */ later) => () => attempt(command('pass_turn', later ? { later } : {}));
  return h(Card, { head: t('turn.own'), own: true, card: roomy.value ? '' : middle.value?.prompt },
    spoke || mic ? h(Button, { kind: 'kind', disabled: off, onClick: done }, t('turn.done')) : h(Button, { kind: 'kind', icon: 'mic', disabled: off, onClick: speak }, t('turn.speak')),
    !spoke && h(Button, { disabled: off, onClick: pass(false) }, t('turn.pass')),
    !spoke && h(Button, { disabled: off, onClick: pass(true) }, t('turn.later')));
}

/** A facilitator, or the member to whom it was lent. */
function Lead() {
  const current = round.value;
  const { busy, next } = useNext();
  if (!current) return null;
  const { key, params } = turnSentence(current, seats.value, you.value?.seat ?? -1);
  return h(Card, { head: t(key, params) }, h(Button, { kind: 'kind', disabled: busy || status.value !== 'open', onClick: next }, t('turn.next')));
}

/** Passing the turn on. Two taps in a hurry are one: nobody's turn is skipped. */
export function useNext() {
  const current = round.value?.current ?? -1;
  const [asked, setAsked] = useState(-1);
  useEffect(() => setAsked(-1), [current]);
  const next = async () => {
    setAsked(current);
    if (!(await attempt(command('next_turn')))) setAsked(-1);
  };
  return { busy: asked === current && current >= 0, next };
}

/**
 * What it says is announced with the turn itself. card: what the turn is about, where the middle has no room for it.
 * @param {{head: string, own?: boolean, card?: string, children?: any}} props
 */
function Card({ head, own, card, children }) {
  return h('section', { class: own ? 'notice notice--own' : 'notice notice--lead', 'aria-label': t('turn.label'), 'aria-live': 'off' },
    h('div', { class: 'notice__words' }, h('p', { class: 'notice__head' }, head, card && h('span', { class: 'notice__card' }, ` ${card}`))),
    h('div', { class: 'notice__acts' }, children));
}
