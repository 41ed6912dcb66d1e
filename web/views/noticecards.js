// Quiet cards between the circle and the controls. They take room of their own,
// so that no face and no name is behind one.
import { h } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { clock } from '../core/clock.js';
import { command, devices, leave, mediaState, pauses, playBlocked, repair, resumePlay, room, round, setHand, status, you } from '../core/session.js';
import { Weak } from '../core/weak.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { actWords, notices } from './notices.js';
import { askSupport } from './supportask.js';
import { askGoodbye } from './goodbyefirst.js';
import { GroupLatest } from './saying.js';
import { KindWords, kindWordsNow } from './kindwords.js';
import { useMiddleCards } from './middlecards.js';
import { TurnCard } from './turncard.js';
import { SideRoom } from './siderooms.js';
import { turnPart } from './turn.js';
import { useMedia } from './wide.js';

/** @typedef {import('./notices.js').NoticeAct} NoticeAct */

/** More notices than this wait behind a button, and on a small screen more cards of any kind, so that there is room for the circle. */
const SHOWN = 2;

/** A screen that has no more room than for so many cards. */
const SMALL = '(max-width: 600px)';
const LOW = '(max-height: 480px)';

/** A gap shorter than this is not worth a word, in milliseconds. */
const BRIEF = { link: 1500, media: 3000 };

/** Nothing before there is a view. */
export function Notices() {
  return you.value && room.value ? h(Stack, { you: you.value, room: room.value }) : null;
}

/**
 * The notices that were not put away, the most pressing first.
 * @param {{you: import('../core/wire.js').You, room: import('../core/wire.js').RoomState}} props
 */
function Stack({ you, room }) {
  const [away, setAway] = useState(/** @type {string[]} */ ([]));
  const [asked, setAsked] = useState(false);
  const [all, setAll] = useState(false);
  useEffect(() => { if (!you.video_held) setAsked(false); }, [you.video_held]);
  const current = notices({ ...useConnection(), devices: devices.value, playBlocked: playBlocked.value, weak: useWeak(), asked, you, room });
  useForget(away, current.map((n) => n.id), setAway);
  const list = current.filter((n) => !away.includes(n.id));
  const ask = async () => { if (await attempt(command('ask_video'))) setAsked(true); };
  const shown = all ? list : list.slice(0, SHOWN);
  const cards = [
    you.side && h(SideRoom, { key: 'side' }),
    turnPart(round.value, you) && h(TurnCard, { key: 'turn' }),
    ...shown.map((notice) => h(Card, { key: notice.id, notice, ask, put: () => setAway([...away, notice.id]) })),
    kindWordsNow() && h(KindWords, { key: 'farewell' }),
    ...useMiddleCards(),
  ].filter(Boolean);
  const most = useMost();
  const others = cards.length - shown.length;
  const rest = others + list.length - Math.min(most, others + Math.min(list.length, SHOWN));
  useEffect(() => { if (rest <= 0) setAll(false); }, [rest <= 0]);
  const box = useRef(/** @type {HTMLDivElement|null} */ (null));
  useEffect(() => { if (all) box.current?.scrollTo(0, 0); }, [all]);
  return h('div', { ref: box, class: 'notices', role: 'status' },
    all ? cards : cards.slice(0, most),
    rest > 0 && !all && h(Button, { kind: 'quiet', class: 'notices__more', onClick: () => setAll(true) }, t('notice.more', { n: rest })),
    h(GroupLatest, { key: 'group' }));
}

/** @param {{notice: import('./notices.js').Notice, ask: () => void, put: () => void}} props */
function Card({ notice, ask, put }) {
  return h('div', { class: 'notice' },
    h('div', { class: 'notice__words' },
      h('p', { class: 'notice__head' }, t(notice.head, notice.params)),
      notice.body && h('p', { class: 'notice__body' }, t(notice.body, notice.params))),
    notice.acts.length > 0 && h('div', { class: 'notice__acts' }, notice.acts.map((act, i) => h(Act, { key: act, act, first: i === 0, put, ask }))));
}

/** How many cards of any kind there is room for. */
function useMost() {
  const [small, low] = [useMedia(SMALL), useMedia(LOW)];
  return low ? 1 : small ? SHOWN : Infinity;
}

/**
 * The connection as it should be spoken of: notices make the circle smaller, so
 * a gap that heals at once is none.
 * @returns {Pick<import('./notices.js').Facts, 'status'|'media'>}
 */
function useConnection() {
  const away = useLasting(status.value !== 'open', BRIEF.link);
  const silent = useLasting(mediaState.value === 'connecting' || mediaState.value === 'failed', BRIEF.media);
  return { status: away ? status.value : 'open', media: silent ? 'failed' : 'connected' };
}

/** Which weak spell of the connection is to be spoken of; null for none. */
function useWeak() {
  const [weak] = useState(() => new Weak(clock));
  const now = [...pauses.value.values()].includes('weak');
  useEffect(() => weak.told(now), [now]);
  useEffect(() => () => weak.stop(), []);
  return weak.said.value ? weak.spell : null;
}

/**
 * Whether something has been so for a while.
 * @param {boolean} so
 * @param {number} ms
 */
function useLasting(so, ms) {
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    if (!so) return setLasts(false);
    const timer = setTimeout(() => setLasts(true), ms);
    return () => clearTimeout(timer);
  }, [so]);
  return so && lasts;
}

/**
 * A reason that has gone may come back as news later.
 * @param {string[]} away
 * @param {string[]} current
 * @param {(ids: string[]) => void} setAway
 */
function useForget(away, current, setAway) {
  const known = current.join();
  useEffect(() => {
    const kept = away.filter((id) => current.includes(id) || id.startsWith('muted') || id.startsWith('weak'));
    if (kept.length !== away.length) setAway(kept);
  }, [known]);
}

/** @param {{act: NoticeAct, first: boolean, put: () => void, ask: () => void}} props */
function Act({ act, first, put, ask }) {
  const kind = first ? 'kind' : 'plain';
  const words = t(actWords[act]);
  switch (act) {
    case 'sound': return h(Button, { kind, icon: 'sound', onClick: resumePlay }, words);
    case 'mic': return h(Button, { kind, onClick: () => attempt(repair('mic')) }, words);
    case 'camera': return h(Button, { kind, onClick: () => attempt(repair('camera')) }, words);
    case 'ask': return h(Button, { kind, onClick: ask }, words);
    case 'hand': return h(Button, { kind, icon: 'hand', onClick: () => attempt(setHand(true)) }, words);
    case 'unask': return h(Button, { kind: 'plain', onClick: () => askSupport(false) }, words);
    case 'ungoodbye': return h(Button, { kind: 'plain', onClick: () => askGoodbye(false) }, words);
    case 'leave': return h(Button, { kind: 'plain', onClick: () => attempt(leave()) }, words);
    default: return h(Button, { kind: 'plain', onClick: put }, words);
  }
}
