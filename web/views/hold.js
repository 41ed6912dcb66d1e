// The room on hold: no facilitator, so nothing is seen or heard (M-F10).
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { leave } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { Frame } from './frame.js';
import { Heading } from './heading.js';
import { helpOpen } from './help.js';
import { Icon } from './icons.js';

/** A calm page in front of the circle, which stays as it is behind it. */
export function OnHold() {
  const [stays, setStays] = useState(false);
  return h('div', { class: 'over over--hold' },
    h(Frame, { class: 'page--state' },
      h(Icon, { name: 'hearth', size: 52, class: 'ember' }),
      h(Heading, null, t('notice.hold.head')),
      h('p', { class: 'lead' }, t('notice.hold.body')),
      h('div', { class: 'ways' },
        stays ? h('p', { class: 'soft', role: 'status' }, t('waiting.stay')) : h(Button, { kind: 'main', onClick: () => setStays(true) }, t('notice.hold.wait')),
        h('div', { class: 'row' },
          h(Button, { onClick: () => { helpOpen.value = 'help'; } }, t('help.now')),
          h(Button, { icon: 'leave', onClick: () => attempt(leave()) }, t('do.leave'))))));
}
