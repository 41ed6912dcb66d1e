import { leanOffer, tuneOpus } from './sdp.js';

/**
 * One PeerConnection, negotiated once (signaling/PROTOCOL.md, section 5): the
 * microphone, the camera in two layers, a spare picture, and then a pair of
 * receivers for each seat. Who sits where never changes it.
 */

/** The camera's layers, in the order the protocol asks for. */
const LAYERS = [
  { rid: 'l', scaleResolutionDownBy: 2, maxBitrate: 120_000, maxFramerate: 24, scalabilityMode: 'L1T3' },
  { rid: 'h', scaleResolutionDownBy: 1, maxBitrate: 450_000, maxFramerate: 24, scalabilityMode: 'L1T3' },
];

/** What is offered of each kind; everything else a browser knows is left out of the offer. */
const CODECS = { audio: ['audio/opus'], video: ['video/vp8', 'video/rtx'] };

export class Peer {
  /**
   * @param {number} seats
   * @param {(config?: RTCConfiguration) => RTCPeerConnection} [make]
   */
  constructor(seats, make = (config) => new RTCPeerConnection(config)) {
    this.connection = make({ bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require' });
    this.mic = this.line('audio', { direction: 'sendonly' });
    this.camera = this.line('video', { direction: 'sendonly', sendEncodings: LAYERS });
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
    const known = RTCRtpReceiver.getCapabilities?.(kind)?.codecs ?? [];
    const wanted = known.filter((codec) => CODECS[kind].includes(codec.mimeType.toLowerCase()));
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

  close() {
    this.connection.onconnectionstatechange = null;
    this.connection.oniceconnectionstatechange = null;
    this.connection.close();
  }
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
  const done = last.done.catch(() => {}).then(() => sender.replaceTrack(track));
  asked.set(sender, { track, done });
  done.catch(() => asked.get(sender)?.done === done && asked.delete(sender)); // the next wish tries again
  return done;
}
