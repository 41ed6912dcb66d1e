// Buttons: words, with an icon where it helps.
import { h } from 'preact';
import { Icon } from './icons.js';

/**
 * kind: main (the one thing to do here), kind (kind actions: let in, bring
 * back), plain, quiet (a link), end (ending something for somebody).
 * @typedef {'main'|'kind'|'plain'|'quiet'|'end'} Kind
 */

/**
 * @param {{kind?: Kind, icon?: import('./icons.js').IconName, class?: string, children?: any, [attribute: string]: any}} props
 */
export function Button({ kind = 'plain', icon, class: extra = '', children, ...rest }) {
  return h('button', { type: 'button', class: `button button--${kind} ${extra}`, ...rest },
    icon && h(Icon, { name: icon, size: 20 }),
    h('span', null, children));
}
