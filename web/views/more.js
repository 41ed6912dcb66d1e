// What is needed less often: own picture, another name, help, privacy, leaving.
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { command, hideSelf, leave, pins, room, seats, you } from '../core/session.js';
import { megabytesAnHour } from '../core/saver.js';
import { saver, togglePin } from '../core/wishes.js';
import { t } from '../text/t.js';
import { attempt, codeOf } from './attempt.js';
import { Button } from './button.js';
import { helpOpen } from './help.js';
import { CaptionChoice } from './captions.js';
import { GoodbyeFirst } from './goodbyefirst.js';
import { HelperFacts } from './helpermark.js';
import { groupTextOpen } from './saying.js';
import { Icon } from './icons.js';
import { nameWords, wordsFor } from './refusals.js';
import { Sheet } from './sheet.js';
import { stepAway } from './stepaway.js';
import { SupportAsk } from './supportask.js';

/** @typedef {'menu'|'privacy'|'rename'|'leave'|'support'} MorePage */

/** @param {{onClose: () => void, page?: MorePage}} props page: where it opens */
export function MoreSheet({ onClose, page: first = 'menu' }) {
  const [page, setPage] = useState(/** @type {MorePage} */ (first));
  const back = first === 'menu' ? () => setPage('menu') : undefined;
  switch (page) {
    case 'privacy': return h(Sheet, { key: page, title: t('privacy.head'), onClose, onBack: back }, h(Privacy, null));
    case 'rename': return h(Sheet, { key: page, title: t('more.rename'), onClose, onBack: back }, h(Rename, null));
    case 'support': return h(Sheet, { key: page, title: t('support.head'), onClose, onBack: back }, h(SupportAsk, { onClose }));
    case 'leave': return h(Sheet, { key: page, title: t('leave.head'), onClose }, h(Leaving, { onClose }));
    default: return h(Sheet, { key: page, title: t('more.head'), onClose }, h(Menu, { onClose, setPage }));
  }
}

/** @param {{onClose: () => void, setPage: (page: MorePage) => void}} props */
function Menu({ onClose, setPage }) {
  const hidden = hideSelf.value;
  const hide = () => { hideSelf.value = !hidden; onClose(); };
  const help = () => { onClose(); helpOpen.value = 'help'; };
  return h('div', { class: 'menu' },
    you.value?.role !== 'facilitator' && h(Item, { icon: 'care', note: t('support.note'), onClick: () => setPage('support') }, t('support.open')),
    room.value?.text && h(Item, { icon: 'message', note: t('write.note'), onClick: () => { onClose(); groupTextOpen.value = true; } }, t('write.open')),
    h(CaptionChoice, null),
    h(Item, { icon: hidden ? 'eye' : 'eyeOff', note: t('more.hide.note'), onClick: hide }, t(hidden ? 'more.show' : 'more.hide')),
    h(Supporters, { onClose }),
    h(Saver, null),
    h(Item, { icon: 'away', note: t('more.away.note'), onClick: () => { onClose(); stepAway(); } }, t('bar.away')),
    you.value?.role !== 'facilitator' && h(Item, { icon: 'name', note: you.value?.rename ? t('more.rename.sent', { name: you.value.rename }) : t('more.rename.note'), onClick: () => setPage('rename') }, t('more.rename')),
    h(Item, { icon: 'hearth', onClick: help }, t('help.open')),
    h(Item, { icon: 'lock', onClick: () => setPage('privacy') }, t('more.privacy')),
    h(Item, { icon: 'leave', onClick: () => setPage('leave') }, t('more.leave')));
}

/** @param {{icon: import('./icons.js').IconName, note?: string, onClick: () => void, children?: any}} props */
export function Item({ icon, note, onClick, children }) {
  return h('button', { type: 'button', class: 'item', onClick },
    h(Icon, { name: icon }),
    h('span', { class: 'item__words' }, h('span', null, children), note && h('span', { class: 'item__note' }, note)));
}

/** Interpreters and captioners: each can be shown large. @param {{onClose: () => void}} props */
function Supporters({ onClose }) {
  return seats.value.filter((s) => s.role === 'support' && s.seat !== you.value?.seat).map(({ seat, name }) => {
    const pin = () => { togglePin(seat); onClose(); };
    return h(Item, { key: seat, icon: 'pin', note: t('pin.note'), onClick: pin }, t(pins.value.includes(seat) ? 'pin.off' : 'pin.on', { name }));
  });
}

/** The data saver (S-11). It stays open, so that one sees it go on. */
function Saver() {
  const on = saver.value;
  const camera = you.value?.camera ?? false;
  const note = t(camera ? 'more.saver.note.camera' : 'more.saver.note', { n: megabytesAnHour({ camera }) });
  return h('button', { type: 'button', role: 'switch', 'aria-checked': on, class: 'item', onClick: () => { saver.value = !on; } },
    h(Icon, { name: 'saver' }),
    h('span', { class: 'item__words' }, h('span', null, t('more.saver')), h('span', { class: 'item__note' }, note)),
    h('span', { class: on ? 'toggle toggle--on' : 'toggle', 'aria-hidden': 'true' }));
}

/** What is true of this build: encrypted to the server, not beyond it (M-P7). */
function Privacy() {
  return h('ul', { class: 'embers' },
    h('li', null, t('privacy.transport')),
    h('li', null, t('privacy.server')),
    h('li', null, t('privacy.staff')),
    h('li', null, t('privacy.device')),
    h(HelperFacts, null));
}

/** @param {{onClose: () => void}} props */
function Leaving({ onClose }) {
  return h('div', { class: 'menu' },
    h(Button, { kind: 'main', onClick: () => { onClose(); attempt(leave()); } }, t('leave.now')),
    h(GoodbyeFirst, { onClose }),
    h(Button, { onClick: () => { onClose(); stepAway(); } }, t('leave.away')),
    h(Button, { onClick: onClose }, t('leave.stay')));
}

/** Another name needs a facilitator's yes (M-A6). */
function Rename() {
  const [value, setValue] = useState('');
  const [trouble, setTrouble] = useState(/** @type {import('./flow.js').Key|null} */ (null));
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    try {
      await command('rename', { name: value.trim() });
      setTrouble(null);
    } catch (refusal) {
      const code = codeOf(refusal);
      // name_fixed is no refusal: the name waits for a facilitator's yes.
      setTrouble(code === 'name_fixed' ? null : nameWords(code) ?? wordsFor(code));
    }
  };
  const waits = you.value?.rename;
  return h('form', { class: 'form', onSubmit: send, noValidate: true },
    h('label', { class: 'form__label form__label--small', for: 'rename' }, t('name.label')),
    h('input', { id: 'rename', class: 'field', value, maxLength: 80, autocomplete: 'off', 'aria-describedby': 'rename-note', 'aria-invalid': trouble ? 'true' : undefined, onInput: (/** @type {any} */ e) => setValue(e.currentTarget.value) }),
    h('p', { id: 'rename-note', class: trouble ? 'note note--care' : 'note', 'aria-live': 'polite' }, trouble ? t(trouble) : waits ? t('more.rename.sent', { name: waits }) : t('more.rename.note')),
    h('button', { type: 'submit', class: 'button button--main', disabled: value.trim() === '' }, h('span', null, t('more.rename.send'))));
}
