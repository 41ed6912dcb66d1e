// The words in the open middle of the circle: who would like to speak, who
// speaks, or that there is time. Quiet; nothing blinks.
import { h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { seats, speaking, you } from '../core/session.js';
import { t } from '../text/t.js';
import { Icon } from './icons.js';
import { queue } from './queue.js';

/** @typedef {import('./layout.js').Rect} Rect */

/** A new speaker is named after this long, so that a cough changes nothing. */
const SETTLES = 900;

/** @param {{rect: Rect}} props */
export function Hearth({ rect }) {
  const { w, h: height } = rect;
  const style = { '--x': `${rect.x.toFixed(2)}px`, '--y': `${rect.y.toFixed(2)}px`, '--w': `${w.toFixed(2)}px`, '--h': `${height.toFixed(2)}px` };
  const size = w >= 320 ? (height >= 120 ? 'large' : 'line') : height < 84 ? 'tiny' : 'small';
  return h('div', { class: `hearth hearth--${size} ${size === 'tiny' ? 'hearth--small' : ''}`, style },
    size === 'large' && h(Icon, { name: 'hearth', size: 34, class: 'ember' }),
    h(HearthWords, null));
}

/** Also shown alone where the circle has no open middle. */
export function HearthWords() {
  const speaker = useSpeaker();
  const { next, then } = queue(seats.value);
  const here = seats.value.filter((s) => s.state !== 'stepped_out').length;
  return h('div', { class: 'hearth__words' },
    h('p', { class: 'hearth__soft' }, t('circle.here', { n: here })),
    next ? h('p', { class: 'hearth__main' }, next.seat === you.value?.seat ? t('circle.hand.you') : t('circle.hand', { name: next.name }))
      : h('p', { class: 'hearth__main' }, speaker ? t('circle.speaking', { name: speaker }) : t('circle.quiet')),
    then.length > 0 && h('p', { class: 'hearth__soft' }, t('circle.queue', { names: then.map((s) => s.name).join(', ') })));
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
