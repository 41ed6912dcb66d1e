import { offered } from './codecs.js';
import { OPEN, adjust, encodings } from './layers.js';
import { leanOffer, tuneOpus } from './sdp.js';

/**
 * One PeerConnection, negotiated once (signaling/PROTOCOL.md, section 5): the
 * microphone, the camera in two layers, a spare picture, and then a pair of
 * receivers for each seat. Who sits where never changes it.
 */

/** @typedef {import('./layers.js').Output} Output */

/** @param {RTCIceServer[]} iceServers @returns {RTCConfiguration} */
const configuration = (iceServers) => ({ bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require', iceServers });

/** A voice from which nothing has come for so long is none; in a pause of speech something comes every 400 ms (DTX, RFC 7587). */
const LIVE_MS = 1000;

export class Peer {
  /**
   * @param {number} seats
   * @param {{relays?: RTCIceServer[], output?: Output}} [start]
   * @param {(config: RTCConfiguration) => RTCPeerConnection} [make]
   */
  constructor(seats, { relays = [], output = OPEN } = {}, make = (config) => new RTCPeerConnection(config)) {
    this.connection = connect(relays, make);
    this.seen = { signs: 0, played: 0, bytes: 0 };
    this.mic = this.line('audio', { direction: 'sendonly' });
    this.camera = this.line('video', { direction: 'sendonly', sendEncodings: encodings(output) });
    this.slide = this.line('video', { direction: 'sendonly' });
    /** @type {{audio: RTCRtpReceiver, video: RTCRtpReceiver}[]} */
    this.seats = Array.from({ length: seats }, () => ({
      audio: this.line('audio', { direction: 'recvonly' }).receiver,
      video: this.line('video', { direction: 'recvonly' }).receiver,
    }));
  }

  /**
   * @param {'audio'|'video'} kind
   * @param {RTCRtpTransceiverInit} init
   */
  line(kind, init) {
    const transceiver = this.connection.addTransceiver(kind, init);
    const received = init.direction === 'recvonly';
    const able = received ? RTCRtpReceiver : globalThis.RTCRtpSender ?? RTCRtpReceiver;
    const wanted = offered(able.getCapabilities?.(kind)?.codecs ?? [], kind, received);
    if (wanted.length > 0) transceiver.setCodecPreferences?.(wanted);
    return transceiver;
  }

  /** Makes the offer and starts to connect. @returns {Promise<string>} */
  async offer() {
    await this.connection.setLocalDescription(await this.connection.createOffer());
    return leanOffer(this.connection.localDescription?.sdp ?? '');
  }

  /** An offer with new ICE credentials for the same connection. @returns {Promise<string>} */
  async restart() {
    await this.connection.setLocalDescription(await this.connection.createOffer({ iceRestart: true }));
    return leanOffer(this.connection.localDescription?.sdp ?? '');
  }

  /** @param {string} sdp the server's answer */
  async answer(sdp) {
    await this.connection.setRemoteDescription({ type: 'answer', sdp: tuneOpus(sdp) });
  }

  /**
   * What goes out from now on; null sends no packet at all.
   * @param {MediaStreamTrack|null} mic
   * @param {MediaStreamTrack|null} camera
   */
  async send(mic, camera) {
    await Promise.all([swap(this.mic.sender, mic), swap(this.camera.sender, camera)]);
  }

  /** Which of the camera's layers go out from now on. @param {Output} output */
  output(output) {
    const { sender } = this.camera;
    return inTurn(sender, async () => {
      const parameters = sender.getParameters();
      if (adjust(parameters.encodings ?? [], output)) await sender.setParameters(parameters);
    });
  }

  /** Other relays, for the next ICE restart. @param {RTCIceServer[]} relays */
  relays(relays) {
    try {
      this.connection.setConfiguration(configuration(relays));
    } catch {
      // the browser cannot read them: it goes on with those it has
    }
  }

  /**
   * A number that grows with whatever comes over the network; null where the
   * browser does not say. Frames that are played tell it for nothing; only in a
   * silent circle the counters of 38 lines have to be read. What they grew by
   * while frames were played is no news.
   * @param {boolean} [thorough] whether to read them, if need be
   * @returns {Promise<number|null>}
   */
  async signs(thorough = true) {
    const newest = Math.max(...this.seats.flatMap(({ audio, video }) => [played(audio), played(video)]));
    if (newest > this.seen.played) {
      this.seen.signs++;
      this.seen.bytes = Infinity;
    } else if (thorough && !(await this.counted())) return null;
    this.seen.played = Math.max(newest, this.seen.played);
    return this.seen.signs;
  }

  /** Reads the counters; false where there are none. */
  async counted() {
    let bytes = -1;
    for (const report of (await this.connection.getStats()).values()) {
      if (report.type === 'candidate-pair' && report.bytesReceived !== undefined) bytes = Math.max(bytes, 0) + report.bytesReceived;
    }
    if (bytes > this.seen.bytes) this.seen.signs++;
    this.seen.bytes = bytes;
    return bytes >= 0;
  }

  /** Whether somebody is heard here who is not heard yet over another connection. @param {Peer} other one beside this @param {number} now Unix ms */
  ahead(other, now) {
    return this.seats.some(({ audio }, seat) => now - played(audio) < LIVE_MS && played(other.seats[seat].audio) === 0);
  }

  close() {
    this.connection.onconnectionstatechange = null;
    this.connection.oniceconnectionstatechange = null;
    this.connection.close();
  }
}

/** When the newest frame of a receiver was played, Unix ms; 0 for none. @param {RTCRtpReceiver} receiver */
export function played(receiver) {
  return receiver.getSynchronizationSources?.()[0]?.timestamp ?? 0;
}

/**
 * A connection, without relays where the browser cannot read them.
 * @param {RTCIceServer[]} relays
 * @param {(config: RTCConfiguration) => RTCPeerConnection} make
 */
function connect(relays, make) {
  try {
    return make(configuration(relays));
  } catch (error) {
    if (relays.length === 0) throw error;
    return make(configuration([]));
  }
}

/**
 * What each sender does after what it does now: tracks and encodings change one
 * after another, never at once. @type {WeakMap<RTCRtpSender, Promise<void>>}
 */
const turns = new WeakMap();

/**
 * @param {RTCRtpSender} sender
 * @param {() => Promise<void>} change
 * @returns {Promise<void>}
 */
function inTurn(sender, change) {
  const done = (turns.get(sender) ?? Promise.resolve()).catch(() => {}).then(change);
  turns.set(sender, done);
  return done;
}

/**
 * What each sender was last asked for. While replaceTrack is under way,
 * `sender.track` still tells of the past, and a change back would be lost.
 * @type {WeakMap<RTCRtpSender, {track: MediaStreamTrack|null, done: Promise<void>}>}
 */
const asked = new WeakMap();

/**
 * @param {RTCRtpSender} sender
 * @param {MediaStreamTrack|null} track
 * @returns {Promise<void>}
 */
function swap(sender, track) {
  const last = asked.get(sender) ?? { track: sender.track, done: Promise.resolve() };
  if (last.track === track) return last.done;
  const done = inTurn(sender, () => sender.replaceTrack(track));
  asked.set(sender, { track, done });
  done.catch(() => asked.get(sender)?.done === done && asked.delete(sender)); // the next wish tries again
  return done;
}
