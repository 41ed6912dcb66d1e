// The way in: a name, then sound and picture with the rules. With the name that
// is offered it takes three taps: continue, agree, go (M-A1).
import { h } from 'preact';
import { CheckStep } from './check.js';
import { step } from './flow.js';
import { NameStep } from './name.js';

/** The step a person is at. */
export function Join() {
  return step.value === 'name' ? h(NameStep, null) : h(CheckStep, null);
}
