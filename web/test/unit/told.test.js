import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Link } from '../../core/link.js';
import { Nodes } from '../../core/nodes.js';
import { TicketStore } from '../../core/ticket.js';
import { FakeClock, FakeNetwork, FakeStorage } from './fakes.js';

const HERE = 'https://meet.clinic.example';
const told = JSON.parse(readFileSync(new URL('../../../signaling/testdata/wire/server_nodes.json', import.meta.url), 'utf8'));
const view = { you: { id: 3, role: 'patient', stage: 'entered', seat: -1 }, room: { locked: false }, seats: [], waiting: [], removed: [] };

test('servers that come after the welcome are tried when the present one is gone', () => {
  const nodes = new Nodes();
  const network = new FakeNetwork();
  const clock = new FakeClock();
  /** @type {number[]} */
  const tried = [];
  const link = new Link({
    open: (protocol, server) => {
      tried.push(nodes.all(HERE).indexOf(new URL(nodes.socket(HERE, server)).origin.replace('wss:', 'https:')));
      return network.open(protocol, server);
    },
    servers: () => nodes.count(HERE), clock, tickets: new TicketStore(new FakeStorage()), token: 'TOKEN',
    on: {
      status: () => {}, event: () => assert.fail('no event'), over: () => {}, wait: () => {},
      welcome: (welcome) => nodes.add(welcome.nodes), nodes: (origins) => nodes.add(origins),
    },
  });
  link.start();
  network.last.accept();
  network.last.say({ type: 'welcome', v: 1, id: network.last.sent.at(-1).id, seq: 7, resumed: false, seats: 16, ticket: 'T1', grace: 120, rules: 'r', nodes: [], view });
  network.last.say(told);
  network.last.say({ type: 'nodes', nodes: [] });
  assert.deepEqual(nodes.others, told.nodes, 'none is forgotten');
  assert.equal(link.last, 7, 'it is not numbered');
  network.last.end(1006);
  clock.move(1000);
  network.last.end(1006);
  clock.move(1);
  assert.deepEqual(tried, [0, 1, 2]);
});
