/**
 * Whether anything at all still comes from the server. It says something at
 * least once a second to everybody who is connected, so two silent seconds mean
 * that the path is dead - long before ICE gives it up.
 *
 * Timers lie: they are slowed in a hidden page and stand still while a device
 * sleeps. A look that comes late proves nothing, except that we slept.
 */

/** How often we look, ms. */
export const LOOK_MS = 500;

/** Silence that means the path is dead, ms. */
export const SILENT_MS = 2000;

/** Looks that far apart: the device slept, and is likely on another network, ms. */
export const ASLEEP_MS = 5000;

export class Pulse {
  /**
   * @param {object} setup
   * @param {import('./link.js').Clock} setup.clock
   * @param {() => Promise<number|null>} setup.count how much has come so far, in any unit; null: it cannot be told
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
    this.last = /** @type {number|null} */ (null);
    this.beats = false; // something came since the start: from now on silence means something
    this.slept = false;
  }

  /** Begins to look; judges once something has come. Starting twice changes nothing. */
  start() {
    if (this.running) return;
    this.running = ++this.starts;
    this.looked = this.heard = this.clock.now();
    this.last = null;
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
    const excused = this.hidden() || gap >= 3 * LOOK_MS;
    const count = await this.count().catch(() => null);
    if (this.running !== turn) return;
    this.again();
    this.judge(count, excused, now);
  }

  /**
   * @param {number|null} count
   * @param {boolean} excused
   * @param {number} now
   */
  judge(count, excused, now) {
    const grew = count !== null && this.last !== null && count > this.last;
    this.last = count ?? this.last;
    this.beats ||= grew;
    if (this.slept && !this.hidden()) return this.silent(now);
    if (grew || excused || !this.beats || count === null) this.heard = now;
    if (grew) this.onheard();
    else if (now - this.heard >= SILENT_MS) this.silent(now);
  }

  /** @param {number} now */
  silent(now) {
    this.slept = false;
    this.heard = now;
    this.onsilent();
  }
}
