// The first screen: what will not happen here, and a name for the group.
import { h } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { suggestedName } from '../core/session.js';
import { t } from '../text/t.js';
import { Button } from './button.js';
import { helps, name, nameTrouble, staff, step } from './flow.js';
import { Frame } from './frame.js';
import { Heading } from './heading.js';
import { Crisis, helpOpen } from './help.js';
import { ideas, looksFull } from './names.js';

/** One screen, one decision: the name. */
export function NameStep() {
  return h(Frame, null,
    h(Heading, null, t(staff.value || helps.value ? 'join.staff.head' : 'join.head')),
    helps.value && h('p', { class: 'lead' }, t('helper.lead')),
    !staff.value && !helps.value && h(Promises, null),
    h(NameForm, null),
    !staff.value && h('p', { class: 'soft' }, t('join.history')),
    h('div', { class: 'links' },
      !staff.value && h(Button, { kind: 'quiet', onClick: () => { helpOpen.value = 'about'; } }, t('join.about')),
      h(Button, { kind: 'quiet', onClick: () => { helpOpen.value = 'help'; } }, t('help.link'))),
    !staff.value && h(Crisis, null));
}

/** What will not happen, before anything is asked. */
function Promises() {
  return h('div', { class: 'promises' },
    h('ul', { class: 'embers' },
      h('li', null, t('join.fact.account')),
      h('li', null, t('join.fact.record')),
      h('li', null, t('join.fact.leave'))),
    h('p', { class: 'soft' }, t('join.place')));
}

/** The one text field of the way in (M-A5). */
function NameForm() {
  const input = useRef(/** @type {HTMLInputElement|null} */ (null));
  const offered = useMemo(() => suggestedName.value || ideas(1, Math.random)[0], [suggestedName.value]);
  const value = name.value ?? offered;
  const others = useMemo(() => ideas(3, Math.random, value), []);
  useEffect(() => { if (nameTrouble.value) input.current?.focus(); }, [nameTrouble.value]);
  const choose = (/** @type {string} */ chosen) => { name.value = chosen; nameTrouble.value = null; };
  const go = (/** @type {Event} */ event) => { event.preventDefault(); proceed(value); };
  return h('form', { class: 'form', onSubmit: go, noValidate: true },
    h('label', { class: 'form__label', for: 'name' }, t(helps.value ? 'helper.name' : 'name.label')),
    h('input', {
      ref: input, id: 'name', class: 'field', value, maxLength: 80, autocomplete: 'off', autocapitalize: 'words', spellcheck: false, enterKeyHint: 'go',
      'aria-describedby': 'name-note', 'aria-invalid': nameTrouble.value ? 'true' : undefined,
      onInput: (/** @type {any} */ event) => choose(event.currentTarget.value),
    }),
    h('div', { class: 'chips', role: 'group', 'aria-label': t('name.ideas') },
      others.map((idea) => h('button', { key: idea, type: 'button', class: 'chip', onClick: () => choose(idea) }, idea))),
    h('p', { id: 'name-note', class: nameTrouble.value ? 'note note--care' : 'note', 'aria-live': 'polite' }, t(noteFor(value))),
    h('button', { type: 'submit', class: 'button button--main' }, h('span', null, t('join.continue'))),
    !helps.value && h('p', { class: 'note' }, t('join.next')));
}

/**
 * @param {string} value
 * @returns {import('./flow.js').Key}
 */
function noteFor(value) {
  if (nameTrouble.value) return nameTrouble.value;
  return looksFull(value) ? 'name.hint.full' : 'name.hint';
}

/** @param {string} value */
function proceed(value) {
  name.value = value.trim();
  nameTrouble.value = name.value === '' ? 'name.empty' : null;
  if (nameTrouble.value === null) step.value = 'check';
}
