// Where the session is, for facilitators: the step, what comes next, and hints
// that nobody else has (M-T1, M-T2).
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { serverTime } from '../core/servertime.js';
import { command, progress } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { now } from './clock.js';
import { hourMinute, minutes } from './duration.js';
import { PlanSheet } from './plansheet.js';
import { nextStep } from './steps.js';

/** Nothing before the server has told where we are. */
export function FlowPart() {
  const [open, setOpen] = useState(false);
  const flow = progress.value;
  if (!flow) return null;
  const next = nextStep(flow);
  return h('section', { class: 'part' },
    h('h2', { class: 'part__head' }, t('staff.flow'), flow.ends && h('span', { class: 'part__aside' }, t('staff.flow.ends', { time: hourMinute(flow.ends) }))),
    h('div', { class: 'entry' },
      h('div', { class: 'entry__words' },
        h('p', { class: 'entry__name' }, t(`step.${flow.at}`)),
        h('p', { class: 'entry__note' }, t('staff.flow.since', { n: minutes(serverTime(now.value) - flow.since) })),
        flow.hint && h('p', { class: 'entry__plan', role: 'status' }, t(`staff.hint.${flow.hint}`))),
      next && h(Button, { kind: 'kind', onClick: () => attempt(command('step', { at: next })) }, t('staff.flow.next', { step: t(`step.${next}`) }))),
    h(Button, { kind: 'quiet', onClick: () => setOpen(true) }, t('staff.plan')),
    open && h(PlanSheet, { onClose: () => setOpen(false) }));
}
