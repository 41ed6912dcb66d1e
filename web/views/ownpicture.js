// One's own picture before going in. Nobody else sees it.
import { h } from 'preact';
import { devices, localVideo } from '../core/session.js';
import { t } from '../text/t.js';
import { wantCamera } from './flow.js';
import { Icon } from './icons.js';
import { Video } from './video.js';

/** The mirror, or a full seat without a picture. */
export function OwnPicture() {
  const shown = wantCamera.value && localVideo.value !== null && devices.value.camera === 'ready';
  return h('figure', { class: shown ? 'mirror mirror--on' : 'mirror' },
    h(Video, { stream: shown ? localVideo.value : null, class: 'video--mirror' }),
    !shown && h('div', { class: 'mirror__off' }, h(Icon, { name: 'cameraOff', size: 34 }), h('p', null, t(offText()))),
    shown && h('figcaption', { class: 'mirror__note' }, t('check.only')));
}

/** @returns {import('./flow.js').Key} */
function offText() {
  const { mic, camera } = devices.value;
  if (!wantCamera.value) return 'check.off';
  if (camera === 'blocked' || camera === 'none') return 'check.nocamera';
  return mic === 'unknown' || camera === 'unknown' ? 'check.wait' : 'check.off';
}
