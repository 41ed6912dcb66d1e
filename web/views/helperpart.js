// The technical helper in a facilitator's panel: since when, and the one thing
// that can be done about it.
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../text/t.js';
import { Button } from './button.js';
import { now } from './clock.js';
import { minutes } from './duration.js';
import { helpers } from './flow.js';
import { RemoveForm } from './remove.js';
import { Sheet } from './sheet.js';

/** @typedef {import('../core/wire.js').Helper} Helper */

/** Nothing while none is there. */
export function HelperPart() {
  const list = helpers.value;
  if (list.length === 0) return null;
  return h('section', { class: 'part' },
    h('h2', { class: 'part__head' }, t('staff.helper')),
    h('ul', { class: 'list' }, list.map((helper) => h(Row, { key: helper.id, helper }))));
}

/** @param {{helper: Helper}} props */
function Row({ helper: { id = 0, name = '', ref, since, state } }) {
  const [removing, setRemoving] = useState(false);
  const close = () => setRemoving(false);
  const facts = [since && t('staff.minutes', { n: minutes(now.value - since) }), state === 'lost' && t('helper.lost')].filter(Boolean).join(' · ');
  return h('li', { class: 'entry' },
    h('div', { class: 'entry__words' },
      h('p', { class: 'entry__name' }, name, ref && h('span', { class: 'entry__ref' }, t('staff.ref', { ref }))),
      h('p', { class: 'entry__note' }, facts),
      h('p', { class: 'entry__note' }, t('staff.helper.note'))),
    h('div', { class: 'entry__acts' }, h(Button, { 'aria-label': t('staff.helper.remove', { name }), onClick: () => setRemoving(true) }, t('staff.seat.remove'))),
    removing && h(Sheet, { title: t('staff.remove.head', { name }), onClose: close }, h(RemoveForm, { target: { guest: id }, onClose: close })));
}
