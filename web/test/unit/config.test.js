import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../../core/config.js';
import { FakeClock } from './fakes.js';

const good = { title: 'Meeting', crisis: 'Call 112', contact: '', exit: 'https://weather.example/' };
const answers = {
  good: async () => ({ ok: true, json: async () => good }),
  away: async () => { throw new TypeError('no network'); },
  broken: async () => ({ ok: true, json: async () => { throw new SyntaxError('no'); } }),
  refused: async () => ({ ok: false, json: async () => good }),
  other: async () => ({ ok: true, json: async () => ({ hello: 'hotspot' }) }),
};

/** Lets promises that are settled run on. */
const settle = () => new Promise((done) => setImmediate(done));

test('the numbers for help are asked for until they are there (M-S5)', async () => {
  const clock = new FakeClock();
  const failing = ['away', 'refused', 'broken', 'other', 'away', 'away', 'away'];
  const asked = [];
  let read = null;
  const get = (url, options) => { asked.push([url, options.credentials, clock.now()]); return answers[failing.shift() ?? 'good'](); };
  readConfig(/** @type {any} */ (get), clock).then((config) => { read = config; });
  for (let tries = 1; tries <= 7; tries++) {
    await settle();
    assert.equal(asked.length, tries);
    assert.equal(read, null);
    clock.move(8000);
  }
  await settle();
  assert.deepEqual(read, good);
  clock.move(60_000);
  await settle();
  assert.equal(asked.length, 8);
  assert.ok(asked.every(([url, credentials]) => url === '/config.json' && credentials === 'omit'));
});

test('waits grow from half a second to eight at most', async () => {
  const clock = new FakeClock();
  const times = [];
  readConfig(/** @type {any} */ (() => { times.push(clock.now()); return answers.away(); }), clock);
  for (let i = 0; i < 400; i++) {
    await settle();
    clock.move(100);
  }
  const waits = times.slice(1).map((at, i) => at - times[i]);
  assert.ok(waits[0] <= 600 && waits.every((wait, i) => wait <= 8100 && (i === 0 || wait >= waits[i - 1] - 100)), waits.join());
});
