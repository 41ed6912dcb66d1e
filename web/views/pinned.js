// The pinned support seats and whoever speaks, large (M-X4). Copies of what is
// in the circle: assistive technology hears of each person once, there.
import { h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { pins, seats, speaking, you } from '../core/session.js';
import { speakerSeat } from './pair.js';
import { PinButton } from './pin.js';
import { Tile } from './tile.js';

/** Somebody has to speak that long to get the large place, in milliseconds. */
const SETTLES = 900;

/** The seats drawn large, in their order: the pinned ones, then the speaker's. */
export function useLarge() {
  const speaker = useSpeakerSeat();
  return pins.value.length > 0 ? [...pins.value, speaker] : [];
}

/** @param {{numbers: number[], rects: import('./layout.js').Rect[]}} props */
export function Pinned({ numbers, rects }) {
  const places = numbers.map((number, i) => ({ seat: seats.value.find((s) => s.seat === number), rect: rects[i], pinned: pins.value.includes(number) }));
  return h('div', { class: 'pinned' }, places.map(({ seat, rect, pinned }) => seat && rect &&
    h(Tile, { key: pinned ? seat.seat : 'speaker', seat, rect, copy: true }, pinned && h(PinButton, { seat }))));
}

/** Who speaks, once that has settled, so that a cough changes nothing. */
function useSpeakerSeat() {
  const [seat, setSeat] = useState(-1);
  const on = pins.value.length > 0;
  const next = on ? speakerSeat(seats.value, speaking.value, { before: seat, own: you.value?.seat ?? -1, pins: pins.value }) : -1;
  const there = seats.value.some((s) => s.seat === seat);
  useEffect(() => {
    if (next === seat) return;
    if (!there || next === -1) return setSeat(next);
    const timer = setTimeout(() => setSeat(next), SETTLES);
    return () => clearTimeout(timer);
  }, [next, seat, there]);
  return there ? seat : next;
}
