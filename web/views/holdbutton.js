// A button that acts after being held for a second, so that it is not pressed
// by accident (M-F8). Enter and Space can be held too; assistive technology that
// can only click is asked once more instead.
import { h } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** How long to hold, in milliseconds. */
const HOLD = 1000;

/** @param {{onHeld: () => void, confirm: string, children?: any}} props confirm: the words of the second click */
export function HoldButton({ onHeld, confirm, children }) {
  const timer = useRef(0);
  const [holding, setHolding] = useState(false);
  const [asking, setAsking] = useState(false);
  const stop = () => { clearTimeout(timer.current); setHolding(false); };
  useEffect(() => stop, []);
  const begin = () => {
    stop();
    setHolding(true);
    timer.current = window.setTimeout(() => { setHolding(false); onHeld(); }, HOLD);
  };
  const key = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    if (!event.repeat) begin();
  };
  const click = (/** @type {MouseEvent} */ event) => {
    if (event.detail !== 0) return; // a pointer: it has to hold
    if (asking) onHeld();
    setAsking(!asking);
  };
  return h('button', {
    type: 'button', class: `button button--plain holdbutton ${holding ? 'holdbutton--on' : ''}`, onPointerDown: begin, onPointerUp: stop, onPointerLeave: stop, onPointerCancel: stop,
    onKeyDown: key, onKeyUp: stop, onBlur: stop, onClick: click, onContextMenu: (/** @type {Event} */ event) => event.preventDefault(),
  }, h('span', null, asking ? confirm : children));
}
