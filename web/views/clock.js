// The time for what counts seconds on the screen, and how it is written.
import { signal } from '@preact/signals';

/** Unix milliseconds, renewed once a second while the page is visible. */
export const now = signal(Date.now());

setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 1000);
