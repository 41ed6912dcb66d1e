// The frame around a calm screen: the neutral title, the way out, one column.
import { h } from 'preact';
import { config } from '../core/session.js';
import { LeaveQuickly } from './quick.js';

/** The neutral name of the page; it never says what the meeting is about (M-S6). */
export function Title() {
  return h('span', { class: 'top__title' }, config.value?.title ?? document.title);
}

/**
 * @param {{children?: any, wide?: boolean, class?: string}} props
 */
export function Frame({ children, wide = false, class: extra = '' }) {
  return h('div', { class: 'frame' },
    h('header', { class: 'top' }, h(Title, null), h(LeaveQuickly, null)),
    h('main', { class: `page ${wide ? 'page--wide' : ''} ${extra}` }, children));
}
