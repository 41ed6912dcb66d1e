import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ASLEEP_MS, HIDDEN_MS, LOOK_MS, Pulse, REPORTS_MS, SILENT_MS } from '../../core/pulse.js';
import { Peer } from '../../core/peer.js';
import { FakeClock } from './fakes.js';

/** Lets what awaits go on. */
const settle = async () => { for (let i = 0; i < 5; i++) await null; };

function world() {
  const clock = new FakeClock();
  const w = {
    clock, count: /** @type {number|null} */ (0), asked: 0, thorough: 0, hidden: false, heard: 0, silent: 0,
    pulse: new Pulse({
      clock, hidden: () => w.hidden,
      count: async (thorough) => { w.asked++; w.thorough += Number(thorough); return w.count; },
      onheard: () => w.heard++, onsilent: () => w.silent++,
    }),
    /** Time goes by, with or without something coming. */
    async pass(ms, { bytes = 0 } = {}) {
      for (let gone = 0; gone < ms; gone += LOOK_MS) {
        if (w.count !== null) w.count += bytes;
        clock.move(Math.min(LOOK_MS, ms - gone));
        await settle();
      }
    },
    /** The same where timers come no more often than that. */
    async slowly(ms, { every = 1000, bytes = 0 } = {}) {
      for (let gone = 0; gone < ms; gone += every) {
        w.count += bytes;
        clock.sleep(every);
        clock.move(0);
        await settle();
      }
    },
  };
  w.pulse.start();
  return w;
}

test('what comes once a second keeps it calm for an hour', async () => {
  const w = world();
  for (let s = 0; s < 3600; s++) {
    await w.pass(500, { bytes: 40 });
    await w.pass(500);
  }
  assert.equal(w.silent, 0);
  assert.ok(w.heard >= 3599);
});

test('silence after voices is told once, and again after as long', async () => {
  const w = world();
  await w.pass(1000, { bytes: 10 });
  await w.pass(SILENT_MS - LOOK_MS);
  assert.equal(w.silent, 0);
  await w.pass(LOOK_MS);
  assert.equal(w.silent, 1);
  await w.pass(SILENT_MS - LOOK_MS);
  assert.equal(w.silent, 1);
  await w.pass(LOOK_MS);
  assert.equal(w.silent, 2);
});

test('one lost report is no silence', async () => {
  const w = world();
  for (const report of [10, 10, 10, 0, 10, 10, 0, 10]) {
    await w.pass(LOOK_MS, { bytes: report });
    await w.pass(1000 - LOOK_MS);
  }
  assert.equal(w.silent, 0);
});

test('where reports are all that came, silence takes longer', async () => {
  const w = world();
  for (let s = 0; s < 5; s++) {
    await w.pass(1000 - LOOK_MS);
    await w.pass(LOOK_MS, { bytes: 10 });
  }
  await w.pass(REPORTS_MS - LOOK_MS);
  assert.equal(w.silent, 0);
  await w.pass(LOOK_MS);
  assert.equal(w.silent, 1);
});

test('the counters are read twice a second at most where nothing is played, and before it is called dead', async () => {
  const w = world();
  await w.pass(60_000);
  assert.deepEqual([w.asked, w.thorough], [240, 120]);
  await w.pass(1000, { bytes: 10 });
  w.pulse.count = async (thorough) => thorough ? w.count + 1 : w.count; // only a thorough look finds it
  await w.pass(SILENT_MS);
  assert.equal(w.silent, 0);
});

/** A real peer's signs: frames of one voice every 400 ms, and a report each second, which only counters show. */
function circle(phase) {
  const audio = { at: 0, getSynchronizationSources: () => [{ timestamp: audio.at }] };
  const w = { clock: new FakeClock(), silent: 0, bytes: 0, read: 0, voice: true, reports: true };
  const peer = Object.assign(Object.create(Peer.prototype), {
    seats: [{ audio, video: {} }], seen: { signs: 0, played: 0, bytes: 0 },
    connection: { getStats: async () => { w.read++; return new Map([['', { type: 'candidate-pair', bytesReceived: w.bytes }]]); } },
  });
  const repeat = (ms, run) => w.clock.after(() => { run(); repeat(ms, run); }, ms);
  repeat(400, () => { if (w.voice) { w.bytes++; audio.at = w.clock.now(); } });
  w.clock.after(() => repeat(1000, () => { if (w.reports) w.bytes++; }), phase);
  w.pass = async (ms) => { for (let gone = 0; gone < ms; gone += 10) { w.clock.move(10); await settle(); } };
  new Pulse({ clock: w.clock, hidden: () => false, count: (thorough) => peer.signs(thorough), onheard: () => {}, onsilent: () => w.silent++ }).start();
  return w;
}

