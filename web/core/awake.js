import { signal } from '@preact/signals';

/** Keeps the screen on while a person sits in the circle (S-16). Browsers let go when the page is hidden; we ask again when it is back. */
export class Awake {
  /** @param {{request(type: 'screen'): Promise<any>}|undefined} lock navigator.wakeLock, where there is one */
  constructor(lock) {
    this.lock = lock;
    this.wanted = false;
    this.sentinel = /** @type {any} */ (null);
    /** @type {import('@preact/signals').Signal<boolean|null>} null while nobody asked */
    this.held = signal(null);
  }

  /** @param {boolean} on */
  async keep(on) {
    if (on === this.wanted) return;
    this.wanted = on;
    if (on) return this.ask();
    this.held.value = null;
    await this.sentinel?.release().catch(() => {});
    this.sentinel = null;
  }

  /** The page is visible again. */
  async again() {
    if (this.wanted && !this.held.value) await this.ask();
  }

  async ask() {
    try {
      const sentinel = await this.lock?.request('screen');
      if (!this.wanted) return sentinel?.release();
      this.sentinel = sentinel ?? null;
      this.held.value = Boolean(sentinel);
      sentinel?.addEventListener('release', () => { if (this.wanted) this.held.value = false; });
    } catch {
      this.held.value = false;
    }
  }
}
