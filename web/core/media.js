import { signal } from '@preact/signals';
import { Backoff } from './backoff.js';
import { sameServers } from './ice.js';
import { OPEN } from './layers.js';
import { Peer, played } from './peer.js';
import { Pulse } from './pulse.js';

/**
 * Keeps one PeerConnection alive. Three levels of recovery (DESIGN 5): the
 * socket alone was lost - nothing happens here; ICE was lost - an offer with
 * new credentials for the same connection; that failed too - another
 * connection with the same seats.
 *
 *   idle --prepare--> idle (offer ready) --connect--> connecting --> connected
 *   connected --disconnected 2 s | failed | silent 1.5 s | other network--> restart --8 s--> rebuild
 *   connected --the room goes on elsewhere--> two connections --settled--> connected
 *
 * @typedef {'idle'|'connecting'|'connected'|'failed'} MediaState
 * @typedef {import('./layers.js').Output} Output
 * @typedef {(sdp: string, restart: boolean) => Promise<{sdp: string}>} Negotiate sends an offer; rejects with {code}
 */

/** How long ICE may look disconnected before we act: shorter gaps heal by themselves. */
export const PATIENCE_MS = 2000;

/** How long a restart or a new connection may take before the next step. */
export const CONNECT_MS = 8000;

/** How long two connections may stand side by side once the new one is there. */
export const SETTLE_MS = 6000;

/** How often we look, while they do, whose sound and picture have come over. */
export const CROSS_MS = 50;

export class Media {
  /**
   * @param {object} setup
   * @param {Negotiate} setup.negotiate
   * @param {import('./link.js').Clock} setup.clock
   * @param {(peer: Peer) => void} setup.onpeer a new connection is there: give it the tracks
   * @param {(peer: Peer, which?: (receiver: RTCRtpReceiver) => boolean) => void} setup.onplay take this connection's receivers, or some of them
   * @param {() => boolean} [setup.hidden] whether the page is out of sight
   * @param {(seats: number, start: {relays: RTCIceServer[], output: Output}) => Peer} [setup.make]
   */
  constructor({ negotiate, clock, onpeer, onplay, hidden = () => false, make = (seats, start) => new Peer(seats, start) }) {
    this.negotiate = negotiate;
    this.clock = clock;
    this.onpeer = onpeer;
    this.onplay = onplay;
    this.make = make;
    /** @type {import('@preact/signals').Signal<MediaState>} */
    this.state = signal('idle');
    this.backoff = new Backoff(clock.random);
    this.seats = 0;
    /** @type {RTCIceServer[]} */
    this.relays = [];
    /** @type {Output} */
    this.output = OPEN;
    this.here = false; // the connection was up once
    this.gathered = false; // the room that moved has settled
    this.silent = false; // whatever ICE says: nothing comes any more
    this.pulse = new Pulse({
      clock, hidden,
      count: async (thorough) => (await this.peer?.signs(thorough)) ?? null,
      onheard: () => this.heard(),
      onsilent: () => this.silence(),
    });
    /** @type {Peer|null} */
    this.peer = null;
    /** @type {Peer|null} what is still played while the room moves; we send on both */
    this.last = null;
    this.prepared = ''; // an offer made early and not sent yet
    this.wanted = false; // a connection is wanted: between connect and close
    this.timer = /** @type {any} */ (null);
    this.settling = /** @type {any} */ (null);
    this.crossing = /** @type {any} */ (null);
    /** @type {Promise<void>} negotiations run one after another */
    this.turn = Promise.resolve();
  }

  /** Makes the connection and its offer early, while the person chooses a name. @param {number} seats */
  prepare(seats) {
    this.seats = seats;
    return this.queue(async () => {
      if (!this.peer) await this.build();
    });
  }

  /** Offers what was prepared. Resolves when the answer is in place or the next try is scheduled. */
  connect() {
    this.wanted = true;
    return this.queue(() => this.offer());
  }

  /** The device is on another network, or the server may have forgotten us. */
  restart() {
    if (!this.wanted || !this.peer) return Promise.resolve();
    return this.queue(() => this.reoffer());
  }

  /**
   * The room goes on elsewhere, and the link is there already: another
   * connection beside this one, which is heard and fed until `settled`.
   */
  move() {
    if (!this.wanted || !this.peer) return this.restart();
    this.gathered = false;
    return this.queue(() => this.besides());
  }

  /** Everybody has come over, or the server waits for them no longer: plays the new connection alone, once every voice comes there. */
  settled() {
    this.gathered = true;
    this.cross();
  }

  /**
   * Two connections stand side by side: whoever comes over the new one is
   * played from there. Who comes late is heard over the old one until then.
   */
  cross() {
    this.clock.cancel(this.crossing);
    const { peer, last } = this;
    if (!peer || !last || !this.here) return;
    this.onplay(peer, (receiver) => played(receiver) > 0);
    if (this.gathered && !last.ahead(peer, this.clock.now())) return this.alone();
    this.crossing = this.clock.after(() => this.cross(), CROSS_MS);
  }

  alone() {
    this.clock.cancel(this.settling);
    this.clock.cancel(this.crossing);
    this.settling = null;
    this.last?.close();
    this.last = null;
    if (this.peer) this.onplay(this.peer);
  }

