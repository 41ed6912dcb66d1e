// The sheet of one seat, for facilitators: kind things first, removing last and
// with one more tap.
import { h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { command, pins, seats, you } from '../core/session.js';
import { togglePin } from '../core/wishes.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { RemoveForm } from './remove.js';
import { seatActs } from './seatacts.js';
import { CarePage, CareRungs, SwapPage } from './seatcare.js';
import { Sheet } from './sheet.js';
import { TurnRungs } from './turnrungs.js';

/** @typedef {import('../core/wire.js').Seat} Seat */
/** @typedef {import('../core/wire.js').Reason} Reason */
/** @typedef {import('./flow.js').Key} Key */
/** @typedef {import('./seatacts.js').SeatAct} SeatAct */

/** @param {{number: number, onClose: () => void}} props */
export function SeatSheet({ number, onClose }) {
  const seat = seats.value.find((s) => s.seat === number);
  const [page, setPage] = useState(/** @type {'acts'|'care'|'swap'|'out'|'remove'} */ ('acts'));
  const [id] = useState(seat?.id);
  const gone = !seat || seat.id !== id;
  useEffect(() => { if (gone) onClose(); }, [gone]);
  if (gone) return null;
  const back = () => setPage('acts');
  switch (page) {
    case 'care': return h(Sheet, { key: page, title: seat.name, onClose, onBack: back }, h(CarePage, { seat, onClose, setPage }));
    case 'swap': return h(Sheet, { key: page, title: t('staff.swap.head', { name: seat.name }), onClose, onBack: back }, h(SwapPage, { seat, onClose }));
    case 'out': return h(Sheet, { key: page, title: t('staff.seat.out.head', { name: seat.name }), onClose, onBack: back }, h(StepOut, { seat, onClose }));
    case 'remove': return h(Sheet, { key: page, title: t('staff.remove.head', { name: seat.name }), onClose }, h(RemoveForm, { target: { seat: seat.seat }, onClose }));
    default: return h(Sheet, { key: page, title: seat.name, onClose },
      h(Facts, { seat }),
      h('div', { class: 'ladder' },
        h(TurnRungs, { seat, onClose }),
        h(CareRungs, { seat, onClose, setPage }),
        seat.role === 'support' && seat.seat !== you.value?.seat && h(PinRung, { seat, onClose }),
        seatActs(seat).map((act) => h(Rung, { key: act, act, seat, onClose, setPage }))));
  }
}

/** Seeing an interpreter large is a facilitator's wish too. @param {{seat: Seat, onClose: () => void}} props */
function PinRung({ seat, onClose }) {
  const pin = () => { togglePin(seat.seat); onClose(); };
  return h('div', { class: 'rung' },
    h('button', { type: 'button', class: 'rung__main', onClick: pin },
      h('span', null, t(pins.value.includes(seat.seat) ? 'pin.off' : 'pin.on', { name: seat.name })), h('span', { class: 'rung__note' }, t('pin.note'))));
}

/** @param {{seat: Seat}} props */
function Facts({ seat }) {
  const facts = [
    seat.role !== 'patient' && t(seat.role === 'facilitator' ? 'seat.facilitator' : 'seat.support'),
    seat.ref && t('staff.ref', { ref: seat.ref }), seat.first && t('staff.first'),
    seat.last && t('staff.mark.last'), seat.goodbye && t('staff.mark.goodbye'),
    seat.mic_held && t('staff.held.mic'), seat.video_held && t('staff.held.video'),
  ].filter(Boolean);
  return facts.length > 0 ? h('p', { class: 'soft' }, facts.join(' · ')) : null;
}

/**
 * The words and the command of each rung. reason: a preset one may give.
 * @type {Record<SeatAct, {label: Key, note?: Key, type?: string, fields?: object, reason?: [Reason, Key], page?: 'out'|'remove'}>}
 */
const rungs = {
  lower: { label: 'staff.seat.lower', type: 'lower_hand' },
  ask: { label: 'staff.seat.ask', note: 'staff.seat.ask.note', type: 'mute', fields: { hold: false }, reason: ['noise', 'staff.why.noise'] },
  mute: { label: 'staff.seat.mute', note: 'staff.seat.mute.note', type: 'mute', fields: { hold: true }, reason: ['noise', 'staff.why.noise'] },
  unhold: { label: 'staff.seat.unhold', note: 'staff.seat.unhold.note', type: 'release', fields: { mic: true } },
  stop: { label: 'staff.seat.stop', note: 'staff.seat.stop.note', type: 'stop_video', reason: ['view', 'staff.why.view'] },
  give: { label: 'staff.seat.give', note: 'staff.seat.give.note', type: 'release', fields: { video: true } },
  out: { label: 'staff.seat.out', note: 'staff.seat.out.note', page: 'out' },
  back: { label: 'staff.back', type: 'admit' },
  remove: { label: 'staff.seat.remove', page: 'remove' },
};

/** @param {{act: SeatAct, seat: Seat, onClose: () => void, setPage: (page: 'out'|'remove') => void}} props */
function Rung({ act, seat, onClose, setPage }) {
  const { label, note, type, fields, reason, page } = rungs[act];
  const target = act === 'back' ? { guest: seat.id } : { seat: seat.seat };
  const run = async (/** @type {object} */ more = {}) => {
    if (page) setPage(page);
    else if (type && await attempt(command(type, { ...target, ...fields, ...more }))) onClose();
  };
  return h('div', { class: `rung rung--${act}` },
    h('button', { type: 'button', class: 'rung__main', onClick: () => run() },
      h('span', null, t(label)), note && h('span', { class: 'rung__note' }, t(note))),
    reason && h('button', { type: 'button', class: 'chip rung__why', 'aria-label': `${t(label)}. ${t(reason[1])}`, onClick: () => run({ reason: reason[0] }) }, t(reason[1])));
}

/** @param {{seat: Seat, onClose: () => void}} props */
function StepOut({ seat, onClose }) {
  const out = async (/** @type {Reason|undefined} */ reason) => {
    if (await attempt(command('step_out', reason ? { seat: seat.seat, reason } : { seat: seat.seat }))) onClose();
  };
  return h('div', { class: 'menu' },
    h('p', null, t('staff.seat.out.note')),
    h(Button, { kind: 'main', onClick: () => out('talk') }, t('staff.why.talk')),
    h(Button, { onClick: () => out(undefined) }, t('staff.why.none')));
}
