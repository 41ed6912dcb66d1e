import { signal } from '@preact/signals';
import { Speaking } from './speaking.js';

/**
 * The receiving side: for each seat one stream for sound and one for the
 * picture, and one audio element, made once and never made again - whoever
 * sits there, and whatever happens to the connection. Phones keep elements
 * playing that were started after a tap, and no others.
 *
 * @typedef {object} Place
 * @property {MediaStream} audio
 * @property {MediaStream} video
 * @property {import('@preact/signals').Signal<boolean>} hasVideo fresh frames are arriving
 * @property {HTMLAudioElement} element
 * @property {RTCRtpReceiver|null} audioReceiver
 * @property {RTCRtpReceiver|null} videoReceiver
 * @property {string} frame the newest frame seen
 * @property {number} fresh when it was first seen, 0 for none
 */

/** A picture without a new frame for so long is not shown as live. */
export const STALE_MS = 2500;

export class Listening {
  /** @param {() => number} now ms */
  constructor(now) {
    this.now = now;
    /** @type {Place[]} */
    this.places = [];
    this.blocked = signal(false);
    /** @type {import('@preact/signals').Signal<Set<number>>} */
    this.speaking = signal(new Set());
    this.voices = new Speaking();
    this.hearing = false;
  }

  /** The place of a seat, made on first use. @param {number} seat */
  place(seat) {
    while (this.places.length <= seat) this.places.push(newPlace());
    return this.places[seat];
  }

  /**
   * Takes the receivers of a new connection; streams and elements stay.
   * @param {import('./peer.js').Peer} peer
   * @param {(receiver: RTCRtpReceiver) => boolean} [which] those taken now: all, or what has come over already
   */
  use(peer, which = () => true) {
    let more = false;
    peer.seats.forEach(({ audio, video }, seat) => {
      const place = this.place(seat);
      if (place.audioReceiver !== audio && which(audio)) {
        more = true;
        place.audioReceiver = audio;
        exchange(place.audio, audio.track);
      }
      if (place.videoReceiver !== video && which(video)) {
        place.videoReceiver = video;
        exchange(place.video, video.track);
      }
      if (place.element.srcObject !== place.audio) place.element.srcObject = place.audio;
    });
    if (more && this.hearing) this.play();
  }

  /** Somebody else sits there, or nobody: the old picture must not be seen as theirs. @param {number} seat */
  changed(seat) {
    const place = this.place(seat);
    place.frame = frameOf(place.videoReceiver);
    place.fresh = 0;
    place.hasVideo.value = false;
    this.voices.forget(seat);
  }

  /** Turns all sound on or off, here. @param {boolean} on */
  hear(on) {
    if (on === this.hearing) return;
    this.hearing = on;
    for (const place of this.places) place.element.muted = !on;
    if (on) this.play();
  }

  /** Starts what a browser may have refused to start by itself. */
  async play() {
    const results = await Promise.allSettled(this.places.filter((p) => p.element.srcObject).map((p) => p.element.play()));
    this.blocked.value = results.some((r) => r.status === 'rejected' && r.reason?.name === 'NotAllowedError');
  }

  /**
   * Looks once at every seat: who speaks, and whose picture is fresh.
   * @param {{seat: number, level: number}} self one's own seat, -1 for none, and microphone level
   */
  look({ seat, level }) {
    const now = this.now();
    this.places.forEach((place, at) => {
      this.voices.level(at, this.hearing ? levelOf(place.audioReceiver) : 0, now);
      freshen(place, now);
    });
    if (seat >= 0) this.voices.level(seat, level, now);
    this.speaking.value = this.voices.at(now, this.speaking.value);
  }
}

/** @returns {Place} */
function newPlace() {
  const element = new Audio();
  element.autoplay = true;
  element.muted = true;
  return { audio: new MediaStream(), video: new MediaStream(), hasVideo: signal(false), element, audioReceiver: null, videoReceiver: null, frame: '', fresh: 0 };
}

/**
 * @param {MediaStream} stream
 * @param {MediaStreamTrack} track
 */
function exchange(stream, track) {
  for (const old of stream.getTracks()) if (old !== track) stream.removeTrack(old);
  if (!stream.getTracks().includes(track)) stream.addTrack(track);
}

/** What identifies the newest frame that was shown. @param {RTCRtpReceiver|null} receiver */
function frameOf(receiver) {
  const source = receiver?.getSynchronizationSources?.()[0];
  return source ? `${source.source} ${source.rtpTimestamp}` : '';
}

/**
 * @param {Place} place
 * @param {number} now
 */
function freshen(place, now) {
  const frame = frameOf(place.videoReceiver);
  if (frame && frame !== place.frame) place.fresh = now;
  place.frame = frame;
  place.hasVideo.value = place.fresh > 0 && now - place.fresh < STALE_MS;
}

/** @param {RTCRtpReceiver|null} receiver */
function levelOf(receiver) {
  return receiver?.getSynchronizationSources?.()[0]?.audioLevel ?? 0;
}
