// Captions written by a person (S-15): shown below the circle, by each one's own
// choice and size; written in one line by whoever is here as support.
import { h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { signal } from '@preact/signals';
import { command, seats, you } from '../core/session.js';
import { texts } from '../core/texts.js';
import { t } from '../text/t.js';
import { Icon } from './icons.js';
import { WriteForm } from './writeform.js';

/** How many lines are shown at once. */
const LINES = 2;

/** Lines go after this long without a new one, in milliseconds. */
const STAYS = 20_000;

/** How this viewer wants them; of this page only. */
export const captionSize = signal(/** @type {'off'|'usual'|'large'} */ ('usual'));

const next = /** @type {const} */ ({ off: 'usual', usual: 'large', large: 'off' });

/** The newest lines; on a screen reader they are read as they come. */
export function Captions() {
  const list = texts.caption.value.slice(-LINES);
  const [shown, setShown] = useState(0);
  const newest = list.at(-1)?.key ?? 0;
  useEffect(() => {
    setShown(newest);
    const timer = setTimeout(() => setShown(0), STAYS);
    return () => clearTimeout(timer);
  }, [newest]);
  const live = newest !== 0 && shown === newest && captionSize.value !== 'off';
  const kept = newest !== 0 && captionSize.value !== 'off'; // room for them stays, so that no face jumps
  return h('div', { class: ['captions', kept && 'captions--kept', captionSize.value === 'large' && 'captions--large'].filter(Boolean).join(' '), role: 'log', 'aria-live': 'polite', 'aria-label': t('captions.label') },
    live && list.map((said) => h('p', { key: said.key, dir: 'auto' }, said.text)));
}

/** In the sheet behind "More": off, usual, large - while somebody can write them. */
export function CaptionChoice() {
  if (texts.caption.value.length === 0 && !seats.value.some((s) => s.role === 'support')) return null;
  const size = captionSize.value;
  return h('button', { type: 'button', class: 'item', onClick: () => { captionSize.value = next[size]; } },
    h(Icon, { name: 'message' }),
    h('span', { class: 'item__words' }, h('span', null, t('captions.head')), h('span', { class: 'item__note', 'aria-live': 'polite' }, t(`captions.${size}`))));
}

/** The captioner's own line. */
export function CaptionWriter() {
  return you.value?.role === 'support' ? h(WriteForm, { id: 'caption', label: t('captions.write'), send: (text) => command('caption', { text }) }) : null;
}
