import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { beforeEach, test } from 'node:test';
import { apply, inOrder } from '../../core/reduce.js';
import { forget, hear, texts, tidy } from '../../core/texts.js';
import { en } from '../../text/en.js';
import { CARDS } from '../../views/cards.js';

const wire = new URL('../../../signaling/testdata/wire/', import.meta.url);
const fixture = (name) => JSON.parse(readFileSync(new URL(`${name}.json`, wire), 'utf8'));
const view = (stage, waiting = []) => inOrder({ you: { id: 1, seat: 2, stage }, room: { locked: false }, seats: [], waiting, removed: [] });

beforeEach(() => forget());

test('every text of the golden fixtures lies on its shelf, as it was written', () => {
  const names = readdirSync(wire).filter((f) => f.startsWith('server_text_')).map((f) => f.replace('.json', ''));
  assert.ok(names.length >= 7);
  for (const name of names) {
    forget();
    const message = fixture(name);
    hear(message);
    const { key, ...said } = texts[message.kind === 'answer' ? 'help' : message.kind].value[0];
    assert.ok(key > 0);
    const { type, ...sent } = message;
    assert.deepEqual({ ...said, name: said.name, guest: said.guest }, { name: undefined, guest: undefined, ...sent }, name);
  }
});

test('what is no text of ours is left out', () => {
  for (const message of [{ kind: 'toString', text: 'a' }, { kind: 'group', text: '' }, { kind: 'group', text: { html: 'a' } }, { kind: 'weather', text: 'a' }, {}]) hear(message);
  assert.ok(Object.values(texts).every((box) => box.value.length === 0));
});

test('texts are bounded: the oldest go first, and none is endless', () => {
  for (let i = 0; i < 500; i++) hear({ kind: 'group', seat: 1, name: 'A', text: String(i), at: i });
  assert.ok(texts.group.value.length <= 60);
  assert.equal(texts.group.value.at(-1)?.text, '499');
  hear({ kind: 'group', seat: 1, text: 'x'.repeat(100_000), at: 1 });
  assert.ok((texts.group.value.at(-1)?.text.length ?? 0) <= 1200);
});

test('another place has other texts; kind words stay for the closing page (S-7, S-27, C-8)', () => {
  for (const name of ['group', 'staff', 'help', 'caption', 'card']) hear(fixture(`server_text_${name}`));
  tidy(view('seated'), view('seated'));
  assert.equal(texts.group.value.length, 1);
  tidy(view('seated'), view('stepped_out'));
  assert.deepEqual(Object.entries(texts).filter(([, box]) => box.value.length > 0).map(([name]) => name), ['card']);
});

test('what somebody in the waiting room wrote goes when they do (S-7)', () => {
  const [birch, cedar] = [{ id: 4 }, { id: 5 }];
  const before = view('seated', [birch, cedar]);
  hear(fixture('server_text_help'));
  hear({ ...fixture('server_text_help'), guest: 5 });
  tidy(before, apply(before, { type: 'waiting', seq: 1, waiting: [cedar] }));
  assert.deepEqual(texts.help.value.map((said) => said.guest), [5]);
});

test('every card of the protocol has words (C-8)', () => {
  assert.ok(CARDS.includes(fixture('server_text_card').text) && CARDS.includes(fixture('client_kind_words').card));
  for (const card of CARDS) assert.ok(`card.${card}` in en, card);
});
