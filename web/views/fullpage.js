// A state that fills the page: headline, a sentence or two, the ways on.
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { closeAndClear, config, copyLink, invited, leave, over, retry, waitUntil, you } from '../core/session.js';
import { t } from '../text/t.js';
import { Afterwards, WhyEnded } from './afterwards.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { now } from './clock.js';
import { Frame } from './frame.js';
import { Heading } from './heading.js';
import { Crisis, helpOpen } from './help.js';
import { Icon } from './icons.js';
import { refused } from './flow.js';
import { states, wayWords } from './states.js';

/** @typedef {import('./states.js').StateName} StateName */
/** @typedef {import('./states.js').Act} Act */

/** @param {{name: StateName}} props */
export function FullPage({ name }) {
  const state = states[name];
  const seconds = name === 'restart' ? Math.max(1, Math.ceil(((waitUntil.value ?? 0) - now.value) / 1000)) : 0;
  return h(Frame, { class: 'page--state' },
    h(Icon, { name: 'hearth', size: 44, class: 'ember' }),
    h(Heading, { key: name }, t(`state.${name}.head`, { name: you.value?.name ?? '' })),
    h('p', { class: 'lead' }, t(`state.${name}.body`, { n: seconds })),
    'more' in state && h('p', { class: 'soft' }, afterwards(name)),
    (name === 'removed' || name === 'declined') && h(WhyEnded, { name }),
    'more' in state && h(Afterwards, { name }),
    h('div', { class: 'ways' }, state.acts.filter((act) => act !== 'return' || invited()).map((act, i) => h(Way, { key: act, act, first: i === 0 }))),
    'more' in state && h(Crisis, null));
}

/** What to do now, and the truth about what was kept. @param {StateName} name */
function afterwards(name) {
  const kept = t(config.value?.attendance ? 'kept.attendance' : 'kept.nothing');
  switch (name) {
    case 'left': return t('state.left.more', { kept });
    case 'farewell': return t('state.farewell.more');
    default: return t('state.ended.more', { kept });
  }
}

/** @param {{act: Act, first: boolean}} props */
function Way({ act, first }) {
  const [copied, setCopied] = useState(false);
  const kind = first ? 'main' : 'plain';
  const words = t(wayWords[act]);
  switch (act) {
    case 'copy': return h(Button, { kind, icon: copied ? 'check' : 'link', onClick: async () => setCopied(await copyLink()) },
      h('span', { 'aria-live': 'polite' }, copied ? t('copied') : words));
    case 'reach': return h(Button, { kind, onClick: () => { helpOpen.value = 'reach'; } }, words);
    case 'help':
    case 'helpnow': return h(Button, { kind, onClick: () => { helpOpen.value = 'help'; } }, words);
    case 'return':
    case 'retry': return h(Button, { kind, onClick: again }, words);
    case 'here': return h(Button, { kind, onClick: retry }, words);
    case 'now': return h(Button, { kind, onClick: retry }, words);
    case 'clear': return h(Button, { kind, onClick: closeAndClear }, words);
    case 'leave': return h(Button, { kind: 'plain', onClick: () => attempt(leave()) }, words);
  }
}

/** After a refused knock one is back at the door; else the link is tried again. */
function again() {
  if (refused.value !== null && over.value === null) refused.value = null;
  else retry();
}
