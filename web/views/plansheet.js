// The plan of the session: its steps, its length, whether members see its end,
// and when the door closes by itself (M-T1, M-T2, S-9). Each choice holds at
// once; there is nothing to save.
import { h } from 'preact';
import { command, progress } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Sheet } from './sheet.js';
import { earlier, planned, toggled } from './steps.js';
import { Stepper } from './stepper.js';

/** @typedef {import('../core/wire.js').Flow} Flow */

/** Bounds of the planned length, and what one tap changes, in minutes. */
const LENGTH = { least: 15, most: 120, by: 5 };

/** After how many minutes the door may close; 0: never. */
const DOORS = [0, 5, 10, 15, 30];

const plan = (/** @type {object} */ change) => attempt(command('plan', change));

/** @param {{onClose: () => void}} props */
export function PlanSheet({ onClose }) {
  const flow = progress.value;
  if (!flow) return null;
  const { length = 90, shared = false } = flow;
  return h(Sheet, { title: t('staff.plan.head'), onClose },
    h(Stepper, { label: t('staff.plan.length'), value: length, shown: t('staff.minutes', { n: length }), ...LENGTH, fewer: t('staff.plan.shorter'), more: t('staff.plan.longer'), onChange: (length) => plan({ length }) }),
    h('button', { type: 'button', role: 'switch', 'aria-checked': shared, class: 'item', onClick: () => plan({ shared: !shared }) },
      h('span', { class: 'item__words' }, h('span', null, t('staff.plan.shared')), h('span', { class: 'item__note' }, t('staff.plan.shared.note'))),
      h('span', { class: shared ? 'toggle toggle--on' : 'toggle', 'aria-hidden': 'true' })),
    h(Door, { door: flow.door ?? 0 }),
    h(Order, { flow }));
}

/** @param {{door: number}} props */
function Door({ door }) {
  return h('fieldset', { class: 'choice' }, h('legend', null, t('staff.plan.door')),
    h('div', { class: 'chips' }, DOORS.map((n) => h('button', { key: n, type: 'button', class: n === door ? 'chip chip--on' : 'chip', 'aria-pressed': n === door, onClick: () => plan({ door: n }) }, n === 0 ? t('staff.plan.door.never') : t('staff.minutes', { n })))));
}

/** The steps of today, then those left out. @param {{flow: Flow}} props */
function Order({ flow: { at, order } }) {
  const rest = planned.filter((step) => !order.includes(step));
  return h('section', { class: 'choice' },
    h('h3', { class: 'part__head' }, t('staff.plan.order')),
    h('ol', { class: 'plan' }, [...order, ...rest].map((step) => h(Row, { key: step, step, order, here: step === at }))));
}

/** @param {{step: import('../core/wire.js').Step, order: Flow['order'], here: boolean}} props */
function Row({ step, order, here }) {
  const name = t(`step.${step}`);
  const on = order.includes(step);
  return h('li', { class: 'plan__row' },
    h('label', { class: 'tick' }, h('input', { type: 'checkbox', checked: on, disabled: on && order.length === 1, onChange: () => plan({ order: toggled(order, step) }) }), h('span', null, name)),
    on && order[0] !== step && h('button', { type: 'button', class: 'chip plan__act', 'aria-label': t('staff.plan.earlier', { step: name }), onClick: () => plan({ order: earlier(order, step) }) }, '↑'),
    on && h('button', { type: 'button', class: here ? 'chip chip--on plan__act' : 'chip plan__act', disabled: here, 'aria-label': t(here ? 'staff.plan.here.named' : 'staff.plan.go.named', { step: name }), onClick: () => attempt(command('step', { at: step })) }, t(here ? 'staff.plan.here' : 'staff.plan.go')));
}
