import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { apply, handedOver, inOrder } from '../../core/reduce.js';

const seat = (n, more = {}) => ({ seat: n, name: `S${n}`, role: 'patient', state: 'here', mic: false, camera: true, away: false, ...more });
const start = inOrder({ you: { id: 1, seat: 2, stage: 'seated' }, room: { phase: 'open', locked: false }, seats: [seat(5), seat(2)], waiting: undefined, removed: undefined });

test('seats are kept in seat order whatever comes first (M-C2)', () => {
  assert.deepEqual(start.seats.map((s) => s.seat), [2, 5]);
  const more = apply(start, { type: 'seat', seq: 1, seat: seat(3) });
  assert.deepEqual(more.seats.map((s) => s.seat), [2, 3, 5]);
  const changed = apply(more, { type: 'seat', seq: 2, seat: seat(2, { mic: true }) });
  assert.deepEqual(changed.seats.map((s) => [s.seat, s.mic]), [[2, true], [3, false], [5, false]]);
  assert.deepEqual(apply(changed, { type: 'unseat', seq: 3, seat: 2 }).seats.map((s) => s.seat), [3, 5]);
});

test('each event replaces its part and nothing else', () => {
  const frozen = structuredClone(start);
  assert.deepEqual(apply(start, { type: 'you', you: { id: 1, mic: true } }), { ...start, you: { id: 1, mic: true } });
  assert.deepEqual(apply(start, { type: 'room', room: { locked: true } }).room, { locked: true });
  assert.deepEqual(apply(start, { type: 'waiting', waiting: [{ id: 4 }] }).waiting, [{ id: 4 }]);
  assert.deepEqual(apply(start, { type: 'removed', removed: [{ id: 4 }] }).removed, [{ id: 4 }]);
  assert.deepEqual(apply(start, { type: 'view', view: { you: {}, room: {}, seats: [seat(9), seat(0)] } }).seats.map((s) => s.seat), [0, 9]);
  assert.deepEqual(start, frozen);
});

test('a seat is handed over when another person sits there, or nobody; not when they only change', () => {
  const after = (seats) => handedOver(start, seats && { ...start, seats });
  assert.deepEqual(after(start.seats), []);
  assert.deepEqual(after([seat(2, { mic: true, state: 'lost' }), seat(5)]), []);
  assert.deepEqual(after([seat(2, { name: 'Wren' }), seat(5)]), [2]);
  assert.deepEqual(after([seat(2), seat(5, { role: 'support' })]), [5]);
  assert.deepEqual(after([seat(3)]), [2, 5]);
  assert.deepEqual(handedOver(null, start), []);
  assert.deepEqual(handedOver(start, null), [2, 5]);
});

test('unknown events and events before any view change nothing', () => {
  assert.equal(apply(start, { type: 'weather', sky: 'blue' }), start);
  assert.equal(apply(null, { type: 'you', you: {} }), null);
});

const wire = new URL('../../../signaling/testdata/wire/', import.meta.url);
const fixtures = readdirSync(wire).filter((f) => f.endsWith('.json'));
const changes = { you: 'you', room: 'room', waiting: 'waiting', removed: 'removed', media: 'media', attendance: 'attendance' };

test('the golden fixtures of every event are understood', () => {
  const messages = fixtures.flatMap((f) => JSON.parse(readFileSync(new URL(f, wire), 'utf8')));
  const events = messages.map((m) => m.frame ?? m.message ?? m).filter((m) => m.type && typeof m.seq === 'number' && m.type !== 'welcome');
  assert.ok(events.length > 0, 'the fixtures hold no event');
  for (const event of events) {
    const after = apply(start, event);
    if (event.type in changes) assert.deepEqual(after[changes[event.type]], event[event.type], event.type);
    if (event.type === 'seat') assert.deepEqual(after.seats.find((s) => s.seat === event.seat.seat), event.seat);
    if (event.type === 'unseat') assert.ok(!after.seats.some((s) => s.seat === event.seat));
    if (event.type === 'view') assert.deepEqual(after.you, event.view.you);
  }
});
