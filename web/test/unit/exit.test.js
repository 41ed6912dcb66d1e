import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ShiftCount, WINDOW_MS, isWriting, vanish } from '../../core/exit.js';
import { FakeStorage } from './fakes.js';

test('the page is blank and the storage empty before the next page is asked for (M-S1)', () => {
  const order = [];
  const storage = new FakeStorage();
  storage.setItem('hearth', 'x');
  const document = { title: 'Meeting', documentElement: { replaceChildren: () => order.push('blank') } };
  vanish({ document, storage, location: { replace: (url) => order.push(url, storage.length, document.title) } }, 'https://weather.example/');
  assert.deepEqual(order, ['blank', 'https://weather.example/', 0, '']);
});

test('storage that may not be touched does not keep anybody here', () => {
  const went = [];
  const storage = { clear: () => { throw new Error('no'); } };
  vanish({ document: { title: '', documentElement: { replaceChildren() {} } }, storage, location: { replace: (url) => went.push(url) } }, 'about:blank');
  vanish({ document: { title: '', documentElement: { replaceChildren() {} } }, storage: null, location: { replace: (url) => went.push(url) } }, 'about:blank');
  assert.equal(went.length, 2);
});

const press = (shift, now, writing = false) => {
  shift.down('Shift', writing);
  return shift.up('Shift', now);
};

test('three presses within five seconds count, a slower third does not', () => {
  const shift = new ShiftCount();
  assert.deepEqual([press(shift, 0), press(shift, 1000), press(shift, 4900)], [1, 2, 3]);
  const slow = new ShiftCount();
  assert.deepEqual([press(slow, 0), press(slow, 1000), press(slow, WINDOW_MS)], [1, 2, 2]);
});

test('writing, capital letters and other keys between start again', () => {
  const shift = new ShiftCount();
  press(shift, 0);
  press(shift, 100);
  assert.equal(press(shift, 200, true), 0);
  press(shift, 300);
  shift.down('Shift', false);
  shift.down('A', false);
  shift.up('A', 400);
  assert.equal(shift.up('Shift', 500), 0);
});

test('what counts as writing', () => {
  const element = (...matching) => ({ matches: (selector) => matching.some((m) => selector.split(', ').includes(m)) });
  assert.equal(isWriting(null), false);
  assert.equal(isWriting(element('input')), true);
  assert.equal(isWriting(element('input', '[type=checkbox]')), false);
  assert.equal(isWriting(element('textarea')), true);
  assert.equal(isWriting(element('button')), false);
});
