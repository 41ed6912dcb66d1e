// The goodbye round for one person, asked once: it marks their last session.
import { h } from 'preact';
import { command } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { Sheet } from './sheet.js';

/** @param {{seat: import('../core/wire.js').Seat, onClose: () => void}} props */
export function FarewellSheet({ seat: { seat, name }, onClose }) {
  const start = async () => { if (await attempt(command('start_round', { kind: 'goodbye', for: seat }))) onClose(); };
  return h(Sheet, { title: t('staff.farewell', { name }), onClose },
    h('p', null, t('staff.farewell.ask', { name })),
    h('div', { class: 'row row--even' },
      h(Button, { onClick: onClose }, t('staff.farewell.later')),
      h(Button, { kind: 'kind', onClick: start }, t('staff.farewell.begin'))));
}
