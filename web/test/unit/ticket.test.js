import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KEY, TicketStore, markOf, takeToken } from '../../core/ticket.js';
import { FakeStorage } from './fakes.js';

test('the token leaves the address the moment it is read (M-A3)', () => {
  const urls = [];
  const page = { location: { hash: '#eyJ.a-b_c', pathname: '/', search: '' }, history: { replaceState: (_s, _t, url) => urls.push(url) } };
  assert.equal(takeToken(page), 'eyJ.a-b_c');
  assert.deepEqual(urls, ['/']);
  page.location.hash = '';
  assert.equal(takeToken(page), '');
  assert.equal(urls.length, 1);
});

test('one key, for the session, gone after clear', () => {
  const storage = new FakeStorage();
  const store = new TicketStore(storage);
  store.keep('T', 'TOKEN');
  assert.deepEqual([...storage.map.keys()], [KEY]);
  assert.ok(!storage.getItem(KEY).includes('TOKEN'));
  store.clear();
  assert.equal(storage.length, 0);
  assert.equal(store.for(''), '');
});

test('the same invitation resumes, another one does not', () => {
  const storage = new FakeStorage();
  new TicketStore(storage).keep('T', 'TOKEN');
  const store = new TicketStore(storage);
  assert.equal(store.for(''), 'T');
  assert.equal(store.for('TOKEN'), 'T');
  assert.equal(store.for('OTHER'), '');
  store.keep('T2', '');
  assert.equal(store.for('TOKEN'), 'T2');
  assert.notEqual(markOf('TOKEN'), markOf('OTHER'));
});

test('storage that throws or holds nonsense is as none', () => {
  const broken = { getItem: () => { throw new Error('no'); }, setItem: () => { throw new Error('no'); }, removeItem: () => { throw new Error('no'); } };
  const store = new TicketStore(broken);
  assert.equal(store.for(''), '');
  store.keep('T', 'TOKEN');
  assert.equal(store.for('TOKEN'), 'T');
  store.clear();
  for (const text of ['{', '7', '{"ticket":7}', 'null']) {
    const storage = new FakeStorage();
    storage.setItem(KEY, text);
    assert.equal(new TicketStore(storage).for(''), '');
  }
});
