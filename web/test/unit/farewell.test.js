import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { apply, inOrder } from '../../core/reduce.js';
import { asText, minutesHere } from '../../views/attendancelist.js';
import { diff } from '../../views/announce.js';
import { care } from '../../views/care.js';
import { notices } from '../../views/notices.js';
import { stateOf } from '../../views/states.js';

const fixture = (name) => JSON.parse(readFileSync(new URL(`../../../signaling/testdata/wire/${name}.json`, import.meta.url), 'utf8'));
const you = (more = {}) => ({ id: 3, role: 'patient', stage: 'seated', name: 'Maple', seat: 5, mic: false, camera: true, hand: false, away: false, mic_held: false, video_held: false, muted: 0, ...more });
const start = inOrder({ you: you(), room: { phase: 'open', locked: false }, seats: [], waiting: [], removed: [] });
const facts = (me) => ({ status: 'open', media: 'connected', devices: { mic: 'ready', camera: 'ready' }, playBlocked: false, weak: null, asked: false, room: { phase: 'open', locked: false }, you: me });

test('the private signal is shown to its sender: asked, then seen (M-S4)', () => {
  assert.deepEqual(notices(facts(you())), []);
  assert.deepEqual(notices(facts(you({ support: 'asked' }))).map((n) => n.id), ['support-asked']);
  const seen = apply(start, fixture('server_you'));
  assert.equal(seen.you.support, 'seen');
  assert.ok(notices(facts(seen.you)).some((n) => n.id === 'support-seen'));
  assert.ok(diff({ ...start, you: you({ support: 'asked' }) }, seen).some((m) => m.key === 'support.seen.head'));
});

test('a facilitator has the signal before all else, and hears it once (M-S4)', () => {
  const staff = { ...start, you: you({ role: 'facilitator', seat: 0 }) };
  const after = apply(staff, fixture('server_seat'));
  const { seat } = fixture('server_seat');
  const list = care(after.seats, seat.support + 1000);
  assert.deepEqual(list.map((c) => c.why), ['support', 'lost', 'back', 'goodbye', 'video', 'rename']);
  assert.equal(diff(staff, after).filter((m) => m.key === 'staff.say.support').length, 1);
  assert.equal(diff(after, apply(after, fixture('server_seat'))).length, 0);
});

test('a member sees none of it (M-S4, M-F11)', () => {
  const after = apply(start, fixture('server_seat_side'));
  assert.deepEqual(care(after.seats, Date.now()), []);
});

test('leaving quickly is told to facilitators at once (S-23)', () => {
  const staff = { ...start, you: you({ role: 'facilitator', seat: 0 }) };
  const gone = (cause) => ({ ...staff, removed: [{ id: 9, name: 'Otter', cause, at: 1 }] });
  assert.deepEqual(diff(staff, gone('left_quickly')), [{ key: 'staff.say.quickly', params: { name: 'Otter' } }]);
  assert.deepEqual(diff(staff, gone('left')), []);
});

test('the attendance of the fixture is kept, counted and copied (S-13)', () => {
  const event = fixture('server_attendance');
  const after = apply(start, event);
  assert.deepEqual(after.attendance, event.attendance);
  const [maple, cedar] = event.attendance.people;
  assert.equal(minutesHere(maple, maple.since + 60_000), 3);
  assert.equal(minutesHere(cedar, Date.now()), 15);
  assert.equal(asText([maple, cedar], maple.since, (cause) => cause), 'K-12\tMaple\t2\t\nK-11\tCedar\t15\tleft_quickly');
  assert.equal(asText([{ name: '=1+1\tx', spent: 0 }], 0, String), '\t =1+1 x\t0\t', 'no row is a formula or two columns');
});

test('a farewell has its own closing page (M-W1)', () => {
  assert.equal(stateOf(fixture('server_bye_farewell').code), 'farewell');
});

test('who left quickly or was lost stands with the seats to look after for ten minutes (M-F11, S-23)', async () => {
  const { worrying } = await import('../../views/worrying.js');
  const out = (id, cause, at) => ({ id, name: `N${id}`, cause, at });
  const list = [out(1, 'left_quickly', 1000), out(2, 'left', 1000), out(3, 'lost', 1000), out(4, 'removed', 1000)];
  assert.deepEqual(worrying(list, 601_000 - 1).map((p) => p.id), [1, 3]);
  assert.deepEqual(worrying(list, 601_000), []);
});
