// A sheet over the page: from below on phones, in the middle elsewhere. It is a
// native modal dialog, so focus stays inside and Escape closes it; whether it is
// open is decided by the view that shows it. What lies
// behind is inert, so the sheet carries its own "Leave quickly" in the same place.
import { h } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { t } from '../text/t.js';
import { Button } from './button.js';
import { Icon } from './icons.js';
import { LeaveQuickly } from './quick.js';

/**
 * @param {{title: string, onClose: () => void, onBack?: () => void, children?: any, class?: string}} props
 */
export function Sheet({ title, onClose, onBack, children, class: extra = '' }) {
  const ref = useRef(/** @type {HTMLDialogElement|null} */ (null));
  const id = useId();
  useEffect(() => opened(ref.current), []);
  const escape = (/** @type {Event} */ event) => { event.preventDefault(); onClose(); };
  const closed = () => { if (ref.current?.isConnected) onClose(); }; // a browser may close it against our will
  return h('dialog', { ref, class: 'sheet', 'aria-labelledby': id, onCancel: escape, onClose: closed, onClick: outside(onClose) },
    h('div', { class: `sheet__panel ${extra}` },
      h('div', { class: 'sheet__head' },
        onBack && h(Button, { kind: 'quiet', onClick: onBack }, t('back')),
        h('h2', { id, class: 'sheet__title', tabIndex: -1, autofocus: true }, title),
        h('button', { type: 'button', class: 'sheet__close', 'aria-label': t('close'), onClick: onClose }, h(Icon, { name: 'close', size: 20 }))),
      h('div', { class: 'sheet__body' }, children)),
    h('div', { class: 'sheet__quick' }, h(LeaveQuickly, null)));
}

/**
 * Shows the dialog; on the way out the focus goes back to where it was.
 * @param {HTMLDialogElement|null} dialog
 */
function opened(dialog) {
  if (!dialog) return;
  const before = /** @type {HTMLElement|null} */ (document.activeElement);
  dialog.showModal();
  /** @type {HTMLElement|null} */ (dialog.querySelector('.sheet__title'))?.focus({ preventScroll: true });
  return () => {
    dialog.close();
    if (before?.isConnected) before.focus({ preventScroll: true });
  };
}

/**
 * A tap beside the panel closes the sheet.
 * @param {() => void} close
 */
function outside(close) {
  return (/** @type {MouseEvent} */ event) => {
    if (event.target === event.currentTarget) close();
  };
}
