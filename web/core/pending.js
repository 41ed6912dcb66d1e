/**
 * Commands that wait for their answer. They survive sockets: after a resume
 * every one is sent again with the same id, and the server answers what it
 * answered the first time.
 *
 * @typedef {{type: string, id: number, [field: string]: any}} Command
 * @typedef {{command: Command, resolve: (answer: any) => void, reject: (reason: {code: string}) => void}} Waiting
 */

/** How many commands may wait at once; more are refused with `busy`. */
export const LIMIT = 64;

export class Pending {
  /** @param {number} first ids given are larger than this */
  constructor(first) {
    this.last = first;
    /** @type {Map<number, Waiting>} */
    this.waiting = new Map();
  }

  /** The next id: larger than every one before, on this link. */
  id() {
    return ++this.last;
  }

  /**
   * @param {string} type
   * @param {object} fields
   * @returns {{command: Command|null, answer: Promise<any>}}
   */
  add(type, fields) {
    if (this.waiting.size >= LIMIT) return { command: null, answer: Promise.reject({ code: 'busy' }) };
    const command = { ...fields, type, id: this.id() };
    const answer = new Promise((resolve, reject) => this.waiting.set(command.id, { command, resolve, reject }));
    return { command, answer };
  }

  /**
   * Settles the command an `ok` or `error` answers.
   * @param {import('./wire.js').Message} message
   */
  settle(message) {
    const entry = this.waiting.get(message.id);
    if (!entry) return;
    this.waiting.delete(message.id);
    if (message.type === 'ok') entry.resolve(message);
    else entry.reject({ code: message.code });
  }

  /** Every unanswered command, oldest first. */
  unanswered() {
    return [...this.waiting.values()].map((entry) => entry.command);
  }

  /** @param {string} code */
  rejectAll(code) {
    const entries = [...this.waiting.values()];
    this.waiting.clear();
    for (const entry of entries) entry.reject({ code });
  }
}
