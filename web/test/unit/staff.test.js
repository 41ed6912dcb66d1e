import { test } from 'node:test';
import assert from 'node:assert/strict';
import { care } from '../../views/care.js';
import { clockTime, minutes } from '../../views/duration.js';
import { queue } from '../../views/queue.js';
import { seatActs } from '../../views/seatacts.js';

const seat = (n, more = {}) => ({ seat: n, name: `N${n}`, role: 'patient', state: 'here', mic: false, camera: true, away: false, ...more });

test('seats to look after: lost ones first, the safety plan after two minutes (M-F11)', () => {
  const now = 1_000_000;
  const seats = [
    seat(1, { rename: 'Rain' }), seat(2, { state: 'stepped_out', since: now - 5000 }),
    seat(3, { state: 'lost', since: now - 119_999 }), seat(4, { state: 'lost', since: now - 120_000 }),
    seat(5, { video_held: true, ask_video: true }), seat(6), seat(7, { video_held: true }),
  ];
  const got = care(seats, now).map((c) => [c.seat.seat, c.why, c.plan]);
  assert.deepEqual(got, [[3, 'lost', false], [4, 'lost', true], [2, 'out', false], [5, 'video', false], [1, 'rename', false]]);
});

test('the ladder climbs in the order of NEEDS 4.4', () => {
  assert.deepEqual(seatActs(seat(1, { hand: 5 })), ['lower', 'ask', 'mute', 'stop', 'out', 'remove']);
  assert.deepEqual(seatActs(seat(1, { mic_held: true, video_held: true })), ['unhold', 'give', 'out', 'remove']);
  assert.deepEqual(seatActs(seat(1, { state: 'stepped_out' })), ['back', 'remove']);
});

test('a facilitator is only ever asked to mute (M-F9)', () => {
  assert.deepEqual(seatActs(seat(0, { role: 'facilitator', hand: 5, mic_held: true })), ['ask']);
});

test('hands are a queue by time, not by seat (S-3)', () => {
  const { next, then } = queue([seat(1, { hand: 30 }), seat(2), seat(3, { hand: 10 }), seat(4, { hand: 20 })]);
  assert.equal(next?.seat, 3);
  assert.deepEqual(then.map((s) => s.seat), [4, 1]);
  assert.deepEqual(queue([seat(1)]), { next: null, then: [] });
});

test('times are written as people read them', () => {
  assert.equal(clockTime(100_000), '1:40');
  assert.equal(clockTime(42_000), '0:42');
  assert.equal(clockTime(-5), '0:00');
  assert.equal(minutes(179_999), 2);
});
