import { t } from '../../text/t.js';
import { chromiumDriver, firefoxDriver } from './drivers.js';
import { pause, until } from './until.js';

/** Somebody at a page: what they do, and what arrives at their browser. */
export class Person {
  /**
   * @param {import('./drivers.js').Driver} driver
   * @param {string} name the pseudonym they choose
   */
  constructor(driver, name) {
    this.driver = driver;
    this.name = name;
  }

  /** @param {import('./run.js').Stage} stage @param {'chromium'|'firefox'} browser @param {string} name @param {import('./drivers.js').Options} [options] */
  static async in(stage, browser, name, options) {
    const driver = browser === 'firefox' ? await firefoxDriver(await stage.firefox(), options) : await chromiumDriver(await stage.chromium(), options);
    const person = new Person(driver, name);
    stage.people.push(person);
    return person;
  }

  // ---- doing ----

  open(link) {
    return this.driver.open(link);
  }

  /** Presses a button by the words of the catalogue. @param {any} key @param {any} [params] */
  press(key, params) {
    return this.driver.press('button', t(key, params));
  }

  /** Presses what begins with the words of the catalogue: a row with a note below. @param {any} key @param {any} [params] */
  choose(key, params) {
    return until(`${this.name} chooses ${key}`, () => this.driver.run((words) => {
      const open = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document;
      const found = [...open.querySelectorAll('button')].find((button) => button.textContent?.startsWith(words));
      found?.click();
      return Boolean(found);
    }, t(key, params)));
  }

  /** A facilitator opens the sheet of somebody's seat. @param {Person} other */
  async openSeat(other) {
    const seat = await other.seat();
    await until(`the seat of ${other.name} can be opened`, () => this.driver.run((seat) => {
      const open = /** @type {HTMLElement|null} */ (document.querySelector(`[data-seat="${seat}"] .tile__open`));
      open?.click();
      return Boolean(open);
    }, seat));
  }

  tick(key) {
    return this.driver.press('checkbox', t(key));
  }

  /** Goes the whole way in, as a person does, up to the waiting room (a facilitator: the circle). */
  async join(link, { camera = true } = {}) {
    await this.open(link);
    await this.chooseName();
    await this.check({ camera });
    await this.goIn();
  }

  async chooseName() {
    await this.at('entered');
    await this.driver.fill(t('name.label'), this.name);
    await this.press('join.continue');
  }

  async check({ camera = true } = {}) {
    await until('the microphone is open', async () => (await this.devices()).mic === 'ready');
    if (!camera) await this.driver.press('radio', t('check.camera.off'));
    else await until('the camera is open', async () => (await this.devices()).camera === 'ready');
  }

  async goIn() {
    const staff = (await this.view()).you.role !== 'patient';
    if (!staff) await this.tick('rules.agree');
    await this.press(staff ? 'rules.in' : 'rules.go');
    await until(`${this.name} knocked`, async () => (await this.view()).you.stage !== 'entered');
  }

  /** @param {Person} guest */
  async admit(guest) {
    const id = (await guest.view()).you.id;
    await until('the guest is in the waiting list', async () => (await this.view()).waiting.some((g) => g.id === id));
    await this.command('admit', { guest: id });
    await guest.at('seated');
  }

  /** A command of the protocol, over the page's own link. */
  async command(type, fields = {}) {
    const answer = await this.driver.run(async ([type, fields]) => {
      const { command } = await import('/core/session.js');
      return command(type, fields).then((ok) => ok, (refusal) => ({ type: 'error', code: refusal.code }));
    }, [type, fields]);
    if (answer.type === 'error') throw new Error(`${type}: ${answer.code}`);
    return answer;
  }

  // ---- seeing ----

  view() {
    return this.driver.run(async () => (await import('/core/session.js')).view.value);
  }

  devices() {
    return this.driver.run(async () => (await import('/core/session.js')).devices.value);
  }

  /** The page's status, and why it is over. */
  state() {
    return this.driver.run(async () => {
      const { mediaState, over, status } = await import('/core/session.js');
      return { status: status.value, over: over.value?.code ?? '', media: mediaState.value };
    });
  }

  at(stage, within) {
    return until(`${this.name} is ${stage}`, async () => (await this.view())?.you.stage === stage, within);
  }

  isOver(code) {
    return until(`it is over for ${this.name}: ${code}`, async () => (await this.state()).over === code);
  }

  /** All words on the page. */
  text() {
    return this.driver.run(() => document.body?.innerText ?? '');
  }

  /** @param {any} key of the catalogue @param {any} [params] */
  sees(key, params) {
    return this.reads(t(key, params));
  }

  /** Words that are not of the catalogue, such as the clinic's own. @param {string} words */
  reads(words) {
    return until(`${this.name} reads "${words}"`, async () => (await this.text()).includes(words));
  }

