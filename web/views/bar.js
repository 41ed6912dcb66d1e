// The five controls. The state that matters most - a microphone that is off -
// is the filled one.
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { setCamera, setHand, setMic, status, you } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt, say } from './attempt.js';
import { Icon } from './icons.js';
import { MoreSheet } from './more.js';
import { stepAway } from './stepaway.js';

/** Microphone, camera, hand, step away, more. */
export function Bar() {
  const [more, setMore] = useState(false);
  if (!you.value) return null;
  const { mic, mic_held: held, camera, video_held: stopped, hand } = you.value;
  const off = status.value !== 'open';
  const picture = camera && !stopped;
  return h('section', { class: 'bar', 'aria-label': t('bar.label') },
    h(Control, { icon: mic ? 'mic' : 'micOff', class: held ? 'control--held' : mic ? '' : 'control--off', disabled: off, onClick: () => toggleMic(mic, held) }, t(held ? 'bar.mic.held' : mic ? 'bar.mic.on' : 'bar.mic.off')),
    h(Control, { icon: picture ? 'camera' : 'cameraOff', pressed: picture, disabled: off, onClick: () => toggleCamera(camera, stopped) }, t('bar.camera')),
    h(Control, { icon: 'hand', class: hand ? 'control--up' : '', pressed: hand, disabled: off, onClick: () => attempt(setHand(!hand)) }, t(hand ? 'bar.hand.up' : 'bar.hand.down')),
    h(Control, { icon: 'away', onClick: stepAway },
      h('span', { class: 'long' }, t('bar.away')), h('span', { class: 'short' }, t('bar.away.short'))),
    h(Control, { icon: 'more', haspopup: true, onClick: () => setMore(true) }, t('bar.more')),
    more && h(MoreSheet, { onClose: () => setMore(false) }));
}

/**
 * @param {{icon: import('./icons.js').IconName, class?: string, pressed?: boolean, haspopup?: boolean, disabled?: boolean, onClick: () => void, children?: any}} props
 */
function Control({ icon, class: extra = '', pressed, haspopup, disabled, onClick, children }) {
  return h('button', { type: 'button', class: `control ${extra}`, 'aria-pressed': pressed, 'aria-haspopup': haspopup ? 'dialog' : undefined, disabled, onClick },
    h(Icon, { name: icon }),
    h('span', { class: 'control__label' }, children));
}

/**
 * @param {boolean} on
 * @param {boolean} held
 */
async function toggleMic(on, held) {
  if (held) say('code.held');
  else await attempt(setMic(!on));
}

/**
 * @param {boolean} on
 * @param {boolean} stopped
 */
async function toggleCamera(on, stopped) {
  if (stopped) say('code.held');
  else await attempt(setCamera(!on));
}
