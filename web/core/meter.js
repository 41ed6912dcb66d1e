import { signal } from '@preact/signals';

/** How often the microphone's level is looked at. */
const LOOK_MS = 100;

/** The microphone's level for the check and for one's own ring, and the test sound. Nothing of it leaves the device (S-5). */
export class Meter {
  constructor() {
    this.level = signal(0);
    /** @type {AudioContext|null} */
    this.context = null;
    /** @type {MediaStreamAudioSourceNode|null} */
    this.source = null;
    /** @type {ReturnType<typeof setInterval>|null} */
    this.timer = null;
  }

  /** @param {MediaStreamTrack} track */
  listen(track) {
    this.stopListening();
    const context = this.audio();
    if (!context) return;
    const analyser = context.createAnalyser();
    analyser.fftSize = 512;
    this.source = context.createMediaStreamSource(new MediaStream([track]));
    this.source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      this.level.value = loudness(samples);
    }, LOOK_MS);
  }

  /** Two soft notes, a second in all: enough to know that the speaker works. */
  async testSound() {
    const context = this.audio();
    if (!context) return;
    await context.resume();
    note(context, 392, 0);
    note(context, 523.25, 0.45);
    await new Promise((done) => setTimeout(done, 1100));
  }

  stopListening() {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    this.source?.disconnect();
    this.source = null;
    this.level.value = 0;
  }

  stop() {
    this.stopListening();
    this.context?.close().catch(() => {});
    this.context = null;
  }

  /** The one audio context; null where a browser has none. */
  audio() {
    if (!this.context && 'AudioContext' in globalThis) this.context = new AudioContext();
    if (this.context?.state === 'suspended') this.context.resume().catch(() => {});
    return this.context;
  }
}

/**
 * Root mean square on a scale that fits a meter: 0 silence, 1 loud.
 * @param {Float32Array} samples
 */
export function loudness(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const level = Math.sqrt(sum / samples.length);
  return level < 0.001 ? 0 : Math.min(1, 1 + Math.log10(level) / 2.5);
}

/**
 * @param {AudioContext} context
 * @param {number} pitch Hz
 * @param {number} delay s
 */
function note(context, pitch, delay) {
  const at = context.currentTime + delay;
  const tone = context.createOscillator();
  const gain = context.createGain();
  tone.frequency.value = pitch;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.15, at + 0.06);
  gain.gain.linearRampToValueAtTime(0, at + 0.6);
  tone.connect(gain).connect(context.destination);
  tone.start(at);
  tone.stop(at + 0.65);
}
