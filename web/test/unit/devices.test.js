import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeStream, FakeTrack } from './fakes.js';

globalThis.MediaStream ??= FakeStream;
const { DeviceSet, refusal } = await import('../../core/devices.js');

function source(refuse = () => '') {
  const asked = [];
  return {
    asked,
    getUserMedia: async ({ audio, video }) => {
      asked.push([audio && 'mic', video && 'camera'].filter(Boolean).join('+'));
      const name = refuse(asked.at(-1));
      if (name) throw { name };
      return new FakeStream([...(audio ? [new FakeTrack('audio')] : []), ...(video ? [new FakeTrack('video')] : [])]);
    },
  };
}

test('one question for both; a second call asks nothing', async () => {
  const from = source();
  const set = new DeviceSet(from);
  await set.open({ camera: true });
  await set.open({ camera: true });
  assert.deepEqual(from.asked, ['mic+camera']);
  assert.deepEqual(set.state.value, { mic: 'ready', camera: 'ready' });
});

test('when both are refused, each is asked for alone, and the page knows which is missing', async () => {
  const from = source((asked) => (asked.includes('camera') ? 'NotAllowedError' : ''));
  const set = new DeviceSet(from);
  await set.open({ camera: true });
  assert.deepEqual(from.asked, ['mic+camera', 'mic', 'camera']);
  assert.deepEqual(set.state.value, { mic: 'ready', camera: 'blocked' });
});

test('joining with sound alone asks for no camera (M-X5)', async () => {
  const from = source();
  const set = new DeviceSet(from);
  await set.open({ camera: false });
  assert.deepEqual(from.asked, ['mic']);
  assert.deepEqual(set.state.value, { mic: 'ready', camera: 'off' });
});

test('a camera that is off is really stopped', async () => {
  const set = new DeviceSet(source());
  await set.open({ camera: true });
  const { camera, mic } = set;
  set.stopCamera();
  assert.deepEqual([camera.readyState, mic.readyState, set.picture.value, set.state.value.camera], ['ended', 'live', null, 'off']);
});

test('a device that ends is told at once, and repaired by one tap (M-M5)', async () => {
  const from = source();
  const set = new DeviceSet(from);
  await set.open({ camera: true });
  const told = [];
  set.onchange = (kind) => told.push([kind, set.state.value[kind]]);
  set.mic.onended();
  await set.repair('mic');
  assert.deepEqual(told, [['mic', 'ended'], ['mic', 'ready']]);
  set.camera.onmute();
  set.camera.onunmute();
  assert.deepEqual(told.slice(2), [['camera', 'ended'], ['camera', 'ready']]);
  const old = set.mic;
  await set.repair('mic');
  assert.equal(old.readyState, 'ended');
});

test('what is given after leaving is stopped at once', async () => {
  let give = () => {};
  const late = new FakeTrack('audio');
  const set = new DeviceSet({ getUserMedia: () => new Promise((done) => { give = () => done(new FakeStream([late])); }) });
  const opening = set.open({ camera: false });
  set.close();
  give();
  await opening;
  assert.deepEqual([late.readyState, set.mic], ['ended', null]);
});

test('what refusals mean', () => {
  for (const [name, state] of [['NotAllowedError', 'blocked'], ['SecurityError', 'blocked'], ['NotFoundError', 'none'], ['OverconstrainedError', 'none'], ['NotReadableError', 'ended'], ['AbortError', 'ended']]) assert.equal(refusal({ name }), state, name);
});
