// A number with one button for less and one for more.
import { h } from 'preact';

/**
 * @param {{label: string, value: number, shown: string, least: number, most: number, by: number, fewer: string, more: string, onChange: (value: number) => void}} props
 */
export function Stepper({ label, value, shown, least, most, by, fewer, more, onChange }) {
  const to = (/** @type {number} */ n) => onChange(Math.min(most, Math.max(least, n)));
  return h('div', { class: 'choice choice--line', role: 'group', 'aria-label': label },
    h('span', null, label),
    h('div', { class: 'stepper' },
      h('button', { type: 'button', class: 'stepper__side', 'aria-label': fewer, disabled: value <= least, onClick: () => to(value - by) }, '−'),
      h('output', { 'aria-live': 'polite' }, shown),
      h('button', { type: 'button', class: 'stepper__side', 'aria-label': more, disabled: value >= most, onClick: () => to(value + by) }, '+')));
}
