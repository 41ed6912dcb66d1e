// The group rules and the limits of privacy, in full (S-4).
import { h } from 'preact';
import { config } from '../core/session.js';
import { limits, rules } from '../text/rules.js';
import { t } from '../text/t.js';

/** The clinic's own rules where it has some, else ours. */
export function Rules() {
  const own = ownRules(config.value?.rules);
  return h('section', { class: 'rules', 'aria-labelledby': 'rules-head' },
    h('h2', { id: 'rules-head' }, t('rules.head')),
    h('ol', { class: 'rules__list' }, own.length > 0
      ? own.map((rule) => h('li', { key: rule }, rule))
      : rules.map((rule) => h('li', { key: rule.title }, h('strong', null, rule.title), ' ', rule.text))),
    h('div', { class: 'limits' }, h('h3', null, t('rules.limits')), h('p', null, limits)));
}

/**
 * @param {string[]|string|undefined} given
 * @returns {string[]}
 */
function ownRules(given) {
  const list = typeof given === 'string' ? given.split('\n') : given ?? [];
  return list.map((rule) => rule.trim()).filter((rule) => rule !== '');
}
