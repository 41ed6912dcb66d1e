import { test } from 'node:test';
import assert from 'node:assert/strict';
import { pieces } from '../../views/contact.js';
import { ideas, looksFull, pool } from '../../views/names.js';

test('ideas differ from each other and from the name in the field', () => {
  for (let seed = 0; seed < 50; seed++) {
    let n = seed / 50;
    const random = () => { n = (n * 9301 + 0.49297) % 1; return n; };
    const got = ideas(3, random, 'Maple');
    assert.equal(new Set([...got, 'Maple']).size, 4);
    for (const name of got) assert.ok(pool.includes(name));
  }
  assert.equal(ideas(1000, () => 0).length, pool.length);
});

test('a first and a last name get a kind hint, made-up names do not', () => {
  for (const name of ['Anna Schmidt', 'José Martínez', 'Mary Ann Jones', 'Ana O’Brien']) assert.ok(looksFull(name), name);
  for (const name of ['Maple', 'River 2', 'quiet fox', 'J', 'Maple T', '']) assert.ok(!looksFull(name), name);
});

test('numbers and addresses of the clinic can be tapped', () => {
  assert.deepEqual(pieces('Call 112 or +49 (30) 123-456.'), [
    { text: 'Call ' }, { text: '112', href: 'tel:112' }, { text: ' or ' }, { text: '+49 (30) 123-456', href: 'tel:+4930123456' }, { text: '.' },
  ]);
  assert.deepEqual(pieces('help@clinic.example'), [{ text: 'help@clinic.example', href: 'mailto:help@clinic.example' }]);
  assert.deepEqual(pieces('Come by.'), [{ text: 'Come by.' }]);
});
