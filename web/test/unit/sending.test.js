import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flow, stillOn } from '../../core/sending.js';

const view = (you, room) => ({ you: { role: 'patient', stage: 'seated', mic: true, camera: true, away: false, mic_held: false, video_held: false, ...you }, room: { phase: 'open', ...room }, seats: [], waiting: [], removed: [] });
const none = { mic: false, camera: false, hear: false };

test('what leaves the device', () => {
  const cases = [
    ['seated, open room', view(), { mic: true, camera: true, hear: true }],
    ['no view', null, none],
    ['name not chosen', view({ stage: 'entered' }), none],
    ['waiting room (M-A8)', view({ stage: 'waiting' }, { phase: undefined }), none],
    ['stepped out', view({ stage: 'stepped_out' }), none],
    ['mic off on entry (M-C8)', view({ mic: false }), { mic: false, camera: true, hear: true }],
    ['held', view({ mic_held: true, video_held: true }), { mic: false, camera: false, hear: true }],
    ['privacy cover (M-S3)', view({ away: true }), none],
    ['facilitator reconnecting', view({}, { phase: 'alone' }), { mic: true, camera: true, hear: true }],
    ['no facilitator (M-A9)', view({}, { phase: 'hold' }), none],
    ['paused, patient', view({}, { phase: 'paused' }), { mic: false, camera: false, hear: true }],
    ['paused, facilitator', view({ role: 'facilitator' }, { phase: 'paused' }), { mic: true, camera: true, hear: true }],
  ];
  for (const [name, given, want] of cases) assert.deepEqual(flow(given), want, name);
});

test('what goes on when the room goes over to another server', () => {
  const you = (more) => view(more).you;
  const off = { mic: false, camera: false };
  const cases = [
    ['both were on', you(), you(off), { mic: true, camera: true }],
    ['the microphone was off', you({ mic: false }), you(off), { mic: false, camera: true }],
    ['known there already', you(), you(), off],
    ['held meanwhile', you(), you({ ...off, mic_held: true, video_held: true }), off],
    ['muted meanwhile', you(), you({ ...off, muted: true }), { mic: false, camera: true }],
    ['stepped out meanwhile', you(), you({ ...off, stage: 'stepped_out' }), off],
    ['behind the cover', you({ away: true }), you(off), off],
    ['a page that has just been loaded', null, you(off), off],
  ];
  for (const [name, was, now, want] of cases) assert.deepEqual(stillOn(was, now), want, name);
});
