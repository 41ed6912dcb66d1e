// How to allow the microphone, step by step.
import { h } from 'preact';
import { openDevices } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { wantCamera } from './flow.js';
import { Sheet } from './sheet.js';

/** @param {{onClose: () => void}} props */
export function HowSheet({ onClose }) {
  const again = async () => { await attempt(openDevices({ camera: wantCamera.value })); onClose(); };
  return h(Sheet, { title: t('how.head'), onClose },
    h('ol', { class: 'steps' }, h('li', null, t('how.1')), h('li', null, t('how.2')), h('li', null, t('how.3')), h('li', null, t('how.4'))),
    h(Button, { kind: 'main', onClick: again }, t('check.again')));
}
