import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ASLEEP_MS, LOOK_MS, Pulse, SILENT_MS } from '../../core/pulse.js';
import { FakeClock } from './fakes.js';

/** Lets what awaits go on. */
const settle = async () => { for (let i = 0; i < 5; i++) await null; };

function world() {
  const clock = new FakeClock();
  const w = {
    clock, count: /** @type {number|null} */ (0), asked: 0, hidden: false, heard: 0, silent: 0,
    pulse: new Pulse({
      clock, hidden: () => w.hidden,
      count: async () => { w.asked++; return w.count; },
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

test('two silent seconds are told once, and again after two more', async () => {
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
  await w.pass(1000, { bytes: 10 });
  await w.pass(500, { bytes: 10 });
  await w.pass(1500);
  await w.pass(500, { bytes: 10 });
  assert.equal(w.silent, 0);
});

test('a hidden page is not judged, and has two seconds after it is shown', async () => {
  const w = world();
  await w.pass(1000, { bytes: 10 });
  w.hidden = true;
  await w.pass(60_000);
  assert.equal(w.silent, 0);
  w.hidden = false;
  w.pulse.returned();
  await settle();
  await w.pass(SILENT_MS - LOOK_MS);
  assert.equal(w.silent, 0);
  await w.pass(2 * LOOK_MS);
  assert.equal(w.silent, 1);
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
