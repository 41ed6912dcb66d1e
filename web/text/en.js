// The one catalogue of the page's words (M-X6): every sentence a person can
// read or hear is in it, and nothing else is. Keys beginning with "staff." are
// for facilitators; all others follow NEEDS 4.1: common words, sentences of at
// most 15 words, nobody is blamed. {x} is filled in by t(). A key ending in
// ".one" or ".other" is chosen by its {n}.
import { circle } from './en/circle.js';
import { door } from './en/door.js';
import { helper } from './en/helper.js';
import { said } from './en/said.js';
import { staff } from './en/staff.js';
import { states } from './en/states.js';

/** No key is in two of them; a test sees to it. */
export const en = { ...door, ...circle, ...helper, ...states, ...said, ...staff };

/** @typedef {keyof typeof en} Key */
