import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { beforeEach, test } from 'node:test';
import { apply } from '../../core/reduce.js';
import { forget, hear, texts } from '../../core/texts.js';
import { diff } from '../../views/announce.js';
import { care } from '../../views/care.js';
import { notices } from '../../views/notices.js';
import { screen } from '../../views/screens.js';
import { talkReach } from '../../views/talkreach.js';

const kim = { name: 'Kim', state: 'here' };
const you = { id: 3, role: 'patient', stage: 'seated', name: 'Maple', seat: 2, mic: false, camera: true, hand: false, away: false, mic_held: false, video_held: false, muted: 0 };
const view = (hosts, more = {}) => ({ you: { ...you, ...more }, room: { phase: 'open', locked: false, ...(hosts && { hosts }) }, seats: [], waiting: [], removed: [] });
const said = (before, after) => diff(before, after).map(({ key, params }) => `${key} ${params?.name ?? ''}`.trim());

beforeEach(() => forget());

test('a technical helper is announced to everybody, once, when they come, go, or are there already (S-6, M-C3)', () => {
  assert.deepEqual(said(view(), view([kim])), ['say.helper Kim']);
  assert.deepEqual(said(view([kim]), view([{ ...kim, state: 'lost' }])), [], 'a dropped connection is no news of the circle');
  assert.deepEqual(said(view([kim]), view()), ['say.helper.gone Kim']);
  assert.deepEqual(said(view([kim], { stage: 'waiting' }), view([kim])), ['bridge.none', 'say.helper Kim']);
});

test('the helper hears who waits, and nothing of themselves', () => {
  const door = (waiting) => ({ ...view([kim], { role: 'host', stage: 'door', name: 'Kim', seat: -1 }), waiting });
  assert.deepEqual(said(door([]), door([{ id: 5, name: 'Wren', role: 'patient', since: 1, here: true }])), ['staff.say.waiting Wren']);
});

test('everybody in the circle has a notice of the helper, facilitators too', () => {
  const facts = { status: 'open', media: 'connected', devices: { mic: 'ready', camera: 'ready' }, playBlocked: false, weak: null, asked: false };
  for (const role of ['patient', 'support', 'facilitator']) {
    const { you, room } = view([kim, { name: 'Lee', state: 'here' }], { role });
    assert.deepEqual(notices({ ...facts, you, room }).map((n) => [n.id, n.params?.name]), [['helper-Kim', 'Kim'], ['helper-Lee', 'Lee']]);
  }
});

test('what facilitators write reaches a helper only where they want it, or nobody else is there (S-8)', () => {
  const reach = (helper, others, helped, too) => talkReach({ helper, others, helped, too });
  assert.deepEqual(reach(false, true, true, false), { hosts: false, label: 'staff.talk.label' });
  assert.deepEqual(reach(false, true, true, true), { hosts: true, label: 'staff.talk.both' });
  assert.deepEqual(reach(false, true, false, true), { hosts: false, label: 'staff.talk.label' }, 'the helper has left meanwhile');
  assert.deepEqual(reach(false, false, true, false), { hosts: true, label: 'staff.talk.helper' });
  assert.deepEqual(reach(true, true, false, false), { hosts: false, label: 'helper.talk.label' });
});

test('a line that a helper reads too says so', () => {
  hear({ kind: 'staff', seat: 0, name: 'Ada', text: 'one', at: 1 });
  hear({ kind: 'staff', seat: -1, name: 'Kim', text: 'two', at: 2, hosts: true });
  hear({ kind: 'staff', seat: 0, name: 'Ada', text: 'three', at: 3, hosts: 'yes' });
  assert.deepEqual(texts.staff.value.map((one) => one.hosts ?? false), [false, true, false]);
});

test('who asks to come back stands once, before those who do not ask', () => {
  const seat = (n, more) => ({ seat: n, name: `N${n}`, role: 'patient', state: 'stepped_out', mic: false, camera: true, away: false, since: 5, ...more });
  assert.deepEqual(care([seat(1), seat(2, { back: 7 }), seat(3, { side: 1, back: 8 }), seat(4, { side: 1 })], 10).map((c) => [c.seat.seat, c.why]), [[2, 'back'], [3, 'back'], [4, 'side'], [1, 'out']]);
  const staff = { ...view(undefined, { role: 'facilitator' }), seats: [seat(1)] };
  assert.deepEqual(said(staff, { ...staff, seats: [seat(1, { back: 7 })] }), ['staff.say.back N1']);
});

const fixture = (/** @type {string} */ name) => JSON.parse(readFileSync(new URL(`../../../signaling/testdata/wire/server_${name}.json`, import.meta.url), 'utf8'));

test('the golden fixtures: by name in the circle, without one before, with its facts for facilitators (M-C3, M-A8)', () => {
  const after = (/** @type {string} */ name) => apply(view(), fixture(name)).room.hosts;
  assert.ok(after('room_hosts').every((one) => one.name && one.state && one.id === undefined && one.ref === undefined));
  assert.ok(after('room_hosts_facilitator').every((one) => one.name && one.id > 0));
  assert.ok(after('room_hosts_waiting').every((one) => one.state && one.name === undefined));
  assert.equal(apply(view(), fixture('you_back')).you.back, true);
});

test('the golden view of a helper leads to the door, with nothing of the group in it', () => {
  const now = apply(null, fixture('view_host'));
  assert.deepEqual(screen({ status: 'open', over: null, waitUntil: null, refused: null, view: now }), { at: 'door' });
  assert.equal(now.you.seat, -1);
  for (const part of ['session', 'round', 'middle', 'attendance']) assert.equal(now[part], undefined, part);
  for (const guest of now.waiting) assert.ok(guest.ref === undefined && guest.first === undefined);
});
