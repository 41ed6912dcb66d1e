/**
 * What the clinic configured for this page: fetched once, before anybody joins.
 *
 * @typedef {object} Config
 * @property {string} title neutral name of the page
 * @property {string} crisis where to get help now; never empty
 * @property {string} contact how to reach the clinic
 * @property {string} exit where "Leave quickly" goes
 * @property {string[]|string} [rules] the clinic's own group rules, when it has some
 */

/**
 * Reads /config.json. A page without it still works: the caller keeps null.
 * @param {typeof fetch} get
 * @returns {Promise<Config|null>}
 */
export async function readConfig(get) {
  try {
    const response = await get('/config.json', { cache: 'no-store', credentials: 'omit' });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