test('the last voice falls silent, and later a report is lost: nobody is dead', async () => {
  for (let phase = 0; phase < 1000; phase += 70) {
    const w = circle(phase);
    await w.pass(6000);
    w.voice = false;
    await w.pass(6000);
    w.reports = false;
    await w.pass(1000);
    w.reports = true;
    await w.pass(6000);
    assert.equal(w.silent, 0, String(phase));
    assert.ok(w.read <= 2 * 19, String(w.read));
  }
});

test('a path that dies is found within two seconds while anybody is heard', async () => {
  assert.ok(SILENT_MS + 2 * LOOK_MS <= 2000);
  for (let phase = 0; phase < 1000; phase += 70) {
    const w = circle(phase);
    await w.pass(6000 + phase);
    w.voice = w.reports = false;
    await w.pass(SILENT_MS + 2 * LOOK_MS);
    assert.equal(w.silent, 1, String(phase));
  }
});

test('silence takes longer out of sight, also where a look comes once a second', async () => {
  for (const pass of /** @type {const} */ (['pass', 'slowly'])) {
    const w = world();
    await w.pass(1000, { bytes: 10 });
    w.hidden = true;
    await w[pass](1000, { bytes: 10 });
    await w[pass](HIDDEN_MS - 1000);
    assert.equal(w.silent, 0, pass);
    await w[pass](1000);
    assert.equal(w.silent, 1, pass);
  }
});

test('a page that is put out of sight, or shown again, has as long from there', async () => {
  const w = world();
  await w.pass(1000, { bytes: 10 });
  await w.pass(SILENT_MS - LOOK_MS);
  w.hidden = true;
  await w.pass(HIDDEN_MS);
  assert.equal(w.silent, 0);
  w.hidden = false;
  w.pulse.returned();
  await settle();
  await w.pass(SILENT_MS - LOOK_MS);
  assert.equal(w.silent, 0);
  await w.pass(LOOK_MS);
  assert.equal(w.silent, 1);
});

test('out of sight, what comes once a second keeps it calm for an hour, though some of it is lost', async () => {
  const w = world();
  w.hidden = true;
  for (let s = 0; s < 3600; s++) await w.slowly(1000, { bytes: s % 3 === 0 ? 0 : 40 });
  assert.equal(w.silent, 0);
});

test('timers that come once in some seconds, or once a minute, prove nothing out of sight', async () => {
  for (const every of [2000, ASLEEP_MS - 1, 60_000]) {
    const w = world();
    await w.pass(1000, { bytes: 10 });
    w.hidden = true;
    await w.slowly(600_000, { every });
    assert.equal(w.silent, 0, String(every));
  }
});

test('a late timer is no silence', async () => {
  const w = world();
  await w.pass(1000, { bytes: 10 });
  w.clock.sleep(ASLEEP_MS - 1);
  w.clock.move(0);
  await settle();
  assert.equal(w.silent, 0);
  await w.pass(SILENT_MS);
  assert.equal(w.silent, 1);
});

test('a device that slept is told at once, when the page is in sight', async () => {
  const w = world();
  await w.pass(1000, { bytes: 10 });
  w.hidden = true;
  w.clock.sleep(600_000);
  w.clock.move(1);
  await settle();
  assert.equal(w.silent, 0);
  w.hidden = false;
  w.pulse.returned();
  await settle();
  assert.equal(w.silent, 1);
  await w.pass(10_000, { bytes: 10 });
  assert.equal(w.silent, 1);
});

test('a browser that does not say is never silent', async () => {
  const w = world();
  w.count = null;
  await w.pass(60_000);
  assert.equal(w.silent, 0);
});

test('stopped, nothing is asked any more, not even by an answer that comes late', async () => {
  const w = world();
  w.clock.move(LOOK_MS); // a look has begun
  w.pulse.stop();
  await settle();
  const { asked } = w;
  await w.pass(10_000);
  w.pulse.returned();
  await settle();
  assert.deepEqual([w.asked, w.silent, w.clock.timers.length], [asked, 0, 0]);
});

test('started again it begins anew, and a server that never said a thing is not judged', async () => {
  const w = world();
  await w.pass(1500, { bytes: 10 });
  w.pulse.stop();
  await w.pass(5000);
  w.pulse.start();
  w.pulse.start();
  await w.pass(60_000);
  assert.equal(w.silent, 0);
  await w.pass(1000, { bytes: 10 });
  await w.pass(SILENT_MS);
  assert.equal(w.silent, 1);
  assert.equal(w.clock.timers.length, 1);
});
