// What facilitators can lay into the middle of the circle: a card, a quiet
// time, a note to take home, and the open end of a horseshoe.
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { command, middle } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { clockTime } from './duration.js';
import { QuietSheet } from './quietsheet.js';
import { useQuiet } from './quiettime.js';
import { TextSheet } from './textsheet.js';

/** Four quiet powers, and the end of a quiet time while one goes on. */
export function MiddlePart() {
  const [open, setOpen] = useState(/** @type {'prompt'|'note'|'quiet'|null} */ (null));
  const close = () => setOpen(null);
  const left = useQuiet();
  const { horseshoe = false, prompt = '', note = '' } = middle.value ?? {};
  return h('section', { class: 'part' },
    h('h2', { class: 'part__head' }, t('staff.middle')),
    left !== null && h('div', { class: 'entry' },
      h('p', { class: 'entry__words entry__name' }, t('staff.quiet.left', { time: clockTime(left) })),
      h(Button, { onClick: () => attempt(command('end_quiet')) }, t('staff.quiet.end'))),
    h('div', { class: 'powers' },
      h(Button, { onClick: () => setOpen('prompt') }, t(prompt ? 'staff.card.change' : 'staff.card')),
      h(Button, { onClick: () => setOpen('quiet') }, t('staff.quiet')),
      h(Button, { onClick: () => setOpen('note') }, t(note ? 'staff.note.change' : 'staff.note')),
      h(Button, { onClick: () => attempt(command('arrange', { horseshoe: !horseshoe })) }, t(horseshoe ? 'staff.circle' : 'staff.horseshoe'))),
    open === 'prompt' && h(TextSheet, { kind: 'prompt', title: t('staff.card.head'), about: t('staff.card.note'), text: prompt, most: 200, onClose: close }),
    open === 'note' && h(TextSheet, { kind: 'note', title: t('staff.note.head'), about: t('staff.note.note'), text: note, most: 1000, onClose: close }),
    open === 'quiet' && h(QuietSheet, { onClose: close }));
}
