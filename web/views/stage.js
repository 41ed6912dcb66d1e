// The circle itself: seats as a closed loop, in seat order, for everybody the
// same. Tiles are keyed by seat and never made anew, so that pictures play on.
import { h } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { middle, you } from '../core/session.js';
import { draw } from '../core/wishes.js';
import { t } from '../text/t.js';
import { Hearth } from './hearth.js';
import { horseshoe } from './horseshoe.js';
import { isLarge } from './large.js';
import { layout } from './layout.js';
import { divide } from './pair.js';
import { Pinned, useLarge } from './pinned.js';
import { inSight } from './siderooms.js';
import { Tile } from './tile.js';

/** @typedef {import('./layout.js').Rect} Rect */

/** @param {{onOpen?: (seat: number) => void}} props */
export function Stage({ onOpen }) {
  const { ref, ...size } = useSize();
  const list = inSight();
  const large = useLarge();
  const leader = middle.value?.horseshoe ? list.findIndex((s) => s.role === 'facilitator') : -1;
  const found = useMemo(() => arrange(list.length, size, large.length, leader), [list.length, size.width, size.height, size.usual, large.length, leader]);
  const ready = size.width > 0 && list.length > 0;
  useDrawn(ready, [...list.map((s, i) => ({ seat: s.seat, rect: found.cells[i] })), ...large.map((seat, i) => ({ seat, rect: found.large[i] }))]);
  return h('div', { class: 'stage', ref },
    ready && found.middle && h(Hearth, { rect: found.middle }),
    h('ol', { class: 'circle', 'aria-label': t('circle.label'), 'data-mode': found.mode },
      ready && list.map((seat, i) => h(Tile, { key: seat.seat, seat, rect: found.cells[i], onOpen }))),
    ready && large.length > 0 && h(Pinned, { numbers: large, rects: found.large }));
}

/**
 * The circle, beside or below what is pinned.
 * @param {number} count seats
 * @param {{width: number, height: number, usual: number}} size
 * @param {number} large how many large pictures, the speaker's included
 * @param {number} leader who sits at the open end of a horseshoe; -1: a closed circle
 */
function arrange(count, { width, height, usual }, large, leader) {
  const { large: rects, circle } = divide(width, height, Math.max(0, large - 1));
  const { cells, middle, mode } = leader < 0 ? layout(count, circle.w, circle.h, circle.h + usual - height) : horseshoe(leader, count, circle.w, circle.h, circle.h + usual - height);
  /** @param {Rect} r @returns {Rect} */
  const moved = (r) => ({ ...r, x: r.x + circle.x, y: r.y + circle.y });
  return { mode, cells: cells.map(moved), middle: middle && moved(middle), large: rects };
}

/**
 * Tells which of the others' pictures are drawn large.
 * @param {boolean} ready
 * @param {{seat: number, rect: Rect}[]} drawn
 */
function useDrawn(ready, drawn) {
  const big = ready ? drawn.filter(({ seat, rect }) => seat >= 0 && seat !== you.value?.seat && isLarge(rect, devicePixelRatio)) : [];
  const seats = [...new Set(big.map(({ seat }) => seat))].sort((a, b) => a - b);
  useEffect(() => draw(seats), [seats.join()]);
  useEffect(() => () => draw([]), []);
}

/** The size of the stage, followed as it changes; and its height when no notice takes any of it. */
function useSize() {
  const ref = useRef(/** @type {HTMLDivElement|null} */ (null));
  const [size, setSize] = useState({ width: 0, height: 0, usual: 0 });
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return;
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = box;
      const usual = height + (/** @type {HTMLElement|null} */ (document.querySelector('.below'))?.offsetHeight ?? 0);
      setSize((old) => (old.width === width && old.height === height && old.usual === usual ? old : { width, height, usual }));
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(box);
    return () => watch.disconnect();
  }, []);
  return { ref, ...size };
}
