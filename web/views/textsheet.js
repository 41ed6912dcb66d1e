// Writing what everybody will read: the card in the middle, or the note to
// take home. An empty text is none.
import { h } from 'preact';
import { useId, useState } from 'preact/hooks';
import { command } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { Sheet } from './sheet.js';

/** @param {{kind: 'prompt'|'note', title: string, about: string, text: string, most: number, onClose: () => void}} props most: letters */
export function TextSheet({ kind, title, about, text, most, onClose }) {
  const [value, setValue] = useState(text);
  const id = useId();
  const put = async (/** @type {string} */ text) => { if (await attempt(command(kind, { text }))) onClose(); };
  const send = (/** @type {Event} */ event) => { event.preventDefault(); put(value.trim()); };
  return h(Sheet, { title, onClose },
    h('form', { class: 'form', onSubmit: send, noValidate: true },
      h('textarea', { id, class: 'field field--text', rows: kind === 'note' ? 6 : 3, value, maxLength: most, 'aria-label': title, 'aria-describedby': `${id}-about`, onInput: (/** @type {any} */ e) => setValue(e.currentTarget.value) }),
      h('p', { id: `${id}-about`, class: 'note' }, about),
      h('div', { class: 'row row--even' },
        text !== '' && h(Button, { onClick: () => put('') }, t('staff.text.away')),
        h('button', { type: 'submit', class: 'button button--main', disabled: value.trim() === '' || value.trim() === text }, h('span', null, t('staff.text.show'))))));
}
