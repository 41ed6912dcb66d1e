// The headline of a step of the way in, with the way back to the name.
import { h } from 'preact';
import { t } from '../text/t.js';
import { step } from './flow.js';
import { Heading } from './heading.js';
import { Icon } from './icons.js';

/** @param {{children?: any}} props */
export function StepHead({ children }) {
  return h('div', { class: 'headline' },
    h('button', { type: 'button', class: 'headline__back', 'aria-label': t('back'), onClick: () => { step.value = 'name'; } }, h(Icon, { name: 'back' })),
    h(Heading, null, children));
}
