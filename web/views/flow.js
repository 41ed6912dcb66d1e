// What a person has chosen so far on the way in; gone with the page.
import { computed, signal } from '@preact/signals';
import { room, you } from '../core/session.js';

/** @typedef {import('../text/en.js').Key} Key */

/** The step of the join flow. */
export const step = signal(/** @type {'name'|'check'} */ ('name'));
/** The name as typed; null until somebody or something chose one. */
export const name = signal(/** @type {string|null} */ (null));
/** Why the name needs another look. */
export const nameTrouble = signal(/** @type {Key|null} */ (null));
/** Whether to come in with a picture. */
export const wantCamera = signal(true);
/** Whether the rules are agreed to. */
export const agreed = signal(false);
/** The code of a knock that was refused for good or for now. */
export const refused = signal(/** @type {string|null} */ (null));
/** Whether the privacy cover was asked for here; shown before the server knows. */
export const covered = signal(false);
/** Facilitators have a shorter way in. */
export const staff = computed(() => you.value?.role === 'facilitator');
/** A technical helper: at the door, never in the circle (S-6). */
export const helps = computed(() => you.value?.role === 'host');
/** The technical helpers who are here. Everybody is told of them (M-C3). */
export const helpers = computed(() => room.value?.hosts ?? []);
