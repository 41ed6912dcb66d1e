// The privacy cover: a neutral card over everything, one tap back (M-S3).
import { h } from 'preact';
import { setAway } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { covered } from './flow.js';
import { Frame } from './frame.js';
import { Heading } from './heading.js';

/** Says nothing about the group. */
export function Cover() {
  const back = async () => {
    await attempt(setAway(false));
    covered.value = false;
  };
  return h('div', { class: 'over over--cover' },
    h(Frame, { class: 'page--state' },
      h(Heading, null, t('cover.head')),
      h('p', { class: 'lead' }, t('cover.body')),
      h('div', { class: 'ways' }, h(Button, { kind: 'main', onClick: back }, t('cover.back')))));
}
