import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offered } from '../../core/codecs.js';

const codec = (mimeType, sdpFmtpLine) => ({ mimeType, ...(sdpFmtpLine ? { sdpFmtpLine } : {}) });
const VP8 = codec('video/VP8');
const RTX = codec('video/rtx');
const plain = codec('video/H264', 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f');
const high = codec('video/H264', 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640c1f');
const single = codec('video/H264', 'level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f');
const all = [VP8, RTX, codec('video/VP9', 'profile-id=0'), single, high, plain, { ...plain }, codec('video/AV1')];

test('pictures are sent as VP8, and shown as VP8 or one form of H.264', () => {
  assert.deepEqual(offered(all, 'video', false), [VP8, RTX]);
  assert.deepEqual(offered(all, 'video', true), [VP8, plain, RTX]);
});

test('a device without VP8 sends H.264', () => {
  assert.deepEqual(offered(all.filter((c) => c !== VP8), 'video', false), [plain, RTX]);
  assert.deepEqual(offered([VP8, RTX], 'video', true), [VP8, RTX]);
});

test('a browser that has neither, or does not say, is left as it is', () => {
  assert.deepEqual(offered([RTX, high], 'video', false), []);
  assert.deepEqual(offered([], 'audio', true), []);
});

test('sound is Opus, and repeated Opus where it is received', () => {
  const sound = [codec('audio/opus', 'minptime=10'), codec('audio/red', '111/111'), codec('audio/G722')];
  assert.deepEqual(offered(sound, 'audio', false), [sound[0]]);
  assert.deepEqual(offered(sound, 'audio', true), [sound[0], sound[1]]);
});
