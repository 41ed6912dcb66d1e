import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LINGER_MS, SPEECH, Speaking } from '../../core/speaking.js';

test('a ring appears at once and lingers over the gaps between words', () => {
  const voices = new Speaking();
  const none = new Set();
  assert.equal(voices.at(0, none), none);
  voices.level(3, SPEECH, 1000);
  voices.level(4, SPEECH / 2, 1000);
  const one = voices.at(1000, none);
  assert.deepEqual([...one], [3]);
  assert.equal(voices.at(1000 + LINGER_MS, one), one, 'nothing changed: the same set, no new rendering');
  assert.equal(voices.at(1001 + LINGER_MS, one).size, 0);
});

test('a seat that changes hands starts silent', () => {
  const voices = new Speaking();
  voices.level(3, 1, 1000);
  voices.forget(3);
  assert.equal(voices.at(1000, new Set()).size, 0);
});
