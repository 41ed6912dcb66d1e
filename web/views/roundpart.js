// The round, for facilitators: who is now and next, passing on, and the end. A
// pass is not shown, though the server tells it: nobody needs it (M-C6).
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { command, round, seats } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { StartRound } from './startround.js';
import { turnNames } from './turn.js';
import { useNext } from './turncard.js';

/** Starting one, or leading the one that goes on. */
export function RoundPart() {
  const [open, setOpen] = useState(false);
  const now = round.value;
  return h('section', { class: 'part' },
    h('h2', { class: 'part__head' }, t('staff.round')),
    now ? h(Going, { now }) : h(Button, { onClick: () => setOpen(true) }, t('staff.round.start')),
    open && h(StartRound, { onClose: () => setOpen(false) }));
}

/** @param {{now: import('../core/wire.js').Round}} props */
function Going({ now }) {
  const { busy, next } = useNext();
  const names = turnNames(now, seats.value);
  const later = (now.later ?? []).map((seat) => seats.value.find((s) => s.seat === seat)?.name).filter(Boolean).join(', ');
  return [
    h('div', { key: 'now', class: 'entry' },
      h('div', { class: 'entry__words' },
        h('p', { class: 'entry__name' }, names.now),
        h('p', { class: 'entry__note' }, names.next ? t('staff.round.then', { name: names.next }) : t('staff.round.last')),
        now.kind === 'goodbye' && h('p', { class: 'entry__note' }, t('staff.round.for', { name: names.leaver })),
        later !== '' && h('p', { class: 'entry__note' }, t('staff.round.later', { names: later }))),
      h(Button, { kind: 'kind', disabled: busy, onClick: next }, t('turn.next'))),
    now.lent >= 0 && h('div', { key: 'lent', class: 'entry' },
      h('p', { class: 'entry__words entry__note' }, t('staff.round.lent', { name: names.lent })),
      h(Button, { onClick: () => attempt(command('lend_turn', { seat: -1 })) }, t('staff.round.takeback'))),
    h('p', { key: 'hint', class: 'entry__note' }, t('staff.round.hint')),
    h(Button, { key: 'end', onClick: () => attempt(command('end_round')) }, t('staff.round.end')),
  ];
}
