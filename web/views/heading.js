// The headline of a screen. It takes the focus when the screen appears, so that
// keyboard and screen reader users know where they are.
import { h } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/**
 * @param {{children?: any, id?: string, level?: 1|2, quiet?: boolean}} props quiet: take no focus
 */
export function Heading({ children, id, level = 1, quiet = false }) {
  const ref = useRef(/** @type {HTMLHeadingElement|null} */ (null));
  useEffect(() => {
    if (quiet) return;
    window.scrollTo(0, 0);
    ref.current?.focus({ preventScroll: true });
  }, []);
  return h(`h${level}`, { ref, id, class: 'heading', tabIndex: -1 }, children);
}
