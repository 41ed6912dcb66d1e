// The circle itself: seats as a closed loop, in seat order, for everybody the
// same. Tiles are keyed by seat and never made anew, so that pictures play on.
import { h } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { seats } from '../core/session.js';
import { t } from '../text/t.js';
import { Hearth } from './hearth.js';
import { layout } from './layout.js';
import { Tile } from './tile.js';

/** @param {{onOpen?: (seat: number) => void}} props */
export function Stage({ onOpen }) {
  const { ref, width, height } = useSize();
  const list = seats.value;
  const found = useMemo(() => layout(list.length, width, height), [list.length, width, height]);
  const ready = width > 0 && list.length > 0;
  return h('div', { class: 'stage', ref },
    ready && found.middle && h(Hearth, { rect: found.middle }),
    h('ol', { class: 'circle', 'aria-label': t('circle.label'), 'data-mode': found.mode },
      ready && list.map((seat, i) => h(Tile, { key: seat.seat, seat, rect: found.cells[i], onOpen }))));
}

/** The size of the stage, followed as it changes. */
function useSize() {
  const ref = useRef(/** @type {HTMLDivElement|null} */ (null));
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return;
    const measure = () => setSize((old) => (old.width === box.clientWidth && old.height === box.clientHeight ? old : { width: box.clientWidth, height: box.clientHeight }));
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(box);
    return () => watch.disconnect();
  }, []);
  return { ref, ...size };
}
