// One line to write and a button to send it; a refusal says what to do.
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../text/t.js';
import { codeOf } from './attempt.js';
import { Button } from './button.js';
import { wordsFor } from './refusals.js';

/** The server takes 300 letters as people count them; a letter may be several of these units. */
const UNITS = 600;

/** @param {{id: string, label: string, send: (text: string) => Promise<any>, onSent?: () => void}} props */
export function WriteForm({ id, label, send, onSent }) {
  const [text, setText] = useState('');
  const [trouble, setTrouble] = useState(/** @type {import('../text/en.js').Key|null} */ (null));
  const [sending, setSending] = useState(false);
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (sending || text.trim() === '') return;
    setSending(true);
    try {
      await send(text.trim());
      setText('');
      setTrouble(null);
      onSent?.();
    } catch (refusal) {
      setTrouble(wordsFor(codeOf(refusal)));
    }
    setSending(false);
  };
  return h('form', { class: 'write', onSubmit: submit, noValidate: true },
    h('label', { class: 'write__label', for: `write-${id}` }, label),
    h('div', { class: 'write__line' },
      h('input', { id: `write-${id}`, class: 'field', value: text, maxLength: UNITS, autocomplete: 'off', 'aria-invalid': trouble ? 'true' : undefined, 'aria-describedby': `write-${id}-note`, onInput: (/** @type {any} */ e) => setText(e.currentTarget.value) }),
      h(Button, { kind: 'kind', type: 'submit', disabled: text.trim() === '' }, t('write.send'))),
    h('p', { id: `write-${id}-note`, class: 'note note--care', 'aria-live': 'polite' }, trouble ? t(trouble) : ''));
}
