// The group rules and the limits of privacy, in full (S-4).
import { h } from 'preact';
import { limits, rules } from '../text/rules.js';
import { t } from '../text/t.js';
import { helpers, helps } from './flow.js';

/** The rules of text/rules.js: their version is what one agrees to. */
export function Rules() {
  return h('section', { class: 'rules', 'aria-labelledby': 'rules-head' },
    h('h2', { id: 'rules-head', tabIndex: -1 }, t('rules.head')),
    h('ol', { class: 'rules__list' }, rules.map((rule) => h('li', { key: rule.title }, h('strong', null, rule.title), ' ', rule.text))),
    h('div', { class: 'limits' }, h('h3', null, t('rules.limits')), h('p', null, limits)),
    helpers.value.length > 0 && !helps.value && h('p', { class: 'soft' }, t('helper.known')));
}
