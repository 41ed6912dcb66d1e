import { test } from 'node:test';
import assert from 'node:assert/strict';
import { en } from '../../text/en.js';
import { screen } from '../../views/screens.js';
import { stateOf, states } from '../../views/states.js';

const view = (stage, more = {}, you = {}) => ({ you: { stage, ...you }, room: { locked: false, ...more }, seats: [], waiting: [], removed: [] });
const facts = (more) => ({ status: 'open', over: null, waitUntil: null, refused: null, view: null, ...more });

test('each stage has its screen', () => {
  const cases = [
    [facts({ status: 'connecting' }), { at: 'state', state: 'boot' }],
    [facts({ status: 'reconnecting', waitUntil: 5 }), { at: 'state', state: 'restart' }],
    [facts({ view: view('entered') }), { at: 'join' }],
    [facts({ view: view('waiting') }), { at: 'waiting', variant: 'waiting' }],
    [facts({ view: view('waiting', { locked: true }, { late: true }) }), { at: 'waiting', variant: 'locked' }],
    [facts({ view: view('waiting', { locked: true }) }), { at: 'waiting', variant: 'waiting' }], // knocked before the lock (M-F7)
    [facts({ view: view('waiting', { locked: false }, { late: true }) }), { at: 'waiting', variant: 'waiting' }], // the door is open again
    [facts({ view: view('stepped_out') }), { at: 'waiting', variant: 'out' }],
    [facts({ view: view('door') }), { at: 'door' }], // a technical helper never sits (S-6)
    [facts({ view: view('door'), status: 'reconnecting' }), { at: 'state', state: 'reconnect' }],
    [facts({ view: view('seated') }), { at: 'circle' }],
    [facts({ view: view('seated'), status: 'reconnecting' }), { at: 'circle' }],
    [facts({ view: view('waiting'), status: 'reconnecting' }), { at: 'state', state: 'reconnect' }],
    [facts({ view: view('seated'), status: 'lost' }), { at: 'state', state: 'lost' }],
    [facts({ view: view('entered'), refused: 'full' }), { at: 'state', state: 'full' }],
    [facts({ view: view('seated'), status: 'over', over: 'removed' }), { at: 'state', state: 'removed' }],
    [facts({ status: 'over', over: 'removed' }), { at: 'state', state: 'closed' }], // the link again, after a farewell or a removal
    [facts({ status: 'over' }), { at: 'state', state: 'trouble' }],
  ];
  for (const [given, expected] of cases) assert.deepEqual(screen(given), expected, JSON.stringify(given));
});

test('every final code of the protocol has a state of its own words', () => {
  const codes = ['link_invalid', 'link_expired', 'no_link', 'gone', 'timeout', 'not_on_roster', 'full', 'waiting_full', 'removed', 'declined', 'not_allowed', 'moved', 'replaced', 'left', 'farewell', 'lost', 'ended', 'unsupported', 'in_app'];
  for (const code of codes) assert.notEqual(stateOf(code), 'trouble', code);
  for (const code of ['bad_message', 'version', 'toString', 'something new']) assert.equal(stateOf(code), 'trouble', code);
});

test('every state has a headline and a sentence, and a way on unless it is the end of this page', () => {
  for (const [name, { acts }] of Object.entries(states)) {
    assert.ok(`state.${name}.head` in en && `state.${name}.body` in en, name);
    assert.ok(acts.length > 0 || ['boot', 'moved'].includes(name), name);
  }
});
