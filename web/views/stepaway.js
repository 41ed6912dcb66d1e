// "Step away": what the bar and the sheet behind "More" both do.
import { setAway } from '../core/session.js';
import { attempt } from './attempt.js';
import { covered } from './flow.js';

/** Covers the screen first, then tells the server. */
export function stepAway() {
  covered.value = true;
  attempt(setAway(true));
}
