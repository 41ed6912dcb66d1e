import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { en } from '../../text/en.js';
import { limits, rules } from '../../text/rules.js';
import { t } from '../../text/t.js';
import { literals } from './literals.js';
import { grade, sentences, words } from './readability.js';

const views = new URL('../../views/', import.meta.url);
const files = readdirSync(views).filter((name) => name.endsWith('.js'));
const found = files.flatMap((file) => literals(readFileSync(new URL(file, views), 'utf8')).map((text) => ({ file, text })));
const keys = Object.keys(en);

/** Keys that are built, as `state.${name}.head`: the parts between become a pattern. */
const patterns = found.filter(({ text }) => /^[a-z]+\.[\w.]*\0/.test(text))
  .map(({ text }) => new RegExp(`^${text.split('\0').map((s) => s.replace(/[.]/g, '\\.')).join('[\\w.]+')}$`));
const plain = new Set(found.map(({ text }) => text));

test('no text is there twice', () => {
  const folder = new URL('../../text/en/', import.meta.url);
  const all = readdirSync(folder).flatMap((file) => [...readFileSync(new URL(file, folder), 'utf8').matchAll(/^  '([^']+)':/gm)].map(([, key]) => key));
  assert.equal(all.length, keys.length);
  assert.deepEqual(all.filter((key, i) => all.indexOf(key) !== i), []);
});

test('every text is used (M-X6)', () => {
  const used = (/** @type {string} */ key) => plain.has(key) || plain.has(key.replace(/\.(one|other)$/, '')) || patterns.some((p) => p.test(key));
  assert.deepEqual(keys.filter((key) => !used(key)), []);
});

test('every text that a view names exists', () => {
  const groups = new Set(keys.map((key) => key.split('.')[0]));
  for (const { file, text } of found) {
    if (!/^[a-z]+(\.[a-z_0-9]+)+$/.test(text) || !groups.has(text.split('.')[0])) continue;
    assert.ok(text in en || `${text}.other` in en, `${file}: ${text}`);
  }
  for (const pattern of patterns) assert.ok(keys.some((key) => pattern.test(key)), `nothing matches ${pattern}`);
});

test('no view has words of its own', () => {
  const names = new Set(['Enter', 'Escape']); // keys of a keyboard
  const own = found.filter(({ file, text }) => file !== 'names.js' && !names.has(text) && (/^[A-Z][a-z]+[.?!]?$/.test(text) || /[A-Z]?[a-z]{2,} [a-z]{2,}.*[.?!…]$/.test(text) || /[A-Z][a-z]+,? [a-z]/.test(text)));
  // Programming errors are for us, not for people.
  assert.deepEqual(own.filter(({ text }) => !['no grid', 'grid too small'].includes(text)), []);
});

test('t fills in names and numbers', () => {
  assert.equal(t('say.joined', { name: 'Wren' }), 'Wren has joined.');
  assert.equal(t('bridge', { n: 1 }), 'You are joining 1 person');
  assert.equal(t('bridge', { n: 7 }), 'You are joining 7 people');
  assert.equal(t('say.left', { name: '{n}$&' }), '{n}$& has left.');
  assert.throws(() => t(/** @type {any} */ ('no.such')), RangeError);
});

test('nothing is left open in a text', () => {
  for (const [key, text] of Object.entries(en)) {
    assert.equal(text.trim(), text, key);
    assert.ok(text.length > 0 && !/undefined|\s{2}|'/.test(text), `${key}: ${text}`);
  }
});

test('nobody is blamed, and the words are those of NEEDS 4.1', () => {
  const never = /\b(invalid|fail(ed|ure)?|denied|illegal|kick(ed)?|bann?(ed)?|users?|hosts?|attendees?|error|abort(ed)?|reject(ed)?|forbidden|participants? id|unauthori[sz]ed)\b/i;
  for (const [key, text] of [...Object.entries(en), ...rules.map((r) => ['rules', `${r.title} ${r.text}`]), ['limits', limits]]) assert.doesNotMatch(text, never, key);
});

test('nothing outside the room says what the meeting is about (M-S6)', () => {
  const index = readFileSync(new URL('../../index.html', import.meta.url), 'utf8');
  assert.doesNotMatch(index, /therap|rehab|recover|addict|group|clinic|patient|counsel/i);
});

/** What patients read, as blocks of the catalogue. */
const blocks = new Map([['rules', rules.flatMap((r) => [r.title, r.text])], ['limits', [limits]]]);
for (const [key, text] of Object.entries(en)) {
  const group = key.split('.')[0];
  if (group !== 'staff') blocks.set(group, [...(blocks.get(group) ?? []), text]);
}

test('patients read sentences of at most 15 words', () => {
  for (const [block, texts] of blocks) {
    for (const sentence of texts.flatMap(sentences)) assert.ok(words(sentence).length <= 15, `${block}: ${sentence}`);
  }
});

test('patients read at grade 8 or below (Flesch-Kincaid)', () => {
  for (const [block, texts] of blocks) {
    const long = texts.filter((text) => words(text).length >= 4);
    if (long.length < 2) continue;
    const got = grade(long);
    assert.ok(got <= 8, `${block}: grade ${got.toFixed(1)}`);
  }
});

test('the readability measure tells hard from easy', () => {
  assert.ok(grade(['The cat sat on the mat. It was warm.']) < 2);
  assert.ok(grade(['Notwithstanding considerable institutional uncertainty, administrators systematically operationalised comprehensive organisational documentation requirements.']) > 14);
});
