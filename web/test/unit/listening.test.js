import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock, FakeStream } from './fakes.js';

let made = 0;
globalThis.MediaStream ??= FakeStream;
globalThis.Audio ??= class {
  constructor() { made++; this.muted = false; this.srcObject = null; this.plays = 0; }
  play() { this.plays++; return this.refuses ? Promise.reject(Object.assign(new Error(), { name: 'NotAllowedError' })) : Promise.resolve(); }
  pause() {}
};
const { Listening, STALE_MS } = await import('../../core/listening.js');

const receiver = (kind) => ({ track: { kind }, now: null, getSynchronizationSources() { return this.now ? [this.now] : []; } });
const peer = (seats) => ({ seats: Array.from({ length: seats }, () => ({ audio: receiver('audio'), video: receiver('video') })) });
const silent = { seat: -1, level: 0 };

test('streams and elements are made once, whatever happens to the connection', () => {
  const listening = new Listening(() => 0);
  const before = made;
  const first = peer(4);
  listening.use(first);
  const place = listening.place(2);
  const { audio, video, element } = place;
  const second = peer(4);
  listening.use(second);
  assert.equal(made, before + 4);
  assert.deepEqual([listening.place(2).audio, listening.place(2).video, listening.place(2).element], [audio, video, element]);
  assert.deepEqual(audio.getTracks(), [second.seats[2].audio.track]);
  assert.deepEqual(video.getTracks(), [second.seats[2].video.track]);
});

test('while a room moves, what has come over is played from the new connection, and the rest from the old one', () => {
  const listening = new Listening(() => 0);
  const [before, after] = [peer(2), peer(2)];
  listening.use(before);
  listening.use(after, (receiver) => receiver === after.seats[1].audio);
  const tracks = listening.places.flatMap(({ audio, video }) => [...audio.getTracks(), ...video.getTracks()]);
  assert.deepEqual(tracks, [before.seats[0].audio, before.seats[0].video, after.seats[1].audio, before.seats[1].video].map(({ track }) => track));
  assert.equal(listening.places[1].audioReceiver, after.seats[1].audio);
  assert.equal(listening.places[1].videoReceiver, before.seats[1].video);
});

test('nothing is heard until hearing is on, and nothing after it is off', () => {
  const listening = new Listening(() => 0);
  listening.use(peer(2));
  assert.ok(listening.places.every((p) => p.element.muted));
  listening.hear(true);
  assert.ok(listening.places.every((p) => !p.element.muted && p.element.plays === 1));
  listening.hear(false);
  assert.ok(listening.places.every((p) => p.element.muted));
});

test('a browser that refuses to play is told to the person, and tried again after a tap', async () => {
  const listening = new Listening(() => 0);
  listening.use(peer(2));
  listening.places[1].element.refuses = true;
  await listening.play();
  assert.equal(listening.blocked.value, true);
  listening.places[1].element.refuses = false;
  await listening.play();
  assert.equal(listening.blocked.value, false);
});

test('a picture is shown while frames are fresh', () => {
  const clock = new FakeClock();
  const listening = new Listening(clock.now);
  const connection = peer(1);
  listening.use(connection);
  const [{ video }] = connection.seats;
  const { hasVideo } = listening.place(0);
  listening.look(silent);
  assert.equal(hasVideo.value, false);
  video.now = { source: 1, rtpTimestamp: 10 };
  listening.look(silent);
  assert.equal(hasVideo.value, true);
  clock.move(STALE_MS);
  listening.look(silent);
  assert.equal(hasVideo.value, false, 'a frozen face is not shown as live');
  video.now = { source: 1, rtpTimestamp: 11 };
  listening.look(silent);
  assert.equal(hasVideo.value, true);
});

test("a newcomer's seat shows no old face and no old ring", () => {
  const clock = new FakeClock();
  const listening = new Listening(clock.now);
  const connection = peer(1);
  listening.use(connection);
  listening.hear(true);
  const [{ audio, video }] = connection.seats;
  video.now = { source: 1, rtpTimestamp: 10 };
  audio.now = { source: 2, rtpTimestamp: 5, audioLevel: 0.5 };
  listening.look(silent);
  assert.deepEqual([listening.place(0).hasVideo.value, [...listening.speaking.value]], [true, [0]]);
  audio.now = null;
  listening.changed(0);
  listening.look(silent);
  assert.deepEqual([listening.place(0).hasVideo.value, listening.speaking.value.size], [false, 0]);
  video.now = { source: 1, rtpTimestamp: 99 };
  listening.look(silent);
  assert.equal(listening.place(0).hasVideo.value, true);
});

test('one speaks oneself by the microphone level', () => {
  const listening = new Listening(() => 0);
  listening.use(peer(2));
  listening.look({ seat: 1, level: 0.4 });
  assert.deepEqual([...listening.speaking.value], [1]);
});
