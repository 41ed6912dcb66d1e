// The second screen of a technical helper: what they are here for, and the
// rules. No device is asked for (S-6).
import { h } from 'preact';
import { t } from '../text/t.js';
import { Frame } from './frame.js';
import { GoIn } from './goin.js';
import { Rules } from './rules.js';
import { StepHead } from './stephead.js';

/** In place of the check of sound and picture. */
export function HelperRules() {
  return h(Frame, { class: 'page--check' },
    h(StepHead, null, t('helper.before')),
    h('p', { class: 'lead' }, t('helper.body')),
    h(Rules, null),
    h(GoIn, null));
}
