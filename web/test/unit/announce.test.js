import { test } from 'node:test';
import assert from 'node:assert/strict';
import { diff } from '../../views/announce.js';

const you = { id: 3, role: 'patient', stage: 'seated', name: 'Maple', seat: 2, mic: false, camera: true, hand: false, away: false, mic_held: false, video_held: false, muted: 0 };
const seat = (n, name, more = {}) => ({ seat: n, name, role: 'patient', state: 'here', mic: false, camera: true, away: false, ...more });
const view = (more = {}) => ({ you, room: { phase: 'open', locked: false }, seats: [seat(0, 'Ada', { role: 'facilitator' }), seat(1, 'Finch'), seat(2, 'Maple')], waiting: [], removed: [], ...more });
const keys = (before, after) => diff(before, after).map((m) => m.key);

test('nothing is said for the first view, the same view, or a change that is no event', () => {
  assert.deepEqual(diff(null, view()), []);
  const v = view();
  assert.deepEqual(diff(v, v), []);
  assert.deepEqual(diff(v, view()), []);
  const talking = view({ seats: v.seats.map((s) => ({ ...s, mic: true, camera: false })) });
  assert.deepEqual(keys(v, talking), []);
});

test('one message for each event (M-X2)', () => {
  const v = view();
  const cases = [
    ['somebody joins', { seats: [...v.seats, seat(3, 'Wren')] }, ['say.joined']],
    ['somebody leaves', { seats: v.seats.filter((s) => s.seat !== 1) }, ['say.left']],
    ['a seat changes hands', { seats: [v.seats[0], seat(1, 'Wren'), v.seats[2]] }, ['say.left', 'say.joined']],
    ['a connection drops', { seats: [v.seats[0], seat(1, 'Finch', { state: 'lost' }), v.seats[2]] }, ['say.lost']],
    ['somebody steps out', { seats: [v.seats[0], seat(1, 'Finch', { state: 'stepped_out' }), v.seats[2]] }, ['say.left']],
    ['a hand goes up', { seats: [v.seats[0], seat(1, 'Finch', { hand: 5 }), v.seats[2]] }, ['say.hand']],
    ['the own hand goes up', { you: { ...you, hand: true }, seats: [v.seats[0], v.seats[1], seat(2, 'Maple', { hand: 5 })] }, ['say.hand.you']],
    ['the own microphone is turned on', { you: { ...you, mic: true }, seats: [v.seats[0], v.seats[1], seat(2, 'Maple', { mic: true })] }, ['say.mic.on']],
    ['the own picture is stopped', { you: { ...you, video_held: true } }, ['say.video.stopped']],
    ['the room is paused', { room: { phase: 'paused', locked: false } }, ['say.paused']],
    ['the facilitator is lost', { room: { phase: 'alone', locked: false } }, ['say.alone']],
    ['the room is on hold', { room: { phase: 'hold', locked: false } }, ['say.hold']],
    ['the door closes', { room: { phase: 'open', locked: true } }, []],
  ];
  for (const [what, more, expected] of cases) assert.deepEqual(keys(v, view(more)), expected, what);
});

test('a mute by a facilitator is one message, with or without a hold', () => {
  const open = view({ you: { ...you, mic: true } });
  assert.deepEqual(keys(open, view({ you: { ...you, mic: false, muted: 1 } })), ['say.mic.muted']);
  assert.deepEqual(keys(open, view({ you: { ...you, mic: false, muted: 1, mic_held: true } })), ['say.mic.muted']);
  const held = view({ you: { ...you, muted: 1, mic_held: true } });
  assert.deepEqual(keys(held, view({ you: { ...you, muted: 1 } })), ['say.mic.released']);
});

test('coming back is one message, and a return to the circle names no one', () => {
  const lost = view({ seats: [seat(1, 'Finch', { state: 'lost' }), seat(2, 'Maple')] });
  const back = view({ seats: [seat(1, 'Finch'), seat(2, 'Maple')] });
  assert.deepEqual(keys(lost, back), ['say.back']);
});

test('admission is one message with the number of others, however many they are', () => {
  const before = { ...view(), you: { ...you, stage: 'waiting', seat: -1 }, seats: [] };
  assert.deepEqual(diff(before, view()), [{ key: 'say.admitted', params: { n: 2 } }]);
  assert.deepEqual(keys(before, view({ seats: [seat(2, 'Maple')] })), ['bridge.none']);
  assert.deepEqual(keys(view(), { ...before, you: { ...you, stage: 'stepped_out' } }), ['say.out']);
});

test('only facilitators hear of the waiting room and the door', () => {
  const ada = { ...you, role: 'facilitator', seat: 0 };
  const guests = [{ id: 9, name: 'Heron', role: 'patient', since: 1, here: true }];
  assert.deepEqual(diff(view({ you: ada }), view({ you: ada, waiting: guests })), [{ key: 'staff.say.waiting', params: { name: 'Heron' } }]);
  assert.deepEqual(keys(view({ you: ada }), view({ you: ada, room: { phase: 'open', locked: true } })), ['say.locked']);
  assert.deepEqual(keys(view({ you: ada, waiting: guests }), view({ you: ada })), []);
});

test('a new name is not somebody else when the facilitator knows the person', () => {
  const ada = { ...you, role: 'facilitator', seat: 0 };
  const named = (name) => view({ you: ada, seats: [seat(1, name, { id: 7 })] });
  assert.deepEqual(keys(named('Finch'), named('Rain')), []);
});
