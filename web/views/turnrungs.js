// What a facilitator may do about a seat while a round goes on: give the turn,
// or lend "Next" and take it back (C-4).
import { h } from 'preact';
import { command, round } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';

/** @param {{seat: import('../core/wire.js').Seat, onClose: () => void}} props */
export function TurnRungs({ seat: { seat, role, state }, onClose }) {
  const now = round.value;
  if (!now || state !== 'here' || role === 'support') return null;
  const run = (/** @type {string} */ type, /** @type {number} */ to) => async () => { if (await attempt(command(type, { seat: to }))) onClose(); };
  const lent = now.lent === seat;
  return [
    now.current !== seat && h(Rung, { key: 'give', note: t('staff.turn.give.note'), onClick: run('give_turn', seat) }, t('staff.turn.give')),
    role === 'patient' && h(Rung, { key: 'lend', note: t('staff.turn.lend.note'), onClick: run('lend_turn', lent ? -1 : seat) }, t(lent ? 'staff.turn.takeback' : 'staff.turn.lend')),
  ];
}

/** @param {{note: string, onClick: () => void, children?: any}} props */
function Rung({ note, onClick, children }) {
  return h('div', { class: 'rung rung--give' },
    h('button', { type: 'button', class: 'rung__main', onClick }, h('span', null, children), h('span', { class: 'rung__note' }, note)));
}
