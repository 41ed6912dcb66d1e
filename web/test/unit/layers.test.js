import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OPEN, RATES, adjust, encodings } from '../../core/layers.js';
import { megabytesAnHour } from '../../core/saver.js';

const active = (list) => Object.fromEntries(list.map(({ rid, active }) => [rid, active]));

test('the protocol asks for l, then h, l being half of h', () => {
  assert.deepEqual(encodings(OPEN).map((e) => [e.rid, e.scaleResolutionDownBy]), [['l', 2], ['h', 1]]);
});

test('the low layer always flows, the high one while somebody wants it and we do not save', () => {
  for (const [output, want] of [
    [{ high: true, saver: false }, { l: true, h: true }], [{ high: false, saver: false }, { l: true, h: false }],
    [{ high: true, saver: true }, { l: true, h: false }], [{ high: false, saver: true }, { l: true, h: false }],
  ]) {
    assert.deepEqual(active(encodings(output)), want);
    const current = encodings(OPEN);
    adjust(current, output);
    assert.deepEqual(active(current), want);
  }
});

test('nothing is touched that is already so, and nothing else of an encoding ever', () => {
  const current = encodings(OPEN).map((e) => ({ ...e, ssrc: 7 }));
  assert.equal(adjust(current, OPEN), false);
  assert.equal(adjust(current, { high: false, saver: false }), true);
  assert.deepEqual(current.map((e) => [e.ssrc, e.scaleResolutionDownBy]), [[7, 2], [7, 1]]);
  assert.equal(adjust(current, { high: false, saver: false }), false);
});

test('saving data sends a simpler picture, and back', () => {
  const current = encodings(OPEN);
  adjust(current, { high: true, saver: true });
  assert.deepEqual([current[0].maxBitrate, current[0].maxFramerate], [RATES.saver.maxBitrate, RATES.saver.maxFramerate]);
  adjust(current, OPEN);
  assert.deepEqual(current, encodings(OPEN));
});

test('a server that took one layer keeps it, whichever it is', () => {
  for (const rid of ['l', 'h', undefined]) {
    const current = [{ rid, active: true }];
    assert.equal(adjust(current, { high: false, saver: true }), false);
    assert.equal(current[0].active, true);
  }
  assert.equal(adjust([{ rid: 'x', active: true }, { rid: 'y', active: true }], { high: false, saver: false }), false);
});

test('an hour of saved data stays below what is promised (S-11)', () => {
  assert.ok(megabytesAnHour({ camera: true }) <= 150);
  assert.ok(megabytesAnHour({ camera: false }) < megabytesAnHour({ camera: true }));
  assert.ok(megabytesAnHour({ camera: false }) * 8e6 / 3600 > 28_000 + RATES.l.maxBitrate, 'the sound and the picture alone are in it');
});
