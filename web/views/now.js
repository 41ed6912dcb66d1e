// Where the group is: one line in the strip, for everybody, and behind it the
// sheet with all of it - the card, the turn, the note to take home.
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { signal } from '@preact/signals';
import { middle, progress, round, seats, you } from '../core/session.js';
import { t } from '../text/t.js';
import { Button } from './button.js';
import { clockTime, hourMinute } from './duration.js';
import { useQuiet } from './quiettime.js';
import { Sheet } from './sheet.js';
import { turnNames, turnSentence } from './turn.js';

/** Whether the sheet is open. */
export const nowOpen = signal(false);

/** The step, and what goes on in it. */
export function NowLine() {
  const quiet = useQuiet();
  const flow = progress.value;
  if (!flow) return null;
  const step = t(`step.${flow.at}`);
  const doing = quiet === null ? turnShort() : clockTime(quiet);
  return h('button', { type: 'button', class: 'nowline', 'aria-haspopup': 'dialog', 'aria-label': [t('now.open', { step }), doing].filter(Boolean).join(' '), onClick: () => { nowOpen.value = true; } },
    h('span', { class: doing ? 'nowline__soft' : 'nowline__main' }, step),
    ' ', // so that what is read is what is said
    doing && h('span', { class: 'nowline__main' }, doing));
}

/** Whose turn it is, in few words; '' while no round goes on. */
function turnShort() {
  if (!round.value) return '';
  const own = round.value.current === you.value?.seat;
  return own ? t('turn.short.own') : t('turn.short', { name: turnNames(round.value, seats.value).now });
}

/** All of it, to be read in peace. */
export function NowSheet() {
  const quiet = useQuiet();
  const close = () => { nowOpen.value = false; };
  const flow = progress.value;
  const { prompt, note, quiet: time } = middle.value ?? {};
  return h(Sheet, { title: flow ? t(`step.${flow.at}`) : t('now.head'), onClose: close },
    flow?.ends && h('p', { class: 'soft' }, t('now.ends', { time: hourMinute(flow.ends) })),
    round.value && h(Turn, { round: round.value }),
    time && quiet !== null && h('p', { class: 'lead' }, t(`quiet.${time.kind}`, { time: clockTime(quiet) })),
    prompt && h('section', { class: 'nowcard' }, h('h3', { class: 'nowcard__head' }, t('card.head')), h('p', { class: 'nowcard__text' }, prompt)),
    note && h(Note, { note }),
    !round.value && quiet === null && !prompt && !note && h('p', null, t('circle.quiet')));
}

/** @param {{round: import('../core/wire.js').Round}} props */
function Turn({ round: now }) {
  const { key, params } = turnSentence(now, seats.value, you.value?.seat ?? -1);
  return h('p', { class: 'lead' }, t(key, params));
}

/** One may take it along: it is kept nowhere (C-7). @param {{note: string}} props */
function Note({ note }) {
  const [copied, setCopied] = useState(false);
  const copy = () => navigator.clipboard?.writeText(note).then(() => setCopied(true), () => { /* the words can be selected by hand */ });
  return h('section', { class: 'nowcard' },
    h('h3', { class: 'nowcard__head' }, t('note.head')),
    h('p', { class: 'nowcard__text' }, note),
    h('p', { class: 'note' }, t('note.kept')),
    h(Button, { icon: copied ? 'check' : undefined, onClick: copy }, h('span', { 'aria-live': 'polite' }, t(copied ? 'copied' : 'copy'))));
}
