// What was written, oldest first. Text is text: nothing in it is ever markup,
// a link or a number to tap.
import { h } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** @typedef {import('../core/texts.js').Said} Said */

/** @param {{list: Said[], name: (said: Said) => string, empty?: string}} props */
export function Thread({ list, name, empty }) {
  const ref = useRef(/** @type {HTMLOListElement|null} */ (null));
  useEffect(() => { ref.current?.scrollTo(0, ref.current.scrollHeight); }, [list.at(-1)?.key]);
  if (list.length === 0) return empty ? h('p', { class: 'soft' }, empty) : null;
  return h('ol', { ref, class: 'thread', role: 'log', tabIndex: 0 }, list.map((said) => h('li', { key: said.key, class: 'said' },
    h('span', { class: 'said__name' }, name(said)),
    h('span', { class: 'said__text', dir: 'auto' }, said.text))));
}