  /**
   * What goes out from now on; null sends no packet at all.
   * @param {MediaStreamTrack|null} mic
   * @param {MediaStreamTrack|null} camera
   */
  send(mic, camera) {
    for (const peer of [this.peer, this.last]) peer?.send(mic, camera).catch(() => {});
  }

  /** The relays the server offers now: for a connection still to be made, and for the next restart. @param {RTCIceServer[]} relays */
  offered(relays) {
    if (sameServers(relays, this.relays)) return;
    this.relays = relays;
    this.peer?.relays(relays);
  }

  /** Which of the camera's layers may go out, now and over every new connection. @param {Output} output */
  allow(output) {
    this.output = output;
    return this.peer?.output(output);
  }

  /** The page is in sight again, perhaps after the device slept. */
  returned() {
    this.pulse.returned();
  }

  /** Something came: a connection that was taken for dead lives. */
  heard() {
    if (!this.silent) return;
    this.silent = false;
    this.changed();
  }

  /** Nothing came for too long: ICE may take half a minute to notice, a listener does not wait. */
  silence() {
    if (this.state.value !== 'connected') return;
    this.silent = true;
    this.restart();
  }

  close() {
    this.wanted = false;
    this.clock.cancel(this.timer);
    this.clock.cancel(this.settling);
    this.clock.cancel(this.crossing);
    this.settling = null;
    this.discard();
    this.last?.close();
    this.last = null;
    this.state.value = 'idle';
  }

  async build() {
    this.discard();
    const peer = this.make(this.seats, { relays: this.relays, output: this.output });
    this.peer = peer;
    this.here = this.silent = false;
    const changed = () => this.peer === peer && this.changed();
    peer.connection.onconnectionstatechange = changed;
    peer.connection.oniceconnectionstatechange = changed;
    this.onpeer(peer);
    if (!this.last) this.onplay(peer);
    this.prepared = await peer.offer();
  }

  async besides() {
    const before = /** @type {Peer} */ (this.peer);
    if (this.last) before.close(); // moved again before it had settled: what plays goes on playing
    else this.last = before;
    before.connection.onconnectionstatechange = before.connection.oniceconnectionstatechange = null;
    this.clock.cancel(this.timer);
    this.pulse.stop();
    this.peer = null;
    this.here = false;
    this.prepared = '';
    await this.offer();
  }

  async offer() {
    if (!this.last) this.state.value = 'connecting';
    try {
      if (!this.peer || !this.prepared) await this.build();
      const sdp = this.prepared;
      this.prepared = '';
      await this.answered(sdp, false);
    } catch {
      this.later();
    }
  }

  async reoffer() {
    const peer = this.peer;
    if (!peer || !this.wanted) return;
    this.state.value = 'connecting';
    try {
      await this.answered(await peer.restart(), true);
    } catch {
      await this.rebuild();
    }
  }

  async rebuild() {
    this.discard();
    if (this.wanted) await this.offer();
  }

  /**
   * @param {string} sdp
   * @param {boolean} restart
   */
  async answered(sdp, restart) {
    const peer = this.peer;
    const { sdp: answer } = await this.negotiate(sdp, restart);
    if (!peer || this.peer !== peer) return; // closed meanwhile
    await peer.answer(answer);
    this.expect(CONNECT_MS, restart ? () => this.rebuild() : async () => this.later());
    this.changed();
  }

  /** Reads the connection's state and decides what comes next. */
  changed() {
    const { connectionState, iceConnectionState } = /** @type {Peer} */ (this.peer).connection;
    if (connectionState === 'connected' && (iceConnectionState === 'connected' || iceConnectionState === 'completed')) {
      if (this.silent) return; // said too early: only what arrives proves it
      this.clock.cancel(this.timer);
      this.backoff.reset();
      this.state.value = 'connected';
      this.pulse.start();
      this.here = true;
      if (this.last && !this.settling) this.settling = this.clock.after(() => this.alone(), SETTLE_MS);
      return this.cross();
    }
    if (!this.wanted) return;
    if (connectionState === 'failed' || iceConnectionState === 'failed') return this.lost(0);
    if (iceConnectionState === 'disconnected') this.lost(PATIENCE_MS);
  }

  /** @param {number} patience ms */
  lost(patience) {
    if (this.state.value === 'connecting' || !this.here) return; // the step under way has its own limit
    this.expect(patience, () => this.reoffer());
  }

  /** Tries again with a new connection in a while. */
  later() {
    this.discard();
    if (!this.wanted) return;
    this.state.value = 'failed';
    this.expect(this.backoff.next(), () => this.offer());
  }

  /**
   * @param {number} ms
   * @param {() => Promise<void>} step
   */
  expect(ms, step) {
    this.clock.cancel(this.timer);
    this.timer = this.clock.after(() => this.queue(step), ms);
  }

  /** @param {() => Promise<void>} step */
  queue(step) {
    this.turn = this.turn.then(step).catch(() => {});
    return this.turn;
  }

  discard() {
    this.pulse.stop();
    this.peer?.close();
    this.peer = null;
    this.prepared = '';
  }
}
