// The quiet time on the screen: it counts by the server's clock, and its end is
// a soft sound, so that eyes may be closed (C-3).
import { useEffect, useRef, useState } from 'preact/hooks';
import { clock } from '../core/clock.js';
import { ahead, serverTime } from '../core/servertime.js';
import { middle, testSound, you } from '../core/session.js';
import { countdown } from './countdown.js';

/** A quiet time that ended this long before its time was ended by a facilitator, in milliseconds. */
const EARLY = 1500;

/**
 * What is left of the quiet time, in milliseconds; null while there is none.
 * @returns {number|null}
 */
export function useQuiet() {
  const ends = middle.value?.quiet?.ends ?? 0;
  const [, tick] = useState(0);
  const { left, next } = countdown(ends, serverTime(clock.now()));
  useEffect(() => {
    if (next <= 0) return;
    const timer = clock.after(() => tick((n) => n + 1), next);
    return () => clock.cancel(timer);
  }, [ends, left, ahead.value]);
  return ends > 0 && left > 0 ? left : null;
}

/** Two soft notes when a quiet time is over. Mounted once, with the circle. */
export function QuietBell() {
  const ends = middle.value?.quiet?.ends ?? 0;
  const before = useRef(0);
  useEffect(() => {
    const over = before.current > 0 && ends === 0 && serverTime(clock.now()) > before.current - EARLY;
    before.current = ends;
    if (over && !you.value?.away) Promise.resolve(testSound()).catch(() => { /* a browser that allows no sound shows the end anyway */ });
  }, [ends]);
  return null;
}
