// One seat in the circle: a picture or an initial, a name, and the few states
// others may know. Every seat is the same size, camera or not (M-C5).
import { h } from 'preact';
import { useComputed } from '@preact/signals';
import { hideSelf, localVideo, room, seatMedia, speaking, you } from '../core/session.js';
import { t } from '../text/t.js';
import { Icon } from './icons.js';
import { Video } from './video.js';

/** @typedef {import('../core/wire.js').Seat} Seat */
/** @typedef {import('./layout.js').Rect} Rect */

/** Soft colours go round with the seat number, never with the name. */
const TONES = 8;

/**
 * @param {{seat: Seat, rect: Rect, onOpen?: (seat: number) => void}} props
 */
export function Tile({ seat, rect, onOpen }) {
  const mine = seat.seat === you.value?.seat;
  const loud = useComputed(() => speaking.value.has(seat.seat)).value && seat.mic;
  const stream = mine ? localVideo.value : seatMedia(seat.seat).video;
  const shown = stream !== null && pictured(seat, mine);
  const classes = ['tile', `tone-${seat.seat % TONES}`, loud && 'tile--speaking', seat.state !== 'here' && 'tile--gone', small(rect) && 'tile--small', rect.h < 86 && 'tile--low'];
  return h('li', { class: classes.filter(Boolean).join(' '), style: place(rect), 'data-seat': seat.seat },
    h(Video, { stream: stream ?? null, class: `${shown ? '' : 'video--none'} ${mine ? 'video--mirror' : ''}` }),
    !shown && h('span', { class: 'tile__initial', 'aria-hidden': 'true' }, initial(seat.name)),
    h(StateWord, { seat, mine }),
    seat.hand ? h('span', { class: 'tile__hand', 'aria-hidden': 'true' }, h(Icon, { name: 'hand', size: 18 })) : null,
    h(NamePill, { seat, mine }),
    h('span', { class: 'sr' }, describe(seat, mine, shown)),
    onOpen && h('button', { type: 'button', class: 'tile__open', 'aria-label': t('staff.seat.open', { name: describe(seat, mine, shown) }), onClick: () => onOpen(seat.seat) }));
}

/**
 * Whether this seat's picture flows to us now. A pause or a hold stops it on
 * the server; what would stay is a frozen face.
 * @param {Seat} seat
 * @param {boolean} mine
 */
function pictured(seat, mine) {
  const phase = room.value?.phase;
  if (!seat.camera || seat.away || seat.state !== 'here' || phase === 'hold') return false;
  if (phase === 'paused' && seat.role === 'patient') return false;
  if (mine) return !hideSelf.value && !you.value?.video_held;
  return seatMedia(seat.seat).hasVideo.value;
}

/** @param {{seat: Seat, mine: boolean}} props */
function StateWord({ seat, mine }) {
  const key = seat.state === 'lost' ? 'seat.lost' : seat.state === 'stepped_out' ? 'seat.out' : seat.away ? 'seat.away' : mine && hideSelf.value && seat.camera ? 'seat.hidden' : null;
  return key && h('span', { class: 'tile__state', 'aria-hidden': 'true' }, t(key));
}

/** @param {{seat: Seat, mine: boolean}} props */
function NamePill({ seat, mine }) {
  return h('span', { class: 'pill', 'aria-hidden': 'true' },
    seat.role === 'facilitator' && h('span', { class: 'pill__mark' }),
    h('span', { class: 'pill__name' }, mine ? t('seat.you', { name: seat.name }) : seat.name),
    !seat.mic && h(Icon, { name: 'micOff', size: 15 }));
}

/**
 * All that the tile shows, as one sentence for assistive technology.
 * @param {Seat} seat
 * @param {boolean} mine
 * @param {boolean} shown
 */
function describe(seat, mine, shown) {
  const words = [mine ? t('seat.you', { name: seat.name }) : seat.name];
  if (seat.role !== 'patient') words.push(t(seat.role === 'facilitator' ? 'seat.facilitator' : 'seat.support'));
  if (seat.state !== 'here') words.push(t(seat.state === 'lost' ? 'seat.lost' : 'seat.out'));
  else if (seat.away) words.push(t('seat.away'));
  words.push(t(seat.mic ? 'seat.mic.on' : 'seat.mic.off'));
  if (!shown) words.push(t(mine && hideSelf.value && seat.camera ? 'seat.hidden' : 'seat.camera.off'));
  if (seat.hand) words.push(t('seat.hand'));
  return words.join(', ');
}

/** @param {string} name */
function initial(name) {
  const [first] = new Intl.Segmenter().segment(name);
  return (first?.segment ?? '').toUpperCase();
}

/** @param {Rect} rect */
function small(rect) {
  return rect.w < 150;
}

/**
 * The place goes through CSSOM properties: the policy allows no style attribute.
 * @param {Rect} rect
 */
function place({ x, y, w, h: height }) {
  return { '--x': `${x.toFixed(2)}px`, '--y': `${y.toFixed(2)}px`, '--w': `${w.toFixed(2)}px`, '--h': `${height.toFixed(2)}px` };
}
