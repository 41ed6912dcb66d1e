// What facilitators write to each other (S-8). Only while there are two.
import { h } from 'preact';
import { command, seats, you } from '../core/session.js';
import { texts } from '../core/texts.js';
import { t } from '../text/t.js';
import { Thread } from './thread.js';
import { WriteForm } from './writeform.js';

/** A part of the panel. */
export function StaffTalk() {
  const two = seats.value.some((s) => s.role === 'facilitator' && s.seat !== you.value?.seat);
  if (!two && texts.staff.value.length === 0) return null;
  return h('section', { class: 'part' },
    h('h2', { class: 'part__head' }, t('staff.talk')),
    h(Thread, { list: texts.staff.value, name: (said) => (said.seat === you.value?.seat ? t('write.you') : said.name ?? '') }),
    two && h(WriteForm, { id: 'staff', label: t('staff.talk.label'), send: (text) => command('backchannel', { text }) }));
}
