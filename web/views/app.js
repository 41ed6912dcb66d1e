// The page: one screen at a time, chosen by screens.js.
import { h, render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { over, start, status, view, waitUntil } from '../core/session.js';
import { t } from '../text/t.js';
import { toast } from './attempt.js';
import { AtDoor } from './atdoor.js';
import { Circle } from './circle.js';
import { covered, refused, staff } from './flow.js';
import { FullPage } from './fullpage.js';
import { HelpSheet, helpOpen } from './help.js';
import { Join } from './join.js';
import { Live } from './live.js';
import { screen } from './screens.js';
import { WaitingRoom } from './waiting.js';

/** @typedef {import('./screens.js').Screen} Screen */

/** The screen of now, the help sheet over it, and what is said aside. */
function Page() {
  const now = screen({ status: status.value, over: over.value?.code ?? null, waitUntil: waitUntil.value, refused: refused.value, view: view.value });
  const [bridge, setBridge] = useBridge(now);
  useTidy(now);
  return [
    h(Now, { key: 'screen', now, bridge, onBridged: () => setBridge(false) }),
    helpOpen.value && h(HelpSheet, { key: 'help' }),
    h(Toast, { key: 'toast' }),
    h(Live, { key: 'live' }),
  ];
}

/** @param {{now: Screen, bridge: boolean, onBridged: () => void}} props */
function Now({ now, bridge, onBridged }) {
  switch (now.at) {
    case 'state': return h(FullPage, { name: now.state });
    case 'join': return h(Join, null);
    case 'waiting': return h(WaitingRoom, { key: now.variant, variant: now.variant });
    case 'door': return h(AtDoor, null);
    case 'circle': return h(Circle, { bridge, onBridged });
  }
}

/**
 * The bridge is shown to somebody who comes in from the waiting room, never
 * after a reload or a dropped connection.
 * @param {Screen} now
 * @returns {[boolean, (on: boolean) => void]}
 */
function useBridge(now) {
  const before = useRef(/** @type {Screen['at']} */ ('state'));
  const [bridge, setBridge] = useState(false);
  const arrives = before.current === 'waiting' && now.at === 'circle' && !staff.value;
  useEffect(() => {
    if (now.at !== 'circle') setBridge(false);
    if (arrives) setBridge(true);
    if (now.at !== 'state') before.current = now.at;
  }, [now.at]);
  return [bridge || arrives, setBridge];
}

/**
 * What belongs to the circle ends with it.
 * @param {Screen} now
 */
function useTidy(now) {
  useEffect(() => {
    if (now.at !== 'circle') covered.value = false;
    document.documentElement.dataset.screen = now.at;
  }, [now.at]);
}

/** One short sentence after something that could not be done. */
function Toast() {
  return h('div', { class: 'toast', role: 'status', 'aria-live': 'polite' }, toast.value && h('p', null, t(toast.value)));
}

const root = document.getElementById('app');
root?.replaceChildren(); // what was there until now
if (root) render(h(Page, null), root);
start();
