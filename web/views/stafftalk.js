// What facilitators write to each other (S-8), and with technical helpers: only
// while there is somebody to read it. What a helper reads too says so.
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { command, seats, you } from '../core/session.js';
import { texts } from '../core/texts.js';
import { t } from '../text/t.js';
import { helpers, helps } from './flow.js';
import { talkReach } from './talkreach.js';
import { Thread } from './thread.js';
import { WriteForm } from './writeform.js';

/** @typedef {import('../core/texts.js').Said} Said */

/** A part of the panel, and of the page at the door. */
export function StaffTalk() {
  const others = seats.value.some((s) => s.role === 'facilitator' && s.seat !== you.value?.seat);
  const helped = helpers.value.length > 0 && !helps.value;
  if (!others && !helped && texts.staff.value.length === 0) return null;
  return h('section', { class: 'part' },
    h('h2', { class: 'part__head' }, t(helps.value ? 'helper.talk' : 'staff.talk')),
    h(Thread, { list: texts.staff.value, name: writer }),
    (others || helped) && h(Line, { others, helped }));
}

/**
 * Facilitators choose whether helpers read it; what a helper writes both read.
 * @param {{others: boolean, helped: boolean}} props
 */
function Line({ others, helped }) {
  const [too, setToo] = useState(false);
  const { hosts, label } = talkReach({ helper: helps.value, others, helped, too });
  return [
    helped && others && h('label', { key: 'too', class: 'tick' },
      h('input', { type: 'checkbox', checked: too, onChange: () => setToo(!too) }), h('span', null, t('staff.talk.too'))),
    h(WriteForm, { key: 'line', id: 'staff', label: t(label), send: (text) => command('backchannel', hosts ? { text, hosts } : { text }) }),
    helps.value && h('p', { key: 'note', class: 'note' }, t('helper.talk.note')),
  ];
}

/** A helper has no seat, so the name tells who wrote. @param {Said} said */
function writer(said) {
  const { seat = -1, name } = you.value ?? {};
  if (said.seat === seat && said.name === name) return t('write.you');
  if (said.seat < 0) return t('staff.talk.from', { name: said.name ?? '' });
  return said.hosts && !helps.value ? t('staff.talk.to', { name: said.name ?? '' }) : said.name ?? '';
}
