// Three ticks a facilitator keeps for a seat; in memory only, gone when they
// leave (S-14).
import { h } from 'preact';
import { command } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';

/** short: one word each. @param {{seat: import('../core/wire.js').Seat, short?: boolean}} props */
export function Ticks({ seat, short = false }) {
  return h('div', { class: short ? 'ticks ticks--short' : 'ticks', role: 'group', 'aria-label': t('staff.checks.for', { name: seat.name }) },
    /** @type {const} */ (['alone', 'location', 'contact']).map((name) => h('button', {
      key: name, type: 'button', class: seat[name] ? 'chip chip--small chip--on' : 'chip chip--small', 'aria-pressed': seat[name] ?? false,
      onClick: () => attempt(command('tick', { seat: seat.seat, [name]: !seat[name] })),
    }, t(short ? `staff.tick.${name}.short` : `staff.tick.${name}`))));
}
