import { computed, signal } from '@preact/signals';
import { pinned } from './wishes.js';

/**
 * What the link tells: where it stands, and what the server shows this person.
 * Written by session.js alone; views read it there.
 *
 * @typedef {import('./config.js').Config} Config
 * @typedef {import('./wire.js').View} View
 * @typedef {'boot'|import('./link.js').LinkStatus} Status
 * @typedef {{code: string, after?: number}} Over
 */

/** @type {import('@preact/signals').Signal<Config|null>} */
export const config = signal(null);
/** @type {import('@preact/signals').Signal<Status>} */
export const status = signal('boot');
/** Why it is final. @type {import('@preact/signals').Signal<Over|null>} */
export const over = signal(null);
/** When the next attempt is made, Unix ms. @type {import('@preact/signals').Signal<number|null>} */
export const waitUntil = signal(null);
/** @type {import('@preact/signals').Signal<View|null>} */
export const view = signal(null);
export const you = computed(() => view.value?.you ?? null);
export const room = computed(() => view.value?.room ?? null);
export const seats = computed(() => view.value?.seats ?? []);
export const waiting = computed(() => view.value?.waiting ?? []);
export const removed = computed(() => view.value?.removed ?? []);
/** Where the session is; null before admission. */
export const progress = computed(() => view.value?.session ?? null);
/** The turn that goes round; null while none does. */
export const round = computed(() => view.value?.round ?? null);
/** What lies in the middle of the circle; null while it is empty. */
export const middle = computed(() => view.value?.middle ?? null);
export const seatCount = signal(0);
export const suggestedName = signal('');
/** The version of the rules to agree to. */
export const rules = signal('');
/** Seconds a lost seat is kept. */
export const grace = signal(120);
/** Whose pictures are not sent to us now, and why. @type {import('@preact/signals').ReadonlySignal<Map<number, import('./wire.js').Why>>} */
export const pauses = computed(() => new Map(view.value?.media?.paused?.map(({ seat, why }) => [seat, why])));
/** The support seats this viewer pinned, while somebody of support sits there. */
export const pins = computed(() => pinned.value.filter((seat) => seats.value.some((s) => s.seat === seat && s.role === 'support')));
