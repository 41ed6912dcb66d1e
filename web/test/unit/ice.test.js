import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { iceServers, sameServers } from '../../core/ice.js';

const relay = { urls: ['turn:host:3478?transport=udp', 'turns:host:5349?transport=tcp'], username: 'u', credential: 'c' };

test('the relays of the golden welcome are taken as they are', () => {
  const text = readFileSync(new URL('../../../signaling/testdata/wire/server_welcome.json', import.meta.url), 'utf8');
  const { ice } = JSON.parse(text);
  assert.ok(ice.length > 0);
  assert.deepEqual(iceServers(ice), ice);
});

test('no relay, or no list, is an empty list', () => {
  for (const none of [[], undefined, null, 'turn:host', {}, 7]) assert.deepEqual(iceServers(none), []);
});

test('what is not a relay with credentials is left out, the rest stays', () => {
  const odd = [
    null, 7, {}, { ...relay, username: '' }, { ...relay, credential: undefined }, { ...relay, urls: 'turn:host' }, { ...relay, urls: [] },
    { ...relay, urls: ['stun:stun.example.org'] }, { ...relay, urls: ['https://host'] }, { ...relay, urls: ['turn:a b'] }, { ...relay, urls: ['turn:'] },
    { ...relay, urls: ['turn:user@host'] }, { ...relay, urls: ['turn:host?transport=sctp'] },
  ];
  for (const entry of odd) assert.deepEqual(iceServers([entry, relay].slice(0, 4)), [relay], JSON.stringify(entry));
  assert.deepEqual(iceServers([{ ...relay, urls: [7, ...relay.urls], extra: true }]), [relay], 'only what we know goes to the browser');
  assert.deepEqual(iceServers([{ ...relay, urls: ['turn:[::1]:3478', 'turn:192.0.2.7'] }])[0].urls.length, 2);
});

test('the list is bounded', () => {
  assert.equal(iceServers(Array(50).fill(relay)).length, 4);
  assert.equal(iceServers([{ ...relay, urls: Array(50).fill('turn:host') }])[0].urls.length, 8);
});

test('other credentials are another list', () => {
  assert.ok(sameServers(iceServers([relay]), iceServers([{ ...relay }])));
  assert.ok(!sameServers([relay], [{ ...relay, credential: 'other' }]));
  assert.ok(!sameServers([relay], []));
});
