import { signal } from '@preact/signals';
import { Meter } from './meter.js';

/**
 * The camera and the microphone. A camera that is off is really stopped, so
 * its light goes out; a microphone that is off stays open but disabled and
 * detached, so that a person can speak again without another question from
 * the browser.
 *
 * @typedef {'unknown'|'ready'|'blocked'|'none'|'ended'} DeviceState
 * @typedef {{mic: DeviceState, camera: DeviceState|'off'}} Devices
 * @typedef {'mic'|'camera'} Kind
 */

/** 360p at 24 pictures a second: a face in a circle needs no more. */
const CAMERA = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 24, max: 24 }, facingMode: 'user' };
const MICROPHONE = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: { ideal: 1 } };

export class DeviceSet {
  /** @param {Pick<MediaDevices, 'getUserMedia'>|undefined} source */
  constructor(source) {
    this.source = source;
    /** @type {import('@preact/signals').Signal<Devices>} */
    this.state = signal({ mic: 'unknown', camera: 'unknown' });
    /** @type {import('@preact/signals').Signal<MediaStream|null>} */
    this.picture = signal(null);
    this.meter = new Meter();
    /** @type {MediaStreamTrack|null} */
    this.mic = null;
    /** @type {MediaStreamTrack|null} */
    this.camera = null;
    /** @type {(kind: Kind) => void} called when a device was opened, stopped by itself or came back */
    this.onchange = () => {};
    this.closed = false;
  }

  /**
   * Asks for the microphone and, if wanted, the camera, in one question where
   * that works. A camera that is on stays on. Never rejects: what was not given
   * is in `state`.
   * @param {{camera: boolean}} want
   */
  async open({ camera }) {
    const needMic = !live(this.mic);
    const needCamera = camera && !live(this.camera);
    if (!camera && this.state.value.camera === 'unknown') this.say('camera', 'off');
    if (needMic && needCamera && (await this.ask(['mic', 'camera']))) return;
    if (needMic && !live(this.mic)) await this.ask(['mic']);
    if (needCamera && !live(this.camera)) await this.ask(['camera']);
  }

  /**
   * Asks the browser once. When both were asked for and refused, the caller asks one by one.
   * @param {Kind[]} kinds
   */
  async ask(kinds) {
    try {
      if (!this.source) throw { name: 'NotFoundError' };
      const stream = await this.source.getUserMedia({
        audio: kinds.includes('mic') && MICROPHONE,
        video: kinds.includes('camera') && CAMERA,
      });
      this.take(stream);
      return true;
    } catch (error) {
      if (kinds.length === 1) this.say(kinds[0], refusal(error));
      return false;
    }
  }

  /** @param {MediaStream} stream */
  take(stream) {
    if (this.closed) return stream.getTracks().forEach((track) => track.stop());
    for (const track of stream.getTracks()) {
      const kind = track.kind === 'audio' ? 'mic' : 'camera';
      release(this[kind]);
      this[kind] = track;
      track.onended = () => this.ended(kind, track);
      track.onmute = () => this.ended(kind, track);
      track.onunmute = () => this.resumed(kind, track);
      if (kind === 'mic') this.takeMic(track);
      else this.picture.value = new MediaStream([track]);
      this.say(kind, 'ready');
      this.onchange(kind);
    }
  }

  /** @param {MediaStreamTrack} track */
  takeMic(track) {
    if ('contentHint' in track) track.contentHint = 'speech';
    this.meter.listen(track);
  }

  /** Takes a device again after it ended. @param {Kind} kind */
  async repair(kind) {
    release(this[kind]);
    this[kind] = null;
    await this.ask([kind]);
  }

  /** The camera, and its light, go off. */
  stopCamera() {
    release(this.camera);
    this.camera = null;
    this.picture.value = null;
    if (this.state.value.camera !== 'blocked' && this.state.value.camera !== 'none') this.say('camera', 'off');
  }

  /** Everything off at once; nothing is given again to a question still open. */
  close() {
    this.closed = true;
    release(this.mic);
    release(this.camera);
    this.mic = this.camera = null;
    this.picture.value = null;
    this.meter.stop();
  }

  /**
   * A phone call, another app or a pulled plug took the device.
   * @param {Kind} kind
   * @param {MediaStreamTrack} track
   */
  ended(kind, track) {
    if (this[kind] !== track) return;
    this.say(kind, 'ended');
    this.onchange(kind);
  }

  /**
   * @param {Kind} kind
   * @param {MediaStreamTrack} track
   */
  resumed(kind, track) {
    if (this[kind] !== track || track.readyState !== 'live') return;
    this.say(kind, 'ready');
    this.onchange(kind);
  }

  /**
   * @param {Kind} kind
   * @param {DeviceState|'off'} state
   */
  say(kind, state) {
    if (this.state.value[kind] !== state) this.state.value = { ...this.state.value, [kind]: state };
  }
}

/**
 * What a refusal of getUserMedia means to a person.
 * @param {any} error
 * @returns {DeviceState}
 */
export function refusal(error) {
  switch (error?.name) {
    case 'NotFoundError':
    case 'OverconstrainedError': return 'none';
    case 'NotReadableError':
    case 'AbortError': return 'ended';
    default: return 'blocked';
  }
}

/** @param {MediaStreamTrack|null} track */
function live(track) {
  return track?.readyState === 'live';
}

/** @param {MediaStreamTrack|null} track */
function release(track) {
  if (!track) return;
  track.onended = track.onmute = track.onunmute = null;
  track.stop();
}
