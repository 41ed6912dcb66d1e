// Shows the most pressing notice as a quiet card above the controls.
import { h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { command, devices, leave, mediaState, playBlocked, repair, resumePlay, room, setHand, status, you } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { notices } from './notices.js';

/** @typedef {import('./notices.js').NoticeAct} NoticeAct */

/** Nothing before there is a view. */
export function NoticeCard() {
  return you.value && room.value ? h(First, { you: you.value, room: room.value }) : null;
}

/**
 * The first notice that was not put away.
 * @param {{you: import('../core/wire.js').You, room: import('../core/wire.js').RoomState}} props
 */
function First({ you, room }) {
  const [away, setAway] = useState(/** @type {string[]} */ ([]));
  const [asked, setAsked] = useState(false);
  useEffect(() => { if (!you.video_held) setAsked(false); }, [you.video_held]);
  const facts = { status: status.value, media: mediaState.value, devices: devices.value, playBlocked: playBlocked.value, asked, you, room };
  const current = notices(facts);
  useForget(away, current.map((n) => n.id), setAway);
  const notice = current.find((n) => !away.includes(n.id));
  if (!notice) return null;
  const put = () => setAway([...away, notice.id]);
  const ask = async () => { if (await attempt(command('ask_video'))) setAsked(true); };
  return h('div', { class: 'notice', role: 'status' },
    h('div', { class: 'notice__words' },
      h('p', { class: 'notice__head' }, t(notice.head)),
      notice.body && h('p', { class: 'notice__body' }, t(notice.body))),
    notice.acts.length > 0 && h('div', { class: 'notice__acts' }, notice.acts.map((act, i) => h(Act, { key: act, act, first: i === 0, put, ask }))));
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
    const kept = away.filter((id) => current.includes(id) || id.startsWith('muted'));
    if (kept.length !== away.length) setAway(kept);
  }, [known]);
}

/** @param {{act: NoticeAct, first: boolean, put: () => void, ask: () => void}} props */
function Act({ act, first, put, ask }) {
  const kind = first ? 'kind' : 'plain';
  switch (act) {
    case 'sound': return h(Button, { kind, icon: 'sound', onClick: resumePlay }, t('notice.sound.do'));
    case 'mic': return h(Button, { kind, onClick: () => attempt(repair('mic')) }, t('notice.repair'));
    case 'camera': return h(Button, { kind, onClick: () => attempt(repair('camera')) }, t('notice.repair'));
    case 'ask': return h(Button, { kind, onClick: ask }, t('notice.video.do'));
    case 'hand': return h(Button, { kind, icon: 'hand', onClick: () => attempt(setHand(true)) }, t('notice.held.do'));
    case 'leave': return h(Button, { kind: 'plain', onClick: () => attempt(leave()) }, t('do.leave'));
    default: return h(Button, { kind: 'plain', onClick: put }, t('ok'));
  }
}
