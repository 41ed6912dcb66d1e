// The second screen: own sound and picture, seen by nobody else (S-5), the
// rules, one tick, and in.
import { h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { devices, openDevices, setCamera, testSound } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { staff, wantCamera } from './flow.js';
import { Frame } from './frame.js';
import { GoIn } from './goin.js';
import { HowSheet } from './how.js';
import { MicBar } from './micbar.js';
import { OwnPicture } from './ownpicture.js';
import { Rules } from './rules.js';
import { StepHead } from './stephead.js';

/** Sound and picture beside the rules on wide screens, above them on phones. */
export function CheckStep() {
  useEffect(() => {
    if (devices.value.mic === 'unknown') attempt(openDevices({ camera: wantCamera.value }));
  }, []);
  return h(Frame, { wide: !staff.value, class: 'page--check' },
    h('section', { class: 'check' },
      h(StepHead, null, t('check.head')),
      h(OwnPicture, null),
      h(MicCheck, null),
      h(CameraChoice, null),
      h('p', { class: 'note' }, t('check.entry'), ' ', wantCamera.value && t('check.back'))),
    !staff.value && h(Rules, null),
    h(GoIn, null));
}

/** The microphone's bar, or what to do when there is none. */
function MicCheck() {
  const mic = devices.value.mic;
  const [listening, setListening] = useState(false);
  const [how, setHow] = useState(false);
  if (mic === 'blocked' && !listening) {
    return h('div', { class: 'card', role: 'status' },
      h('h2', { class: 'card__head' }, t('notice.blocked.head')),
      h('p', null, t('notice.blocked.body')),
      h('div', { class: 'row' },
        h(Button, { onClick: () => setHow(true) }, t('notice.blocked.how')),
        h(Button, { onClick: () => setListening(true) }, t('notice.blocked.listen'))),
      how && h(HowSheet, { onClose: () => setHow(false) }));
  }
  if (mic === 'none' || mic === 'blocked') {
    return h('div', { class: 'row row--between' },
      h('p', { class: 'note' }, t(mic === 'none' ? 'check.none' : 'check.listen')),
      h(Button, { onClick: () => attempt(openDevices({ camera: wantCamera.value })) }, t('check.again')));
  }
  return h(MicBar, null);
}

/** Test sound, and camera on or off. */
function CameraChoice() {
  const [playing, setPlaying] = useState(false);
  const test = async () => { setPlaying(true); await attempt(testSound()); setPlaying(false); };
  const choose = (/** @type {boolean} */ on) => { wantCamera.value = on; attempt(setCamera(on)); };
  return h('div', { class: 'row row--between' },
    h('div', { class: 'switch', role: 'radiogroup', 'aria-label': t('check.camera') },
      h('label', { class: 'switch__side' }, h('input', { type: 'radio', name: 'camera', checked: wantCamera.value, onChange: () => choose(true) }), h('span', null, t('check.camera.on'))),
      h('label', { class: 'switch__side' }, h('input', { type: 'radio', name: 'camera', checked: !wantCamera.value, onChange: () => choose(false) }), h('span', null, t('check.camera.off')))),
    h(Button, { icon: 'sound', class: 'test', disabled: playing, onClick: test }, t(playing ? 'check.test.playing' : 'check.test')));
}
