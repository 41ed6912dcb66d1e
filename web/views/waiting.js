// The waiting room: one is in the right place, alone, and not forgotten. Nobody
// else is seen or counted here (M-A8).
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { leave, you } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { BackOutside } from './askback.js';
import { helpers } from './flow.js';
import { Frame } from './frame.js';
import { Heading } from './heading.js';
import { HelpLatest, HelpSheet, WaitingNotice } from './helpwrite.js';
import { Crisis, helpOpen } from './help.js';
import { Icon } from './icons.js';
import { Sheet } from './sheet.js';
import { SupportOutside } from './supportask.js';

/** @param {{variant: 'waiting'|'locked'|'out'}} props */
export function WaitingRoom({ variant }) {
  const [trouble, setTrouble] = useState(false);
  const [writing, setWriting] = useState(false);
  const write = () => { setTrouble(false); setWriting(true); };
  return h(Frame, { class: 'page--waiting' },
    h(Icon, { name: 'hearth', size: 52, class: 'ember' }),
    variant === 'waiting' && h(Plain, null),
    variant === 'locked' && h(Locked, null),
    variant === 'out' && h(Out, null),
    variant !== 'out' && h(WaitingNotice, null),
    h(HelpLatest, { onOpen: write }),
    h('div', { class: 'ways' },
      variant === 'out' && h(BackOutside, null),
      variant === 'out' && h(SupportOutside, null),
      h('div', { class: 'row' },
        h(Button, { icon: 'message', onClick: write }, t('ask.open')),
        h(Button, { onClick: () => setTrouble(true) }, t('waiting.trouble'))),
      h('div', { class: 'row' },
        h(Button, { onClick: () => { helpOpen.value = 'help'; } }, t('help.now')),
        h(Button, { icon: 'leave', onClick: () => attempt(leave()) }, t('waiting.leave')))),
    h(Crisis, null),
    trouble && h(TroubleSheet, { onWrite: write, onClose: () => setTrouble(false) }),
    writing && h(HelpSheet, { onClose: () => setWriting(false) }));
}

/** The usual words. */
function Plain() {
  return [
    h(Heading, { key: 'head' }, t('waiting.head')),
    h('p', { key: 'body', class: 'lead' }, t(helpers.value.length > 0 ? 'helper.waiting' : 'waiting.body')),
    you.value?.name && h('p', { key: 'name', class: 'soft' }, t('waiting.named', { name: you.value.name })),
    h('p', { key: 'mic', class: 'soft' }, t('waiting.mic')),
  ];
}

/** The door is closed; one may wait or go. */
function Locked() {
  const [stays, setStays] = useState(false);
  return [
    h(Heading, { key: 'head' }, t('state.locked.head')),
    h('p', { key: 'body', class: 'lead' }, t('state.locked.body')),
    h('div', { key: 'stay', class: 'stay', 'aria-live': 'polite' }, stays
      ? h('p', { class: 'soft' }, t('waiting.stay'))
      : h(Button, { kind: 'main', onClick: () => setStays(true) }, t('waiting.here'))),
  ];
}

/** A facilitator asked this person out for a moment; the seat is kept. */
function Out() {
  const reason = you.value?.out_reason === 'talk' ? 'reason.talk' : 'state.out.body';
  return [
    h(Heading, { key: 'head' }, t('state.out.head')),
    h('p', { key: 'body', class: 'lead' }, t(reason)),
  ];
}

/** @param {{onWrite: () => void, onClose: () => void}} props */
function TroubleSheet({ onWrite, onClose }) {
  return h(Sheet, { title: t('trouble.head'), onClose },
    h('ul', { class: 'embers' },
      h('li', null, t('trouble.mic')),
      h('li', null, t('trouble.camera')),
      h('li', null, t('trouble.other')),
      h('li', null, t('trouble.reload'))),
    h(Button, { kind: 'main', icon: 'message', onClick: onWrite }, t('ask.open')),
    h(Button, { onClick: () => { onClose(); helpOpen.value = 'reach'; } }, t('reach.open')));
}
