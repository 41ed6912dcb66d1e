// Writing to everybody in the circle, for those who cannot speak aloud just now
// (S-27). Closed until a facilitator opens it; kept nowhere.
import { h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { signal } from '@preact/signals';
import { command, room, you } from '../core/session.js';
import { texts } from '../core/texts.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { Sheet } from './sheet.js';
import { Thread } from './thread.js';
import { WriteForm } from './writeform.js';

/** How long a new line lies below the circle, in milliseconds; then it is in the sheet only. */
const STAYS = 15_000;

/** Whether the sheet is open. */
export const groupTextOpen = signal(false);

/** Over the room, wherever it was opened from. */
export function GroupTextSheet() {
  const close = () => { groupTextOpen.value = false; };
  const open = room.value?.text ?? false;
  useEffect(() => close, []);
  return groupTextOpen.value && h(Sheet, { title: t('write.head'), onClose: close },
    h('p', { class: 'soft' }, t(open ? 'write.body' : 'write.closed')),
    h(Thread, { list: texts.group.value, name: (said) => (said.seat === you.value?.seat ? t('write.you') : said.name ?? ''), empty: t('write.none') }),
    open && h(WriteForm, { id: 'group', label: t('write.label'), send: (text) => command('group_text', { text }) }));
}

/** The newest line, for a moment, in the row of notices. */
export function GroupLatest() {
  const said = texts.group.value.at(-1);
  const [shown, setShown] = useState(0);
  useEffect(() => {
    if (!said) return;
    setShown(said.key);
    const timer = setTimeout(() => setShown(0), STAYS);
    return () => clearTimeout(timer);
  }, [said?.key]);
  if (!said || said.key !== shown || groupTextOpen.value) return null;
  return h('button', { type: 'button', class: 'notice notice--said', onClick: () => { groupTextOpen.value = true; } },
    h('span', { class: 'said__name' }, said.seat === you.value?.seat ? t('write.you') : said.name ?? ''),
    h('span', { class: 'said__text', dir: 'auto' }, said.text));
}

/** A facilitator's switch, in the panel. */
export function GroupTextSwitch() {
  const open = room.value?.text ?? false;
  return h(Button, { onClick: () => attempt(command('open_text', { open: !open })) }, t(open ? 'staff.text.close' : 'staff.text.open'));
}
