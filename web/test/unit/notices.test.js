import { test } from 'node:test';
import assert from 'node:assert/strict';
import { notices } from '../../views/notices.js';

const you = { role: 'patient', stage: 'seated', mic: false, camera: true, hand: false, mic_held: false, video_held: false, muted: 0 };
const calm = { status: 'open', media: 'connected', devices: { mic: 'ready', camera: 'ready' }, playBlocked: false, weak: null, asked: false, you, room: { phase: 'open', locked: false } };
const first = (more) => notices({ ...calm, ...more })[0];
const mine = (more) => first({ you: { ...you, ...more } });

test('a calm room says nothing', () => {
  assert.deepEqual(notices(calm), []);
});

test('each state has its words and its ways on (NEEDS 4.6)', () => {
  const cases = [
    [first({ status: 'reconnecting' }), 'notice.reconnect.head', ['leave']],
    [first({ media: 'failed' }), 'notice.media.head', []],
    [first({ playBlocked: true }), 'notice.sound.head', ['sound']],
    [first({ room: { phase: 'alone', locked: false } }), 'notice.alone.head', ['ok', 'leave']],
    [first({ room: { phase: 'paused', locked: false } }), 'notice.paused.head', []],
    [first({ devices: { mic: 'ended', camera: 'ready' } }), 'notice.mic.ended.head', ['mic']],
    [first({ weak: 1 }), 'notice.weak.head', ['ok']],
    [mine({ mic_held: true }), 'notice.held.head', ['hand', 'ok']],
    [mine({ mic_held: true, hand: true }), 'notice.held.head', ['ok']],
    [mine({ muted: 1 }), 'notice.muted.head', ['ok']],
    [mine({ video_held: true }), 'notice.video.head', ['ask', 'ok']],
  ];
  for (const [notice, head, acts] of cases) assert.deepEqual([notice?.head, notice?.acts], [head, acts]);
});

test('a person sees exactly the preset that was given (S-22)', () => {
  assert.equal(mine({ muted: 1, mic_reason: 'noise' }).body, 'reason.noise');
  assert.equal(mine({ mic_held: true, mic_reason: 'noise' }).body, 'reason.noise.held');
  assert.equal(mine({ video_held: true, video_reason: 'view' }).body, 'reason.view');
});

test('a second mute is news again', () => {
  assert.notEqual(mine({ muted: 1 }).id, mine({ muted: 2 }).id);
  assert.equal(mine({ muted: 1, mic: true }), undefined, 'the microphone is on again');
});

test('facilitators are not told what they did themselves', () => {
  assert.deepEqual(notices({ ...calm, you: { ...you, role: 'facilitator' }, room: { phase: 'paused', locked: false } }), []);
});

test('a weak connection is the last thing said, and each spell of it can be put away', () => {
  const list = notices({ ...calm, weak: 3, you: { ...you, mic_held: true } });
  assert.deepEqual(list.map((n) => n.id), ['held-0-false', 'weak-3']);
  assert.notEqual(first({ weak: 4 }).id, 'weak-3');
});
