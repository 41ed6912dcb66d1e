/**
 * Whether anything at all still comes from the server - long before ICE gives
 * the path up. How much silence that takes is known from what came before: a
 * voice or a picture comes many times a second, and the server's reports once a
 * second to everybody who is connected. One of those may be lost.
 *
 * Frames that are played are looked for at every look, which costs nothing. The
 * counters of the connection are read no more than twice a second, and before
 * it is called dead.
 *
 * Timers lie: they are slowed in a hidden page and stand still while a device
 * sleeps. A look that comes late proves nothing, except that we slept. Out of
 * sight a look a second is on time, and silence takes longer.
 */

/** How often we look, ms. */
export const LOOK_MS = 250;

/** Silence after voices or pictures that means the path is dead, ms: in a pause of speech something comes every 400 ms (DTX, RFC 7587). */
export const SILENT_MS = 1500;

/** The same where reports are all that came: nobody has a microphone or camera on, and nobody misses anything, ms. */
export const REPORTS_MS = 2250;

/** The same while the page is out of sight, ms: timers run once a second there, so these are three looks at least. */
export const HIDDEN_MS = 4000;

/** Signs that near to each other, three in a row, are more than reports, ms. */
const NEAR_MS = 800;

/** A look so late proves nothing, in sight and out of it, ms. */
const LATE_MS = 4 * LOOK_MS;
const HIDDEN_LATE_MS = 2000;

/** Looks that far apart: the device slept, and is likely on another network, ms. */
export const ASLEEP_MS = 5000;

export class Pulse {
  /**
   * @param {object} setup
   * @param {import('./link.js').Clock} setup.clock
   * @param {(thorough: boolean) => Promise<number|null>} setup.count how much has come so far, in any unit; null: it cannot be told. Not thorough: only what can be told for nothing
   * @param {() => boolean} setup.hidden whether the page is out of sight
   * @param {() => void} setup.onheard something came
   * @param {() => void} setup.onsilent nothing came for too long, or the device slept
   */
  constructor({ clock, count, hidden, onheard, onsilent }) {
    this.clock = clock;
    this.count = count;
    this.hidden = hidden;
    this.onheard = onheard;
    this.onsilent = onsilent;
    this.running = 0; // which start this is; 0 while stopped
    this.starts = 0;
    this.timer = /** @type {any} */ (null);
    this.looked = 0;
    this.heard = 0;
    this.counted = 0; // when the counters were read last
    this.sign = 0; // when something came last
    this.near = 0; // signs in a row that were near to the one before
    this.last = /** @type {number|null} */ (null);
    this.beats = false; // something came since the start: from now on silence means something
    this.slept = false;
    this.unseen = false; // the page was out of sight at the last look
  }

  /** Begins to look; judges once something has come. Starting twice changes nothing. */
  start() {
    if (this.running) return;
    this.running = ++this.starts;
    this.looked = this.heard = this.clock.now();
    this.last = null;
    this.counted = this.sign = this.near = 0;
    this.beats = this.slept = false;
    this.again();
  }

  stop() {
    this.running = 0;
    this.clock.cancel(this.timer);
  }

  /** The page is in sight again: looks now. */
  returned() {
    if (!this.running) return;
    this.clock.cancel(this.timer);
    this.look();
  }

  again() {
    this.clock.cancel(this.timer);
    this.timer = this.clock.after(() => this.look(), LOOK_MS);
  }

  async look() {
    const turn = this.running;
    const now = this.clock.now();
    const gap = now - this.looked;
    this.looked = now;
    this.slept ||= gap >= ASLEEP_MS;
    const hidden = this.hidden();
    if (hidden !== this.unseen || gap >= (hidden ? HIDDEN_LATE_MS : LATE_MS)) this.heard = now;
    this.unseen = hidden;
    const thorough = now - this.counted >= 2 * LOOK_MS || this.due(now);
    const count = await this.count(thorough).catch(() => null);
    if (this.running !== turn) return;
    this.again();
    if (thorough && (count === this.last || !this.lively())) this.counted = now;
    this.judge(count, now);
  }

  /** Whether more than reports came. */
  lively() {
    return this.near >= 2;
  }

  /** Whether it has been silent for too long. @param {number} now */
  due(now) {
    const most = this.unseen ? HIDDEN_MS : this.lively() ? SILENT_MS : REPORTS_MS;
    return now - this.heard >= most;
  }

  /**
   * @param {number|null} count
   * @param {number} now
   */
  judge(count, now) {
    const grew = count !== null && this.last !== null && count > this.last;
    this.last = count ?? this.last;
    this.beats ||= grew;
    if (this.slept && !this.unseen) return this.silent(now);
    if (grew || !this.beats || count === null) this.heard = now;
    if (!grew) return this.due(now) ? this.silent(now) : undefined;
    this.near = now - this.sign <= NEAR_MS ? this.near + 1 : 0;
    this.sign = now;
    this.onheard();
  }

  /** @param {number} now */
  silent(now) {
    this.slept = false;
    this.heard = now;
    this.onsilent();
  }
}
