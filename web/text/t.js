// Looks sentences up in the catalogue.
import { en } from './en.js';

/** @typedef {import('./en.js').Key} Key */
/** @typedef {Record<string, string|number>} Params */
/** @typedef {Key extends infer K ? K extends `${infer B}.one` ? B : never : never} Plural keys that have .one and .other */

const plural = new Intl.PluralRules('en');

/**
 * The sentence of a key, with its {params} filled in. A plural key is given
 * without its ending; params.n decides.
 * @param {Key|Plural} key
 * @param {Params} [params]
 * @returns {string}
 */
export function t(key, params = {}) {
  const whole = key in en ? key : `${key}.${plural.select(Number(params.n))}`;
  const text = en[/** @type {Key} */ (whole)];
  if (text === undefined) throw new RangeError(`no text for ${key}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => String(params[name] ?? ''));
}
