// What a facilitator can do for somebody in a seat: answer their signal, talk
// aside, tick the checks, mark the last session, change the seat.
import { h } from 'preact';
import { command, room, seatCount, seats, view, you } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Ticks } from './ticks.js';

/** @typedef {import('../core/wire.js').Seat} Seat */

/** The kind rungs above the ladder. @param {{seat: Seat, onClose: () => void, setPage: (page: 'care'|'swap') => void}} props */
export function CareRungs({ seat, onClose, setPage }) {
  const mine = seat.seat === you.value?.seat;
  const member = seat.role !== 'facilitator';
  return [
    seat.support && h(Does, { key: 'support', kind: true, label: t('staff.care.coming'), note: t('staff.mark.support'), onDo: run('answer_support', { seat: seat.seat }, onClose) }),
    member && !seat.side && seat.state !== 'lost' && relieved() && h(Does, { key: 'aside', label: t('staff.side.open'), note: t('staff.side.note'), onDo: run('step_aside', { seat: seat.seat }, onClose) }),
    seat.side && h(Does, { key: 'back', kind: true, label: t('staff.side.back'), onDo: run('come_back', { seat: seat.seat }, onClose) }),
    seat.role === 'patient' && h(Does, { key: 'care', label: t('staff.more'), note: t('staff.more.note'), onDo: () => setPage('care') }),
    !mine && !member && h(Does, { key: 'swap', label: t('staff.swap'), onDo: () => setPage('swap') }),
  ];
}

/** Whether another facilitator stays with the group meanwhile. */
function relieved() {
  return seats.value.some((s) => s.role === 'facilitator' && s.seat !== you.value?.seat && s.state === 'here' && !s.side);
}

/** @param {{seat: Seat, onClose: () => void, setPage: (page: 'swap') => void}} props */
export function CarePage({ seat, onClose, setPage }) {
  const farewell = view.value?.round?.kind === 'goodbye' && view.value.round.for === seat.seat;
  return h('div', { class: 'ladder' },
    h('p', { class: 'soft' }, t('staff.checks')),
    h(Ticks, { seat }),
    h(Does, { label: t(seat.last ? 'staff.last.off' : 'staff.last.on'), note: t(seat.last ? 'staff.last.off.note' : 'staff.last.note'), onDo: () => attempt(command('last_session', { seat: seat.seat, last: !seat.last })) }),
    !farewell && room.value?.phase === 'open' && h(Does, { label: t('staff.farewell', { name: seat.name }), note: t('staff.farewell.note'), onDo: run('start_round', { kind: 'goodbye', for: seat.seat }, onClose) }),
    h(Does, { label: t('staff.swap'), note: t('staff.swap.note'), onDo: () => setPage('swap') }));
}

/** Whose seat to change with; an empty one is a choice too (C-5). @param {{seat: Seat, onClose: () => void}} props */
export function SwapPage({ seat, onClose }) {
  const others = seats.value.filter((s) => s.seat !== seat.seat);
  const free = Array.from({ length: seatCount.value }, (_, i) => i).filter((i) => !seats.value.some((s) => s.seat === i));
  const swap = (/** @type {number} */ b) => run('swap_seats', { a: seat.seat, b }, onClose);
  return h('div', { class: 'ladder' },
    others.map((other) => h(Does, { key: other.seat, label: t('staff.swap.with', { name: other.name }), onDo: swap(other.seat) })),
    h('p', { class: 'soft' }, t('staff.swap.free')),
    h('div', { class: 'chips' }, free.map((i) => h('button', { key: i, type: 'button', class: 'chip chip--small', onClick: swap(i) }, t('staff.swap.number', { n: i + 1 })))));
}

/** @param {{label: string, note?: string, kind?: boolean, onDo: () => void}} props */
function Does({ label, note, kind, onDo }) {
  return h('div', { class: kind ? 'rung rung--back' : 'rung' },
    h('button', { type: 'button', class: 'rung__main', onClick: onDo }, h('span', null, label), note && h('span', { class: 'rung__note' }, note)));
}

/**
 * @param {string} type
 * @param {object} fields
 * @param {() => void} done
 */
function run(type, fields, done) {
  return async () => { if (await attempt(command(type, fields))) done(); };
}
