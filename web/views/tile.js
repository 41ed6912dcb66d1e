// One seat in the circle: a picture or an initial, a name, and the few states
// others may know. Every seat is the same size, camera or not (M-C5).
import { h } from 'preact';
import { useComputed } from '@preact/signals';
import { hideSelf, localVideo, pauses, room, round, seatMedia, speaking, you } from '../core/session.js';
import { t } from '../text/t.js';
import { Icon } from './icons.js';
import { PinButton } from './pin.js';
import { CareMark, careMark } from './supportmark.js';
import { turnOf } from './turn.js';
import { Video } from './video.js';

/** @typedef {import('../core/wire.js').Seat} Seat */
/** @typedef {import('./layout.js').Rect} Rect */

/** Soft colours go round with the seat number, never with the name. */
const TONES = 8;

/** A letter in the pill of a small tile, and what else is in the pill, in CSS pixels: about. */
const LETTER = 7;
const PILL = 42;

/** How a paused picture is spoken of: on the tile, and to a screen reader. */
const PAUSED = /** @type {const} */ ({
  weak: ['seat.paused.weak', 'seat.why.weak'],
  saver: ['seat.paused.saver', 'seat.why.saver'],
  codec: ['seat.paused.codec', 'seat.why.codec'],
});

/**
 * copy: the same seat once more, large; what it says is said in the circle.
 * @param {{seat: Seat, rect: Rect, copy?: boolean, onOpen?: (seat: number) => void, children?: any}} props
 */
export function Tile({ seat, rect, copy, onOpen, children }) {
  const mine = seat.seat === you.value?.seat;
  const loud = useComputed(() => speaking.value.has(seat.seat)).value && seat.mic;
  const stream = mine ? localVideo.value : seatMedia(seat.seat).video;
  const shown = stream !== null && pictured(seat, mine);
  const turn = turnOf(round.value, seat.seat);
  const pinnable = !copy && !mine && !onOpen && seat.role === 'support';
  const classes = ['tile', `tone-${seat.seat % TONES}`, loud && 'tile--speaking', !copy && turn && `tile--${turn}`, seat.state !== 'here' && seat.state !== 'side' && 'tile--gone', small(rect) && 'tile--small', rect.h < 86 && 'tile--low', rect.h < 75 && 'tile--flat', (pinnable || (copy && children)) && 'tile--pin'];
  return h(copy ? 'div' : 'li', { class: classes.filter(Boolean).join(' '), style: place(rect), [copy ? 'data-large' : 'data-seat']: seat.seat },
    h(Video, { stream: stream ?? null, class: `${shown ? '' : 'video--none'} ${mine ? 'video--mirror' : ''}` }),
    !shown && h(Initial, { seat, mine }),
    h(StateWord, { seat, mine }),
    !copy && turn && h('span', { class: 'tile__turn', 'aria-hidden': 'true' }, t(`turn.tile.${turn}`)),
    seat.hand ? h('span', { class: 'tile__hand', 'aria-hidden': 'true' }, h(Icon, { name: 'hand', size: 18 })) : null,
    h(NamePill, { seat, mine, width: rect.w }),
    h(CareMark, { seat }),
    !copy && h('span', { class: 'sr' }, describe(seat, mine, shown)),
    pinnable && h(PinButton, { seat, spread: true }),
    onOpen && h('button', { type: 'button', class: 'tile__open', 'aria-label': t('staff.seat.open', { name: describe(seat, mine, shown) }), onClick: () => onOpen(seat.seat) }),
    children);
}

/** In place of a picture; with a quiet word when it is one that is not sent to us. @param {{seat: Seat, mine: boolean}} props */
function Initial({ seat, mine }) {
  const why = pausedWhy(seat, mine);
  return h('span', { class: 'tile__initial', 'aria-hidden': 'true' },
    h('span', null, initial(seat.name)),
    why && h('span', { class: 'tile__why' }, t(PAUSED[why][0])));
}

/**
 * Why a picture that is on is not sent to us; null when that is not so, or when
 * something else is to be said of the seat.
 * @param {Seat} seat
 * @param {boolean} mine
 */
function pausedWhy(seat, mine) {
  return mine || !seat.camera || seat.away || !among(seat) ? null : pauses.value.get(seat.seat) ?? null;
}

/**
 * Whether this seat's picture flows to us now. A pause or a hold stops it on
 * the server; what would stay is a frozen face.
 * @param {Seat} seat
 * @param {boolean} mine
 */
function pictured(seat, mine) {
  const phase = room.value?.phase;
  if (!seat.camera || seat.away || !among(seat) || phase === 'hold') return false;
  if (phase === 'paused' && seat.role === 'patient' && seat.state !== 'side') return false;
  if (mine) return !hideSelf.value && !you.value?.video_held;
  return !pauses.value.has(seat.seat) && seatMedia(seat.seat).hasVideo.value;
}

/** Whether somebody can be seen and heard: in the circle, or in a side room with us. @param {Seat} seat */
function among(seat) {
  return seat.state === 'here' || seat.state === 'side';
}

/** @param {{seat: Seat, mine: boolean}} props */
function StateWord({ seat, mine }) {
  const key = seat.state === 'lost' ? 'seat.lost' : seat.state === 'stepped_out' ? 'seat.out' : seat.away ? 'seat.away' : mine && hideSelf.value && seat.camera ? 'seat.hidden' : null;
  return key && h('span', { class: 'tile__state', 'aria-hidden': 'true' }, t(key));
}

/** One's own name, with as many words as fit. @param {{seat: Seat, mine: boolean, width: number}} props width: of the tile, CSS pixels */
function NamePill({ seat, mine, width }) {
  const whole = mine ? t('seat.you', { name: seat.name }) : seat.name;
  const fits = width >= 150 || whole.length * LETTER + PILL <= width;
  return h('span', { class: 'pill', 'aria-hidden': 'true' },
    seat.role === 'facilitator' && h('span', { class: 'pill__mark' }),
    h('span', { class: 'pill__name' }, mine && !fits ? t('seat.you.short') : whole),
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
  if (!among(seat)) words.push(t(seat.state === 'lost' ? 'seat.lost' : 'seat.out'));
  else if (seat.away) words.push(t('seat.away'));
  words.push(t(seat.mic ? 'seat.mic.on' : 'seat.mic.off'));
  const why = pausedWhy(seat, mine);
  if (why) words.push(t(PAUSED[why][1]));
  else if (!shown) words.push(t(mine && hideSelf.value && seat.camera ? 'seat.hidden' : 'seat.camera.off'));
  if (seat.hand) words.push(t('seat.hand'));
  const turn = turnOf(round.value, seat.seat);
  if (turn) words.push(t(`seat.turn.${turn}`));
  const mark = careMark(seat);
  if (mark) words.push(t(`staff.mark.${mark}`));
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
