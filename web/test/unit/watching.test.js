import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REST_MS, RETRY_MS, Watching } from '../../core/watching.js';
import { draw, drawn, pinned, togglePin } from '../../core/wishes.js';
import { FakeClock } from './fakes.js';

const none = { large: [], pinned: [], saver: false };

function world() {
  const clock = new FakeClock();
  const sent = [];
  const w = { clock, sent, refuse: null, watching: new Watching({ clock, send: async (wish) => { sent.push(wish); if (w.refuse) throw w.refuse; } }) };
  return w;
}

test('a wish is told once it has come to rest, and only what changed', () => {
  const { watching, sent, clock } = world();
  for (let i = 0; i < 9; i++) {
    watching.set({ ...none, large: [i] }, true);
    clock.move(REST_MS - 1);
  }
  assert.deepEqual(sent, []);
  clock.move(REST_MS);
  assert.deepEqual(sent, [{ ...none, large: [8] }]);
  watching.set({ ...none, large: [8] }, true);
  clock.move(60_000);
  assert.equal(sent.length, 1);
});

test('there and back before it is told is nothing to tell', () => {
  const { watching, sent, clock } = world();
  watching.set(none, true);
  clock.move(REST_MS);
  watching.set({ ...none, large: [3] }, true);
  watching.set(none, true);
  clock.move(60_000);
  assert.deepEqual(sent, [none]);
});

test('the order of large seats means nothing, the order of pins does', () => {
  const { watching, sent, clock } = world();
  watching.set({ large: [10, 9, 3], pinned: [15, 14], saver: true }, true);
  clock.move(REST_MS);
  watching.set({ large: [3, 9, 10], pinned: [15, 14], saver: true }, true);
  clock.move(60_000);
  assert.deepEqual(sent, [{ large: [3, 9, 10], pinned: [15, 14], saver: true }]);
});

test('nothing is told before the server listens, all of it then', () => {
  const { watching, sent, clock } = world();
  watching.set({ ...none, saver: true }, false);
  clock.move(60_000);
  assert.deepEqual(sent, []);
  watching.set({ ...none, saver: true }, true);
  clock.move(REST_MS);
  assert.deepEqual(sent, [{ ...none, saver: true }]);
});

test('what the server may have forgotten is told again: that nothing is wished, too, for a page before this one may have', () => {
  const { watching, sent, clock } = world();
  watching.forgotten();
  clock.move(REST_MS);
  assert.deepEqual(sent, [], 'nothing is known of our wishes yet');
  watching.set(none, true);
  clock.move(REST_MS);
  assert.deepEqual(sent, [none]);
  watching.forgotten();
  clock.move(REST_MS);
  assert.deepEqual(sent, [none, none]);
});

test('a busy server is asked again later, a refusal is not', async () => {
  const w = world();
  w.refuse = { code: 'busy' };
  w.watching.set({ ...none, saver: true }, true);
  w.clock.move(REST_MS);
  for (let i = 0; i < 3; i++) await null;
  w.refuse = { code: 'not_allowed' };
  w.clock.move(RETRY_MS);
  for (let i = 0; i < 3; i++) await null;
  assert.equal(w.sent.length, 2);
  w.clock.move(600_000);
  assert.equal(w.sent.length, 2);
  w.refuse = null;
  w.watching.set({ ...none, saver: true, large: [1] }, true);
  w.clock.move(REST_MS);
  assert.equal(w.sent.length, 3);
});

test('two pins at most: one more lets the oldest go', () => {
  pinned.value = [];
  togglePin(14);
  togglePin(15);
  assert.deepEqual(pinned.value, [14, 15]);
  togglePin(3);
  assert.deepEqual(pinned.value, [15, 3]);
  togglePin(15);
  assert.deepEqual(pinned.value, [3]);
  pinned.value = [];
});

test('the same tiles are no news', () => {
  draw([1, 2]);
  const before = drawn.value;
  draw([1, 2]);
  assert.equal(drawn.value, before);
  draw([1]);
  assert.deepEqual(drawn.value, [1]);
});
