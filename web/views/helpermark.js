// That a technical helper is here is on every screen of the circle, all the
// time: nobody is hidden (M-C3, S-6).
import { h } from 'preact';
import { t } from '../text/t.js';
import { helpers } from './flow.js';
import { Icon } from './icons.js';

/** In the strip: words where there is room, else the sign alone; a tap tells more. @param {{onOpen: () => void}} props */
export function HelperMark({ onOpen }) {
  const n = helpers.value.length;
  if (n === 0) return null;
  const words = t('helper.strip', { n });
  return [
    h('button', { key: 'mark', type: 'button', class: 'tag tag--button helpermark', 'aria-label': words, onClick: onOpen }, h(Icon, { name: 'helper', size: 18 }), h('span', { class: 'helpermark__words' }, words)),
    h('span', { key: 'line', class: 'helperline', 'aria-hidden': 'true' }, t('helper.short')),
  ];
}

/** In the sheet about privacy. */
export function HelperFacts() {
  return helpers.value.map(({ name = '' }) => h('li', { key: name }, t('helper.privacy', { name })));
}
