// The words in the open middle of the circle: the step, the card, whose turn it
// is, who would like to speak. Quiet; nothing blinks.
import { h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { middle, seats, speaking, view } from '../core/session.js';
import { t } from '../text/t.js';
import { clockTime } from './duration.js';
import { Icon } from './icons.js';
import { middleWords } from './middlewords.js';
import { useQuiet } from './quiettime.js';
import { roomy } from './roomy.js';
import { inSight } from './siderooms.js';

/** @typedef {import('./layout.js').Rect} Rect */

/** A new speaker is named after this long, so that a cough changes nothing. */
const SETTLES = 900;

/** @param {{rect: Rect}} props */
export function Hearth({ rect }) {
  const { w, h: height } = rect;
  const style = { '--x': `${rect.x.toFixed(2)}px`, '--y': `${rect.y.toFixed(2)}px`, '--w': `${w.toFixed(2)}px`, '--h': `${height.toFixed(2)}px` };
  const size = w >= 320 ? (height >= 120 ? 'large' : 'line') : height < 84 ? 'tiny' : 'small';
  const space = roomFor(size, w);
  useEffect(() => {
    roomy.value = space;
    return () => { roomy.value = false; };
  }, [space]);
  const breathing = middle.value?.quiet?.kind === 'breathing';
  if (w < 100 && height < 70) return null; // no word could be read here
  return h('div', { class: `hearth hearth--${size} ${size === 'tiny' ? 'hearth--small' : ''} ${size === 'small' && w >= 180 ? 'hearth--mid' : ''} ${breathing ? 'hearth--breathing' : ''}`, style },
    size === 'large' && h(Icon, { name: 'hearth', size: 34, class: 'ember' }),
    h(HearthWords, { roomy: space, line: size === 'line' }));
}

/** Whether a card of 200 letters can be read here. @param {string} size @param {number} width CSS pixels */
function roomFor(size, width) {
  return size === 'large' || (size === 'line' && width >= 700);
}

/** @param {{roomy: boolean, line: boolean}} props line: there is height for two lines, or for a card */
function HearthWords({ roomy, line }) {
  const speaker = useSpeaker();
  const left = useQuiet();
  if (!view.value) return null;
  const { top, main, below } = middleWords(view.value, { speaker, quiet: left === null ? null : clockTime(left), roomy });
  const card = 'text' in main;
  return h('div', { class: 'hearth__words' },
    top && !(line && (card || below)) && h('p', { class: 'hearth__soft' }, t(top.key, top.params)),
    h('p', { class: card ? 'hearth__main hearth__card' : 'hearth__main' }, card ? main.text : t(main.key, main.params)),
    below && h('p', { class: 'hearth__soft' }, t(below.key, below.params)));
}

/** The name of who speaks, once that has settled; '' while nobody does. */
function useSpeaker() {
  const loud = seats.value.filter((s) => s.mic && speaking.value.has(s.seat));
  const name = loud.length === 1 ? loud[0].name : '';
  const [settled, setSettled] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSettled(name), name === '' ? SETTLES * 4 : SETTLES);
    return () => clearTimeout(timer);
  }, [name]);
  return settled;
}
