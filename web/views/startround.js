// Starting a round: which one, then from whom or for whom.
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { command, seats } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { Item } from './more.js';
import { Sheet } from './sheet.js';

/** @param {{onClose: () => void}} props */
export function StartRound({ onClose }) {
  const [page, setPage] = useState(/** @type {'kind'|'go_around'|'goodbye'} */ ('kind'));
  const back = () => setPage('kind');
  const start = async (/** @type {object} */ fields) => { if (await attempt(command('start_round', fields))) onClose(); };
  switch (page) {
    case 'go_around': return h(Sheet, { key: page, title: t('staff.round.go'), onClose, onBack: back }, h(GoAround, { start }));
    case 'goodbye': return h(Sheet, { key: page, title: t('staff.round.bye.head'), onClose, onBack: back }, h(Goodbye, { start }));
    default: return h(Sheet, { key: page, title: t('staff.round.start'), onClose }, h('div', { class: 'menu' },
      h(Item, { icon: 'people', note: t('staff.round.go.note'), onClick: () => setPage('go_around') }, t('staff.round.go')),
      h(Item, { icon: 'hearth', note: t('staff.round.bye.note'), onClick: () => setPage('goodbye') }, t('staff.round.bye'))));
  }
}

/** @param {{start: (fields: object) => void}} props */
function GoAround({ start }) {
  const [staff, setStaff] = useState(false);
  const [from, setFrom] = useState(-1);
  const able = seats.value.filter((s) => s.state === 'here' && (staff ? s.role !== 'support' : s.role === 'patient'));
  const first = able.find((s) => s.seat === from) ?? able[0];
  return h('div', { class: 'menu' },
    h('fieldset', { class: 'choice' }, h('legend', null, t('staff.round.from')),
      h('div', { class: 'chips' }, able.map(({ seat, name }) => h('button', { key: seat, type: 'button', class: seat === first?.seat ? 'chip chip--on' : 'chip', 'aria-pressed': seat === first?.seat, onClick: () => setFrom(seat) }, name)))),
    h('label', { class: 'tick' }, h('input', { type: 'checkbox', checked: staff, onChange: () => setStaff(!staff) }), h('span', null, t('staff.round.staff'))),
    h(Button, { kind: 'main', disabled: !first, onClick: () => start({ kind: 'go_around', from: first?.seat, staff }) }, t('staff.round.begin')));
}

/** @param {{start: (fields: object) => void}} props */
function Goodbye({ start }) {
  const members = seats.value.filter((s) => s.role === 'patient' && s.state === 'here');
  return h('div', { class: 'menu' },
    h('p', null, t('staff.round.bye.ask')),
    members.map(({ seat, name }) => h(Button, { key: seat, onClick: () => start({ kind: 'goodbye', for: seat }) }, name)));
}
