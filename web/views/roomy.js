// Whether the open middle of the circle has room for a card just now; told by
// what is drawn there.
import { signal } from '@preact/signals';

/** Where it has not, the card stands among the notices. */
export const roomy = signal(false);
