// "Say goodbye first": an offer on the way out, one button and no gate (M-W2).
// It raises a special hand that only facilitators see.
import { h } from 'preact';
import { command, you } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';

/** @param {boolean} wanted */
export const askGoodbye = (wanted) => attempt(command('ask_goodbye', { wanted }));

/** @param {{onClose: () => void}} props */
export function GoodbyeFirst({ onClose }) {
  if (you.value?.role === 'facilitator' || you.value?.goodbye) return null;
  const ask = async () => { if (await askGoodbye(true)) onClose(); };
  return h(Button, { onClick: ask }, t('leave.goodbye'));
}
