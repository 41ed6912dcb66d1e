// The live region: hears every change of the view and says it once, politely.
import { h } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { view } from '../core/session.js';
import { t } from '../text/t.js';
import { diff } from './announce.js';

/** How many sentences stay for a slow reader. */
const KEPT = 6;

/** Always on the page, so that a change in it is noticed. */
export function Live() {
  const said = useSaid();
  return h('div', { class: 'sr', role: 'log', 'aria-live': 'polite', 'aria-relevant': 'additions', id: 'live' },
    said.map(({ id, text }) => h('p', { key: id }, text)));
}

/** @returns {{id: number, text: string}[]} the last sentences */
function useSaid() {
  const before = useRef(view.value);
  const count = useRef(0);
  const [said, setSaid] = useState(/** @type {{id: number, text: string}[]} */ ([]));
  const after = view.value;
  useEffect(() => {
    const fresh = diff(before.current, after).map(({ key, params }) => ({ id: ++count.current, text: t(key, params) }));
    before.current = after;
    if (fresh.length > 0) setSaid((old) => [...old, ...fresh].slice(-KEPT));
  }, [after]);
  return said;
}
