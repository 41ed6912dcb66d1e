// What a closing page still holds: to whom the group said goodbye, the kind
// words for the one who left, and for facilitators the attendance. All of it
// goes with the page.
import { h } from 'preact';
import { view } from '../core/session.js';
import { texts } from '../core/texts.js';
import { t } from '../text/t.js';
import { AttendanceEnd } from './attendance.js';
import { staff } from './flow.js';
import { Received } from './kindwords.js';

/** @param {{name: import('./states.js').StateName}} props */
export function Afterwards({ name }) {
  const goodbyes = name === 'ended' ? view.value?.session?.goodbyes ?? [] : [];
  const cards = name === 'farewell' ? texts.card.value : [];
  return [
    goodbyes.map((who) => h('p', { key: `to-${who}`, class: 'lead' }, t('farewell.said', { name: who }))),
    cards.length > 0 && h('section', { key: 'cards', class: 'keepsake' }, h('h2', { class: 'part__head' }, t('farewell.from')), h(Received, { list: cards })),
    staff.value && h(AttendanceEnd, { key: 'attendance' }),
  ];
}

/** Why one's part ended: exactly the preset a facilitator chose (S-22); the page of a refusal says "call us" anyway. @param {{name: import('./states.js').StateName}} props */
export function WhyEnded({ name }) {
  const reason = texts.reason.value.at(-1)?.text;
  return reason === 'rules' || (reason === 'call_us' && name === 'removed') ? h('p', { class: 'lead' }, t(`reason.${reason}`)) : null;
}
