// The second screen: own sound and picture, seen by nobody else (S-5), the
// rules, one tick, and in.
import { h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { devices, knock, openDevices, setCamera, testSound } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt, codeOf, say } from './attempt.js';
import { Button } from './button.js';
import { agreed, name, nameTrouble, refused, staff, step, wantCamera } from './flow.js';
import { Frame } from './frame.js';
import { Heading } from './heading.js';
import { HowSheet } from './how.js';
import { Icon } from './icons.js';
import { MicBar } from './micbar.js';
import { OwnPicture } from './ownpicture.js';
import { turn } from './refusals.js';
import { Rules } from './rules.js';

/** Sound and picture beside the rules on wide screens, above them on phones. */
export function CheckStep() {
  useEffect(() => {
    if (devices.value.mic === 'unknown') attempt(openDevices({ camera: wantCamera.value }));
  }, []);
  return h(Frame, { wide: !staff.value, class: 'page--check' },
    h('section', { class: 'check' },
      h('div', { class: 'headline' },
        h('button', { type: 'button', class: 'headline__back', 'aria-label': t('back'), onClick: () => { step.value = 'name'; } }, h(Icon, { name: 'back' })),
        h(Heading, null, t('check.head'))),
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

/** One tick and the door. */
function GoIn() {
  const [going, setGoing] = useState(false);
  const [missing, setMissing] = useState(false);
  const go = async () => {
    if (!staff.value && !agreed.value) { setMissing(true); return; }
    setGoing(true);
    await enter();
    setGoing(false);
  };
  return h('div', { class: 'goin' },
    !staff.value && h('div', { class: 'agree' },
      h('label', { class: `tick ${missing && !agreed.value ? 'tick--missing' : ''}` },
        h('input', { type: 'checkbox', checked: agreed.value, 'aria-describedby': 'agree-note', onChange: (/** @type {any} */ e) => { agreed.value = e.currentTarget.checked; } }),
        h('span', null, t('rules.agree'))),
      h(Button, { kind: 'quiet', class: 'agree__read', onClick: showRules }, t('rules.read'))),
    h('p', { id: 'agree-note', class: 'note note--care', role: 'status' }, missing && !agreed.value && t('rules.need')),
    h(Button, { kind: 'main', disabled: going, onClick: go }, t(going ? 'rules.going' : staff.value ? 'rules.in' : 'rules.go')));
}

/** On a phone the rules are further down than the tick, which stays in sight. */
function showRules() {
  const head = document.getElementById('rules-head');
  head?.scrollIntoView({ block: 'start' });
  head?.focus({ preventScroll: true });
}

/** Asks to come in; a refusal leads to where it can be mended. */
async function enter() {
  const camera = wantCamera.value && devices.value.camera === 'ready';
  try {
    await knock({ name: name.value ?? '', camera });
  } catch (refusal) {
    turnedBack(codeOf(refusal));
  }
}

/** @param {string} code */
function turnedBack(code) {
  const next = turn(code);
  switch (next.at) {
    case 'name':
      nameTrouble.value = next.trouble;
      step.value = 'name';
      break;
    case 'rules':
      agreed.value = false;
      say('rules.changed');
      break;
    case 'state':
      refused.value = code;
      break;
    case 'here':
      say(next.words);
  }
}
