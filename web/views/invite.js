// Inviting people from the room: a role, a number, and links to copy one by one.
// A link is a person's key: it stays on this screen only.
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { command } from '../core/session.js';
import { t } from '../text/t.js';
import { codeOf, say } from './attempt.js';
import { Button } from './button.js';
import { wordsFor } from './refusals.js';
import { Sheet } from './sheet.js';

/** @typedef {import('../core/wire.js').Role} Role */

/** The server makes at most this many at once. */
const MOST = 20;
/** @type {readonly Role[]} */
const roles = ['patient', 'facilitator', 'support', 'host'];

/** @param {{onClose: () => void}} props */
export function InviteSheet({ onClose }) {
  const [links, setLinks] = useState(/** @type {string[]} */ ([]));
  return h(Sheet, { title: t('staff.invite'), onClose },
    h('p', { class: 'warn' }, t('staff.invite.warn')),
    links.length === 0 ? h(Ask, { onLinks: setLinks }) : h('ol', { class: 'linklist' }, links.map((link, i) => h(LinkRow, { key: link, link, n: i + 1 }))));
}

/** @param {{onLinks: (links: string[]) => void}} props */
function Ask({ onLinks }) {
  const [role, setRole] = useState(/** @type {Role} */ ('patient'));
  const [count, setCount] = useState(1);
  const [ref, setRef] = useState('');
  const make = async () => {
    try {
      const reference = count === 1 && ref.trim() !== '' ? { ref: ref.trim() } : {};
      onLinks((await command('invite', { role, count, ...reference })).links ?? []);
    } catch (refusal) {
      say(codeOf(refusal) === 'no_signer' ? 'staff.invite.none' : wordsFor(codeOf(refusal)));
    }
  };
  return h('div', { class: 'menu' },
    h('fieldset', { class: 'choice' }, h('legend', null, t('staff.invite.role')),
      h('div', { class: 'switch switch--two' }, roles.map((one) => h('label', { key: one, class: 'switch__side' },
        h('input', { type: 'radio', name: 'role', checked: role === one, onChange: () => setRole(one) }), h('span', null, t(`staff.role.${one}`))))),
      role === 'host' && h('p', { class: 'note' }, t('staff.helper.note'))),
    h(Count, { count, onCount: setCount }),
    count === 1 && h('label', { class: 'choice' }, h('span', null, t('staff.invite.ref')),
      h('input', { class: 'field field--small', value: ref, maxLength: 64, autocomplete: 'off', onInput: (/** @type {any} */ e) => setRef(e.currentTarget.value) })),
    h(Button, { kind: 'main', onClick: make }, t('staff.invite.make')));
}

/** @param {{count: number, onCount: (n: number) => void}} props */
function Count({ count, onCount }) {
  return h('div', { class: 'choice', role: 'group', 'aria-label': t('staff.invite.count') },
    h('span', null, t('staff.invite.count')),
    h('div', { class: 'stepper' },
      h('button', { type: 'button', class: 'stepper__side', 'aria-label': t('staff.invite.fewer'), disabled: count <= 1, onClick: () => onCount(count - 1) }, '−'),
      h('output', { 'aria-live': 'polite' }, count),
      h('button', { type: 'button', class: 'stepper__side', 'aria-label': t('staff.invite.more'), disabled: count >= MOST, onClick: () => onCount(count + 1) }, '+')));
}

/** @param {{link: string, n: number}} props */
function LinkRow({ link, n }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
      setCopied(true);
    } catch {
      say('staff.invite.select');
    }
  };
  return h('li', { class: 'linkrow' },
    h('span', { class: 'linkrow__name' }, t('staff.invite.link', { n })),
    h('input', { class: 'linkrow__text', readOnly: true, value: link, 'aria-label': t('staff.invite.link', { n }), onFocus: (/** @type {any} */ e) => e.currentTarget.select() }),
    h(Button, { kind: copied ? 'plain' : 'kind', icon: copied ? 'check' : 'link', 'aria-label': copied ? undefined : t('staff.invite.copy', { n }), onClick: copy },
      h('span', { 'aria-live': 'polite' }, t(copied ? 'copied' : 'copy'))));
}