  /** The bridge has gone: nothing covers the circle. Who presses something waits for that anyway. */
  clear() {
    return until(`the bridge of ${this.name} has gone`, async () => !(await this.text()).includes(t('bridge.body')));
  }

  async seat() {
    return (await this.view()).you.seat;
  }

  /** Counters of what arrived for each seat: decoded frames and their size, freezes, audio energy, packets. */
  received() {
    return this.driver.run(async () => {
      const connection = /** @type {any} */ (window).connections.filter((c) => c.connectionState !== 'closed').at(-1);
      const seats = {};
      if (!connection) return seats;
      for (const report of (await connection.getStats()).values()) {
        if (report.type !== 'inbound-rtp' || report.mid === undefined) continue;
        const seat = Math.floor((Number(report.mid) - 3) / 2);
        const at = (seats[seat] ??= { frames: 0, freezes: 0, width: 0, height: 0, video: 0, energy: 0, audio: 0 });
        if (report.kind === 'video') Object.assign(at, { frames: report.framesDecoded ?? 0, video: report.packetsReceived ?? 0, freezes: report.freezeCount ?? 0, width: report.frameWidth ?? 0, height: report.frameHeight ?? 0 });
        else Object.assign(at, { energy: report.totalAudioEnergy ?? 0, audio: report.packetsReceived ?? 0 });
      }
      return seats;
    });
  }

  /** Packets this browser sent, of both kinds. */
  sent() {
    return this.driver.run(async () => {
      const total = { audio: 0, video: 0 };
      for (const connection of /** @type {any} */ (window).connections) {
        if (connection.connectionState === 'closed') continue;
        for (const report of (await connection.getStats()).values()) if (report.type === 'outbound-rtp') total[report.kind] += report.packetsSent ?? 0;
      }
      return total;
    });
  }

  /** Packets sent so far of each layer of the camera, by rid. @returns {Promise<Record<string, number>>} */
  layers() {
    return this.driver.run(async () => {
      const connection = /** @type {any} */ (window).connections.filter((c) => c.connectionState !== 'closed').at(-1);
      const layers = {};
      for (const report of (await connection.getStats()).values()) if (report.type === 'outbound-rtp' && report.rid) layers[report.rid] = report.packetsSent ?? 0;
      return layers;
    });
  }

  /** All bytes that went over the network in both directions, on every path. */
  traffic() {
    return this.driver.run(async () => {
      const connection = /** @type {any} */ (window).connections.filter((c) => c.connectionState !== 'closed').at(-1);
      let bytes = 0;
      for (const report of (await connection.getStats()).values()) if (report.type === 'candidate-pair') bytes += (report.bytesReceived ?? 0) + (report.bytesSent ?? 0);
      return bytes;
    });
  }

  /** Names the ICE session of the newest connection: another one means that ICE was restarted. */
  ice() {
    return this.driver.run(() => /a=ice-ufrag:(\S+)/.exec(/** @type {any} */ (window).connections.at(-1)?.localDescription?.sdp ?? '')?.[1] ?? '');
  }

  async of(other) {
    const seat = typeof other === 'number' ? other : await other.seat();
    return (await this.received())[seat] ?? { frames: 0, freezes: 0, width: 0, height: 0, video: 0, energy: 0, audio: 0 };
  }

  /** New frames of somebody are decoded here. @param {any} other a person, or a seat */
  async watches(other, { frames = 8, within = 20_000 } = {}) {
    const before = (await this.of(other)).frames;
    await until(`${this.name} sees ${other.name ?? other}: ${frames} new frames`, async () => (await this.of(other)).frames >= before + frames, within);
  }

  /** Sound of somebody is played here: energy grows. @param {any} other a person, or a seat */
  async hears(other, { within = 20_000 } = {}) {
    const before = (await this.of(other)).energy;
    await until(`${this.name} hears ${other.name ?? other}`, async () => (await this.of(other)).energy > before + 1e-6, within);
  }

  /**
   * Nothing of a kind arrives any more: after a moment to drain, no packet for a while.
   * @param {any} other a person, or a seat @param {'audio'|'video'} kind
   */
  async nothing(other, kind, { drain = 300, during = 1200 } = {}) {
    await pause(drain);
    const before = (await this.of(other))[kind];
    await pause(during);
    const after = (await this.of(other))[kind];
    if (after !== before) throw new Error(`${this.name} still received ${after - before} ${kind} packets of ${other.name ?? other}`);
  }

  /** The picture of a seat on the screen is moving. */
  async sightOf(seat) {
    return this.driver.run((seat) => {
      const video = /** @type {HTMLVideoElement|null} */ (document.querySelector(`[data-seat="${seat}"] video`));
      if (!video) return { shown: false, time: 0, width: 0 };
      const style = getComputedStyle(video);
      return { shown: style.display !== 'none' && style.visibility !== 'hidden' && style.opacity !== '0', time: video.currentTime, width: video.videoWidth };
    }, seat);
  }

  async close() {
    await this.driver.close().catch(() => {});
  }
}
