// The way in: a name, then sound and picture with the rules. With the name that
// is offered it takes three taps: continue, agree, go (M-A1). A technical helper
// is asked for no device.
import { h } from 'preact';
import { CheckStep } from './check.js';
import { helps, step } from './flow.js';
import { HelperRules } from './helperrules.js';
import { NameStep } from './name.js';

/** The step a person is at. */
export function Join() {
  if (step.value === 'name') return h(NameStep, null);
  return h(helps.value ? HelperRules : CheckStep, null);
}
