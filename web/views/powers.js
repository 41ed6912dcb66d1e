// What facilitators can do for the whole room: door, microphones, a pause,
// invitations - and, far from the rest, the end.
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { command, room } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { GroupTextSwitch } from './saying.js';
import { HoldButton } from './holdbutton.js';
import { InviteSheet } from './invite.js';
import { Item } from './more.js';
import { Sheet } from './sheet.js';

/** The quiet power of NEEDS 4.4. */
export function Powers() {
  const [open, setOpen] = useState(/** @type {'mute'|'invite'|null} */ (null));
  const close = () => setOpen(null);
  const locked = room.value?.locked ?? false;
  return h('section', { class: 'part' },
    h('h2', { class: 'part__head' }, t('staff.room')),
    h('div', { class: 'powers' },
      h(Button, { onClick: () => attempt(command('lock', { locked: !locked })) }, t(locked ? 'staff.unlock' : 'staff.lock')),
      h(Button, { onClick: () => setOpen('mute') }, t('staff.mute.all')),
      h(Pause, null),
      h(Button, { onClick: () => setOpen('invite') }, t('staff.invite')),
      h(GroupTextSwitch, null)),
    open === 'mute' && h(MuteAll, { onClose: close }),
    open === 'invite' && h(InviteSheet, { onClose: close }));
}

/** Pausing takes a long press; going on takes a tap. */
function Pause() {
  const pause = (/** @type {boolean} */ paused) => attempt(command('pause', { paused }));
  if (room.value?.phase === 'paused') return h(Button, { kind: 'kind', onClick: () => pause(false) }, t('staff.resume'));
  return h('div', { class: 'pausing', title: t('staff.pause.note') }, h(HoldButton, { confirm: t('staff.pause.confirm'), onHeld: () => pause(true) }, t('staff.pause')));
}

/** @param {{onClose: () => void}} props */
function MuteAll({ onClose }) {
  const run = (/** @type {string} */ type, /** @type {object} */ fields) => async () => {
    if (await attempt(command(type, { seat: -1, ...fields }))) onClose();
  };
  return h(Sheet, { title: t('staff.mute.all.head'), onClose },
    h('div', { class: 'menu' },
      h(Item, { icon: 'micOff', note: t('staff.mute.all.ask.note'), onClick: run('mute', { hold: false }) }, t('staff.mute.all.ask')),
      h(Item, { icon: 'lock', note: t('staff.mute.all.hold.note'), onClick: run('mute', { hold: true }) }, t('staff.mute.all.hold')),
      h(Item, { icon: 'mic', note: t('staff.release.all.note'), onClick: run('release', { mic: true }) }, t('staff.release.all'))));
}

/** The end for everyone, alone at the end of the panel, asked once (M-F12). */
export function Ending() {
  const [asking, setAsking] = useState(false);
  const close = () => setAsking(false);
  const end = async () => { if (await attempt(command('end'))) close(); };
  return h('section', { class: 'part part--end' },
    h(Button, { kind: 'quiet', onClick: () => setAsking(true) }, t('staff.end.open')),
    asking && h(Sheet, { title: t('staff.end.head'), onClose: close },
      h('p', null, t('staff.end.body')),
      h('div', { class: 'row row--even' },
        h(Button, { onClick: close }, t('staff.end.keep')),
        h(Button, { kind: 'end', onClick: end }, t('staff.end.do')))));
}
