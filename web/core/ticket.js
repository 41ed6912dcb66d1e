/**
 * The two secrets a person comes with. The invitation's token is in the
 * address's fragment, which no browser sends anywhere; it is read once, taken
 * out of the address at once, and lives in memory only (M-A3). The resume
 * ticket replaces it and is the only thing this page ever stores, for the
 * browser session, under one key.
 *
 * @typedef {{ticket: string, mark: string}} Kept
 */

/** The one key in sessionStorage. */
export const KEY = 'hearth';

/**
 * Reads the token from the fragment and takes it out of the address and of the
 * history entry. Empty when there is none.
 * @param {{location: {hash: string, pathname: string, search: string}, history: {replaceState(state: any, unused: string, url: string): void}}} page
 */
export function takeToken(page) {
  const token = page.location.hash.replace(/^#/, '');
  if (token) page.history.replaceState(null, '', page.location.pathname + page.location.search);
  return token;
}

/**
 * Which invitation a ticket came from: enough to see that the same link was
 * opened again, not enough to tell anything about it (FNV-1a, 32 bits).
 * @param {string} token
 */
export function markOf(token) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < token.length; i++) hash = Math.imul(hash ^ token.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** The ticket in sessionStorage. A browser that refuses storage keeps it in memory. */
export class TicketStore {
  /** @param {Pick<Storage, 'getItem'|'setItem'|'removeItem'>|null} storage */
  constructor(storage) {
    this.storage = storage;
    /** @type {Kept|null} */
    this.kept = read(storage);
  }

  /**
   * The ticket to come back with: none when another invitation was opened.
   * @param {string} token the token in the address, '' for none
   */
  for(token) {
    if (!this.kept) return '';
    return !token || this.kept.mark === markOf(token) ? this.kept.ticket : '';
  }

  /** @param {string} ticket @param {string} token the invitation it came from, '' when unknown */
  keep(ticket, token) {
    this.kept = { ticket, mark: token ? markOf(token) : (this.kept?.mark ?? '') };
    try {
      this.storage?.setItem(KEY, JSON.stringify(this.kept));
    } catch {
      // Full or forbidden: a reload will need the invitation again.
    }
  }

  clear() {
    this.kept = null;
    this.hold();
  }

  /**
   * Takes the ticket out of the storage and keeps it in memory: a page whose
   * link another window took over may take it back when the person asks, but a
   * reload of it - browsers reload forgotten tabs by themselves - must not.
   */
  hold() {
    try {
      this.storage?.removeItem(KEY);
    } catch {
      // Storage is forbidden, so nothing was kept.
    }
  }
}

/**
 * @param {Pick<Storage, 'getItem'>|null} storage
 * @returns {Kept|null}
 */
function read(storage) {
  try {
    const kept = JSON.parse(storage?.getItem(KEY) ?? 'null');
    return kept && typeof kept.ticket === 'string' ? { ticket: kept.ticket, mark: String(kept.mark ?? '') } : null;
  } catch {
    return null;
  }
}
