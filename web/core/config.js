import { Backoff } from './backoff.js';

/**
 * What the clinic configured for this page: fetched once, before anybody joins.
 *
 * @typedef {object} Config
 * @property {string} title neutral name of the page
 * @property {string} crisis where to get help now; never empty
 * @property {string} contact how to reach the clinic
 * @property {string} exit where "Leave quickly" goes
 * @property {boolean} [attendance] the clinic is sent who was there
 */

/** An attempt that has no answer by then is given up, in milliseconds. */
const PATIENCE_MS = 8000;

/**
 * Reads /config.json, again and again until it is read: whoever needs help must
 * find a number on every page, however the network was when the first one
 * opened (M-S5). The page works meanwhile.
 * @param {typeof fetch} get
 * @param {import('./link.js').Clock} clock
 * @returns {Promise<Config>}
 */
export async function readConfig(get, clock) {
  const backoff = new Backoff(clock.random);
  for (;;) {
    const config = await once(get);
    if (config) return config;
    await new Promise((next) => clock.after(() => next(null), backoff.next()));
  }
}

/**
 * @param {typeof fetch} get
 * @returns {Promise<Config|null>}
 */
async function once(get) {
  try {
    const response = await get('/config.json', { cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(PATIENCE_MS) });
    const config = response.ok ? await response.json() : null;
    return config?.crisis ? config : null;
  } catch {
    return null;
  }
}
