// The last step of the way in: one tick where it is needed, and the door.
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { devices, knock } from '../core/session.js';
import { t } from '../text/t.js';
import { codeOf, say } from './attempt.js';
import { Button } from './button.js';
import { agreed, helps, name, nameTrouble, refused, staff, step, wantCamera } from './flow.js';
import { turn } from './refusals.js';

/** One tick and the door. Facilitators know the rules they keep. */
export function GoIn() {
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
    h(Button, { kind: 'main', disabled: going, onClick: go }, t(going ? 'rules.going' : staff.value ? 'rules.in' : helps.value ? 'helper.go' : 'rules.go')));
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
