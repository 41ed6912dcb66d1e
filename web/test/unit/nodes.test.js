import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Nodes } from '../../core/nodes.js';

const HERE = 'https://meet.clinic.example';

test('the page\'s own server is the only one until others are told', () => {
  const nodes = new Nodes();
  assert.equal(nodes.socket(HERE, 0), 'wss://meet.clinic.example/ws');
  assert.equal(nodes.socket(HERE, 7), 'wss://meet.clinic.example/ws');
  assert.equal(nodes.socket('http://localhost:8080', 0), 'ws://localhost:8080/ws');
});

test('all are tried in turn, and none is forgotten or tried twice in a turn', () => {
  const nodes = new Nodes();
  nodes.add(['https://a.clinic.example', 'https://b.clinic.example:8443']);
  nodes.add(undefined);
  nodes.add(['https://b.clinic.example:8443']);
  assert.deepEqual([0, 1, 2, 3].map((server) => nodes.socket(HERE, server)), [
    'wss://meet.clinic.example/ws', 'wss://a.clinic.example/ws', 'wss://b.clinic.example:8443/ws', 'wss://meet.clinic.example/ws',
  ]);
  assert.equal(nodes.count(HERE), 3);
});

test('a page from one of the servers it is told of does not try that one twice', () => {
  const nodes = new Nodes();
  nodes.add(['https://a.clinic.example', HERE]);
  assert.equal(nodes.count(HERE), 2);
  assert.deepEqual([0, 1, 2].map((server) => nodes.socket(HERE, server)), ['wss://meet.clinic.example/ws', 'wss://a.clinic.example/ws', 'wss://meet.clinic.example/ws']);
});
