import assert from 'node:assert/strict';
import { test } from 'node:test';
import { en } from '../../text/en.js';
import { nameWords, turn, wordsFor } from '../../views/refusals.js';
import { stateOf } from '../../views/states.js';

test('only what is wrong with the name leads back to the name', () => {
  for (const code of ['name_invalid', 'name_personal', 'name_taken']) assert.deepEqual(turn(code), { at: 'name', trouble: `name.${code}` });
  const words = Object.keys(en).filter((key) => key.startsWith('name.')).map((key) => key.slice('name.'.length));
  for (const code of [...words.filter((word) => !word.startsWith('name_')), 'full', 'name_fixed', 'name_']) {
    assert.notEqual(turn(code).at, 'name', code);
    assert.equal(nameWords(code), null, code);
  }
});

test('every other refusal of a knock has its page or its sentence (PROTOCOL 6)', () => {
  const pages = ['full', 'waiting_full', 'removed', 'declined', 'not_on_roster', 'not_allowed'];
  for (const code of pages) {
    assert.deepEqual(turn(code), { at: 'state' }, code);
    assert.notEqual(stateOf(code), 'trouble', code);
  }
  assert.deepEqual(turn('rules_changed'), { at: 'rules' });
  assert.deepEqual(turn('busy'), { at: 'here', words: 'code.busy' });
  assert.deepEqual(turn('retry'), { at: 'here', words: 'code.retry' });
  assert.deepEqual(turn('lost'), { at: 'here', words: 'code.other' });
});

test('refused commands have kind words', () => {
  const cases = [
    ['busy', 'Please try again in a moment.'], ['retry', 'Please try again in a moment.'],
    ['no_facilitator', 'A facilitator needs to be here first. Please wait a moment.'],
    ['mic_blocked', en['code.mic']], ['camera_none', en['check.nocamera']], ['never_heard_of', en['code.other']],
  ];
  for (const [code, words] of cases) assert.equal(en[wordsFor(code)], words, code);
});
