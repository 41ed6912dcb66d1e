import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AGAIN_MS, ANSWER_MS, HELLO_MS, Link, MOVE_MS, SILENCE_MS } from '../../core/link.js';
import { TicketStore } from '../../core/ticket.js';
import { FakeClock, FakeNetwork, FakeStorage } from './fakes.js';

const view = { you: { id: 3, role: 'patient', stage: 'entered', seat: -1 }, room: { locked: false }, seats: [], waiting: [], removed: [] };

function world({ token = 'TOKEN', storage = new FakeStorage(), clock = new FakeClock(), known = 1 } = {}) {
  const network = new FakeNetwork();
  const heard = { status: [], events: [], over: null, wait: null, welcomes: [] };
  const tickets = new TicketStore(storage);
  const link = new Link({
    open: network.open, servers: () => known, clock, tickets, token,
    on: {
      status: (s) => heard.status.push(s),
      welcome: (w) => heard.welcomes.push(w),
      event: (e) => heard.events.push(e),
      over: (code, after) => { heard.over = { code, after }; },
      wait: (until) => { heard.wait = until; },
    },
  });
  return { clock, network, heard, tickets, link, storage };
}

function welcome(w, more = {}) {
  w.network.last.accept();
  w.network.last.say({ type: 'welcome', v: 1, id: w.network.last.sent.at(-1).id, seq: 0, resumed: false, seats: 16, ticket: 'T1', grace: 120, rules: 'r', view, ...more });
}

function opened(options) {
  const w = world(options);
  w.link.start();
  welcome(w);
  return w;
}

test('the first frame is hello with the token, and nowhere else', () => {
  const w = world();
  w.link.start();
  assert.equal(w.network.last.protocol, 'hearth.1');
  assert.deepEqual(w.network.last.sent, []);
  w.network.last.accept();
  const [hello] = w.network.last.sent;
  assert.equal(hello.type, 'hello');
  assert.equal(hello.token, 'TOKEN');
  assert.equal(hello.v, 1);
  assert.ok(!('resume' in hello) && !('last' in hello));
});

test('welcome opens the link and keeps the ticket for the session', () => {
  const w = opened();
  assert.deepEqual(w.heard.status, ['connecting', 'open']);
  assert.equal(w.tickets.for('TOKEN'), 'T1');
});

test('no token and no ticket: there is no link to open', () => {
  const w = world({ token: '' });
  w.link.start();
  assert.equal(w.heard.over.code, 'no_link');
  assert.equal(w.network.sockets.length, 0);
});

test('a reload comes back with the ticket alone, and ids keep growing', () => {
  const first = opened();
  first.link.command('set', { hand: true });
  const used = first.network.last.sent.at(-1).id;
  first.clock.move(50);
  const again = world({ token: '', storage: first.storage, clock: first.clock });
  again.link.start();
  again.network.last.accept();
  const [hello] = again.network.last.sent;
  assert.equal(hello.resume, 'T1');
  assert.equal(hello.last, 0);
  assert.ok(!('token' in hello));
  assert.ok(hello.id > used);
});

test('events are given once and in order', () => {
  const w = opened();
  w.network.last.say({ type: 'you', seq: 1, you: {} });
  w.network.last.say({ type: 'you', seq: 1, you: {} });
  w.network.last.say({ type: 'room', seq: 2, room: {} });
  assert.deepEqual(w.heard.events.map((e) => e.seq), [1, 2]);
});

test('a missing event is asked for again instead of skipped', () => {
  const w = opened();
  w.network.last.say({ type: 'you', seq: 1, you: {} });
  w.network.last.say({ type: 'you', seq: 3, you: {} });
  assert.equal(w.heard.status.at(-1), 'reconnecting');
  w.clock.move(8000);
  w.network.last.accept();
  assert.equal(w.network.last.sent[0].last, 1);
  assert.deepEqual(w.heard.events.map((e) => e.seq), [1]);
});

test('a new ticket replaces the old one and is no event for the view', () => {
  const w = opened();
  w.network.last.say({ type: 'ticket', seq: 1, ticket: 'T2' });
  assert.equal(w.tickets.for('TOKEN'), 'T2');
  assert.equal(w.heard.events.length, 0);
});

test('commands are answered by id', async () => {
  const w = opened();
  const fine = w.link.command('set', { hand: true });
  const not = w.link.command('set', { mic: true });
  const [, a, b] = w.network.last.sent;
  w.network.last.say({ type: 'error', id: b.id, code: 'held' });
  w.network.last.say({ type: 'ok', id: a.id });
  assert.equal((await fine).type, 'ok');
  await assert.rejects(not, { code: 'held' });
});

test('an unanswered command is sent again with the same id after a resume, an answered one is not', async () => {
  const w = opened();
  const done = w.link.command('set', { hand: true });
  const open = w.link.command('lock', { locked: true });
  const [, a, b] = w.network.last.sent;
  w.network.last.say({ type: 'ok', id: a.id });
  await done;
  w.network.last.end(1006);
  w.clock.move(8000);
  welcome(w, { resumed: true, view: undefined });
  const repeated = w.network.last.sent.slice(1);
  assert.deepEqual(repeated, [b]);
  w.network.last.say({ type: 'ok', id: b.id });
  assert.equal((await open).id, b.id);
});

test('a command given while reconnecting waits for the socket', () => {
  const w = opened();
  w.network.last.end(1006);
  w.link.command('set', { hand: true });
  w.clock.move(8000);
  welcome(w, { resumed: true });
  assert.equal(w.network.last.sent.at(-1).type, 'set');
});

test('a socket silent for 12 s is given up; a beat keeps it', () => {
  const w = opened();
  for (let i = 0; i < 5; i++) {
    w.clock.move(SILENCE_MS - 1);
    w.network.last.say({ type: 'beat' });
  }
  assert.equal(w.heard.status.at(-1), 'open');
  const socket = w.network.last;
  w.clock.move(SILENCE_MS);
  assert.equal(w.heard.status.at(-1), 'reconnecting');
  assert.ok(socket.closed);
  w.clock.move(500);
  assert.equal(w.network.sockets.length, 2);
});

test('an attempt without a welcome is given up', () => {
  const w = world();
  w.link.start();
  w.clock.move(HELLO_MS);
  assert.ok(w.network.sockets[0].closed);
  w.clock.move(8000);
  assert.ok(w.network.sockets.length > 1);
});

test('delays grow from half a second to eight, and the page knows when', () => {
  const w = opened();
  const waits = [];
  for (let i = 0; i < 7; i++) {
    w.network.last.end(1006);
    waits.push(w.heard.wait - w.clock.now());
    w.clock.move(waits.at(-1));
  }
  assert.deepEqual(waits, [375, 750, 1500, 3000, 6000, 6000, 6000]);
});

test('close codes: final ranges end, the others come back', () => {
  for (const [code, final] of [[4000, true], [4001, true], [4002, true], [4099, true], [4100, false], [4103, false], [1001, false], [1006, false], [1011, false], [1012, false]]) {
    const w = opened();
    w.network.last.end(code);
    assert.equal(w.heard.status.at(-1), final ? 'over' : 'reconnecting', String(code));
    assert.equal(w.storage.length, final ? 0 : 1, String(code));
    assert.equal(w.tickets.for('TOKEN'), final && code !== 4001 ? '' : 'T1', String(code));
  }
});

test('a refused hello ends with the code the server gave', () => {
  const w = world();
  w.link.start();
  w.network.last.accept();
  w.network.last.say({ type: 'error', id: w.network.last.sent[0].id, code: 'link_expired' });
  w.network.last.end(4000);
  assert.equal(w.heard.over.code, 'link_expired');
  w.clock.move(60_000);
  assert.equal(w.network.sockets.length, 1);
});

test('retry waits at least as long as the server asks', () => {
  const w = world();
  w.link.start();
  w.network.last.accept();
  w.network.last.say({ type: 'error', id: w.network.last.sent[0].id, code: 'retry', after: 20 });
  w.network.last.end(4100);
  assert.equal(w.heard.wait - w.clock.now(), 20_000);
  w.clock.move(20_000);
  assert.equal(w.network.sockets.length, 2);
});

test('another window took the link over: this one never fights for it, and comes back when asked', () => {
  const w = opened();
  w.network.last.end(4001);
  assert.equal(w.heard.over.code, 'replaced');
  assert.equal(w.storage.length, 0, 'a reload would take the link back by itself');
  w.link.networkChanged();
  w.link.retry();
  w.clock.move(600_000);
  assert.equal(w.network.sockets.length, 1);

  const again = new Link({ open: w.network.open, servers: () => 1, clock: w.clock, tickets: w.tickets, token: '', on: w.link.on });
  again.start();
  welcome(w, { ticket: 'T2' });
  const [hello] = w.network.last.sent;
  assert.deepEqual([hello.resume, hello.last], ['T1', 0]);
  assert.deepEqual([w.storage.length, w.tickets.for('')], [1, 'T2']);
});

test('bye is final and clears the ticket before the close arrives', () => {
  const w = opened();
  w.network.last.say({ type: 'bye', code: 'removed' });
  assert.equal(w.heard.over.code, 'removed');
  assert.equal(w.storage.length, 0);
  w.clock.move(60_000);
  assert.equal(w.network.sockets.length, 1);
});

test('a ticket that is gone falls back to the invitation once', () => {
  const w = opened();
  w.network.last.end(1006);
  w.clock.move(8000);
  w.network.last.accept();
  w.network.last.say({ type: 'error', id: w.network.last.sent[0].id, code: 'gone' });
  w.network.last.end(4000);
  w.network.last.accept();
  assert.equal(w.network.last.sent[0].token, 'TOKEN');
  w.network.last.say({ type: 'error', id: w.network.last.sent[0].id, code: 'gone' });
  w.network.last.end(4000);
  assert.equal(w.heard.over.code, 'gone');
});

test('after the grace time it stops by itself; the person can try again', async () => {
  const w = opened();
  const waiting = w.link.command('set', { hand: true });
  const refused = assert.rejects(waiting, { code: 'lost' });
  const until = w.clock.now() + 121_000;
  w.network.last.end(1006);
  while (w.clock.now() < until) {
    w.clock.move(1000);
    w.network.last.end(1006);
  }
  assert.equal(w.heard.status.at(-1), 'lost');
  await refused;
  const attempts = w.network.sockets.length;
  w.clock.move(60_000);
  assert.equal(w.network.sockets.length, attempts);
  w.link.retry();
  assert.equal(w.network.sockets.length, attempts + 1);
  welcome(w);
  assert.equal(w.heard.status.at(-1), 'open');
});

test('the network coming back is tried at once', () => {
  const w = opened();
  w.network.last.end(1006);
  for (let i = 0; i < 4; i++) {
    w.clock.move(8000);
    w.network.last.end(1006);
  }
  const attempts = w.network.sockets.length;
  w.link.networkChanged();
  assert.equal(w.network.sockets.length, attempts + 1);
});

test('another network while open: a new socket takes over at once, with last', () => {
  const w = opened();
  w.network.last.say({ type: 'you', seq: 1, you: {} });
  w.link.networkChanged();
  assert.equal(w.network.sockets.length, 2);
  w.network.last.accept();
  assert.deepEqual([w.network.last.sent[0].resume, w.network.last.sent[0].last], ['T1', 1]);
});

test('leaving says so and nothing is kept or tried again', () => {
  const w = opened();
  w.link.leave(true);
  const sent = w.network.last.sent.at(-1);
  assert.equal(sent.type, 'leave');
  assert.equal(sent.quick, true);
  assert.ok(w.network.last.closed);
  assert.equal(w.storage.length, 0);
  assert.equal(w.heard.over.code, 'left');
  w.clock.move(60_000);
  assert.equal(w.network.sockets.length, 1);
});

test('nonsense from the socket changes nothing', () => {
  const w = opened();
  for (const data of ['', 'x', '[]', '7', 'null', '{"type":7}', '{"type":"news","seq":"1"}']) w.network.last.onmessage({ data });
  assert.equal(w.heard.status.at(-1), 'open');
  assert.equal(w.heard.events.length, 0);
});

test('a room that moves is followed at once and without a word', () => {
  const w = opened();
  const before = w.network.last;
  const { length } = w.heard.status;
  before.say({ type: 'move', seq: 1 });
  assert.ok(before.closed);
  assert.notEqual(w.network.last, before);
  w.network.last.accept();
  assert.deepEqual([w.network.last.sent[0].resume, w.network.last.sent[0].last], ['T1', 1]);
  welcome(w, { seq: 7 });
  w.clock.move(MOVE_MS);
  assert.deepEqual([...new Set(w.heard.status.slice(length))], ['open']);
  assert.equal(w.heard.events.at(-1).type, 'move');
});

test('a room that moves is looked for at another server first', () => {
  const w = opened();
  const tries = [];
  const { open } = w.network;
  w.link.open = (protocol, n) => { tries.push(n); return open(protocol); };
  w.network.last.say({ type: 'move', seq: 1 });
  assert.deepEqual(tries, [1]);
});

test('where our server only carried the room, it is the one to ask: the other is about to end', () => {
  const w = opened({ known: 2 });
  const list = servers(w);
  w.network.last.end(4103);
  welcome(w, { seq: 1, resumed: true, carried: true });
  w.network.last.say({ type: 'move', seq: 2 });
  welcome(w, { seq: 1 });
  w.network.last.say({ type: 'move', seq: 2 });
  assert.deepEqual(list, [1, 1, 2]);
});

test('who is sent to another server goes there at once and without a word', () => {
  const w = opened({ known: 2 });
  const list = servers(w);
  const { length } = w.heard.status;
  w.network.last.end(4103);
  assert.deepEqual(list, [1]);
  const asked = w.link.command('set', { hand: true });
  welcome(w, { resumed: true });
  assert.equal(w.network.last.sent.at(-1).hand, true, 'what was asked meanwhile is asked there');
  w.clock.move(MOVE_MS);
  assert.deepEqual([...new Set(w.heard.status.slice(length))], ['open']);
  w.network.last.say({ type: 'ok', id: w.network.last.sent.at(-1).id });
  return asked;
});

test('who is sent away by the only server there is says so, and waits', () => {
  const w = opened();
  const list = servers(w);
  w.network.last.end(4103);
  assert.deepEqual([w.heard.status.at(-1), list], ['reconnecting', []]);
});

test('a server that sends on is not believed twice: where the next one does not welcome there is a pause', () => {
  const w = opened({ known: 2 });
  const list = servers(w);
  w.network.last.end(4103);
  w.network.last.end(4103);
  w.network.last.end(4103);
  assert.deepEqual(list, [1, 2]);
  w.clock.move(MOVE_MS);
  assert.equal(w.heard.status.at(-1), 'reconnecting');
});

test('a move that takes longer is shown', () => {
  const w = opened();
  w.network.last.say({ type: 'move', seq: 1 });
  w.clock.move(MOVE_MS);
  assert.equal(w.heard.status.at(-1), 'reconnecting');
});

/** The servers that are tried from now on. */
function servers(w) {
  const list = [];
  const { open } = w.network;
  w.link.open = (protocol, n) => { list.push(n); return open(protocol); };
  return list;
}

test('a server that is gone or about to end is not asked first; one that has a reason for closing is', () => {
  for (const [code, first] of [[1006, 1], [1001, 1], [1012, 1], [4100, 0], [1011, 0]]) {
    const w = opened({ known: 3 });
    const list = servers(w);
    w.network.last.end(code);
    assert.deepEqual(list, [], 'not all at one instant');
    w.clock.move(1000);
    assert.deepEqual(list, [first], String(code));
  }
});

test('who missed something has it replayed where it was said', () => {
  const w = opened({ known: 3 });
  const list = servers(w);
  w.network.last.say({ type: 'you', seq: 2, you: {} });
  w.clock.move(1000);
  assert.deepEqual(list, [0]);
});

test('a socket ended without a word: all servers in turn, one refusal leads to the next at once, and only then a pause', () => {
  const w = opened({ known: 3 });
  const list = servers(w);
  w.network.last.end(1006);
  const waits = [w.heard.wait - w.clock.now()];
  for (let round = 1; round < 4; round++) {
    w.clock.move(waits.at(-1));
    for (let i = 0; i < 3; i++) {
      assert.equal(list.length, round * 3 - 2 + i);
      w.network.last.end(1006);
    }
    waits.push(w.heard.wait - w.clock.now());
  }
  assert.deepEqual(list.map((n) => n % 3), [1, 2, 0, 1, 2, 0, 1, 2, 0]);
  assert.deepEqual(waits, [375, 750, 1500, 3000]);
  w.clock.move(3000);
  welcome(w);
  assert.equal(list.at(-1) % 3, 1);
  w.network.last.end(1006);
  w.clock.move(375);
  w.network.last.end(1006);
  assert.deepEqual(list.slice(-2).map((n) => n % 3), [2, 0], 'another loss, another round');
});

test('a server that hangs in a round has its time, and the next one comes without a pause', () => {
  const w = opened({ known: 2 });
  const list = servers(w);
  w.network.last.end(1006);
  w.clock.move(375);
  for (const ms of [AGAIN_MS, AGAIN_MS]) {
    const attempt = w.network.last;
    w.clock.move(ms - 1);
    assert.equal(w.network.last, attempt);
    w.clock.move(1);
    assert.ok(attempt.closed);
  }
  assert.deepEqual(list, [1, 2]);
  assert.equal(w.heard.wait - w.clock.now(), 750);
  w.clock.move(750 + 2 * AGAIN_MS - 1);
  assert.deepEqual(list, [1, 2, 3], 'in the next round it has twice as long');
});

test('a server that says to wait is heeded, in a round, too', () => {
  const w = opened({ known: 3 });
  const list = servers(w);
  w.network.last.end(1006);
  w.clock.move(375);
  w.network.last.accept();
  w.network.last.say({ type: 'error', id: w.network.last.sent[0].id, code: 'retry', after: 20 });
  w.network.last.end(4100);
  assert.equal(w.heard.wait - w.clock.now(), 20_000);
  w.clock.move(19_999);
  assert.deepEqual(list, [1]);
});

test('the first attempt ever has one server, and a pause after it', () => {
  const w = world();
  const list = servers(w);
  w.link.start();
  w.network.last.end(1006);
  assert.deepEqual(list, [0]);
  assert.equal(w.heard.wait - w.clock.now(), 375);
});

test('where others become known the present server stays what it is', () => {
  let known = 2;
  const w = world();
  w.link.servers = () => known;
  w.link.on.welcome = () => { known = 4; };
  const list = servers(w);
  w.link.start();
  w.link.server = 3; // the second of two, in its second turn
  welcome(w);
  w.network.last.end(4100);
  w.clock.move(375);
  assert.deepEqual(list, [0, 1]);
});

test('a server that takes the socket and says nothing holds up nobody: attempts get longer', () => {
  const w = opened();
  w.network.last.end(1006);
  w.clock.move(375);
  for (const ms of [AGAIN_MS, 2 * AGAIN_MS, HELLO_MS, HELLO_MS]) {
    const attempt = w.network.last;
    w.clock.move(ms - 1);
    assert.ok(!attempt.closed, String(ms));
    w.clock.move(1);
    assert.ok(attempt.closed, String(ms));
    w.clock.move(w.heard.wait - w.clock.now());
    assert.notEqual(w.network.last, attempt);
  }
});

test('a slow way has as long again for the welcome', () => {
  const w = opened();
  w.network.last.end(1006);
  w.clock.move(375);
  w.clock.move(AGAIN_MS - 1);
  w.network.last.accept();
  w.clock.move(AGAIN_MS - 1);
  assert.ok(!w.network.last.closed);
  welcome(w);
  assert.equal(w.heard.status.at(-1), 'open');
});

test('asked to try now, it tries the next server when the present one keeps silent', () => {
  const w = opened({ known: 3 });
  const list = servers(w);
  w.network.last.end(1006);
  w.link.retry();
  w.link.retry();
  assert.deepEqual(list, [1, 2]);
});

function doubting(options) {
  const w = opened(options);
  const first = w.network.last;
  const list = servers(w);
  w.link.command('offer', { sdp: 'v=0', restart: true }).catch(() => {});
  return { ...w, first, list };
}

test('a restart without an answer opens a socket to another server beside the silent one, which has the link once it is open', () => {
  const w = doubting();
  const { length } = w.heard.status;
  w.clock.move(ANSWER_MS);
  assert.deepEqual(w.list, [1]);
  assert.deepEqual([w.first.closed, w.network.last.sent], [false, []], 'nobody has said anything yet');
  w.network.last.accept();
  assert.ok(w.first.closed);
  assert.equal(w.network.last.sent[0].resume, 'T1');
  w.first.end(4001);
  welcome(w, { seq: 7 });
  assert.equal(w.network.last.sent.at(-1).restart, true, 'asked again there');
  w.clock.move(MOVE_MS);
  assert.deepEqual([...new Set(w.heard.status.slice(length))], ['open'], 'without a word');
  assert.deepEqual(w.list, [1]);
});

test('a word of the present server keeps the link where it is', () => {
  for (const word of [{ type: 'beat' }, { type: 'you', seq: 1, you: {} }]) {
    const w = doubting();
    w.clock.move(ANSWER_MS);
    const rival = w.network.last;
    w.first.say(word);
    assert.ok(rival.closed);
    rival.accept();
    assert.deepEqual([w.first.closed, rival.sent, w.heard.status.at(-1)], [false, [], 'open']);
    w.clock.move(SILENCE_MS - 1);
    assert.equal(w.network.sockets.length, 2);
    assert.equal(w.heard.status.at(-1), 'open');
  }
});

test('an answer in time casts no doubt, and other commands never do', () => {
  const w = doubting();
  w.clock.move(ANSWER_MS - 1);
  w.first.say({ type: 'ok', id: w.first.sent.at(-1).id, sdp: 'v=0' });
  w.link.command('set', { hand: true }).catch(() => {});
  w.clock.move(SILENCE_MS - 1);
  assert.equal(w.network.sockets.length, 1);
});

test('where the other server says nothing either, the link is lost', () => {
  for (const refuses of [true, false]) {
    const w = doubting();
    w.clock.move(ANSWER_MS);
    const rival = w.network.last;
    if (refuses) rival.end(1006);
    w.clock.move(AGAIN_MS);
    assert.deepEqual([w.first.closed, rival.closed, w.heard.status.at(-1)], [true, true, 'reconnecting']);
    w.clock.move(500);
    assert.deepEqual(w.list, [1, 1]);
  }
});

test('where two say nothing, a third comes first', () => {
  const w = doubting({ known: 3 });
  w.clock.move(ANSWER_MS + AGAIN_MS + 500);
  assert.deepEqual(w.list, [1, 2]);
  assert.ok(w.first.closed);
});

test('who leaves while in doubt leaves no socket behind', () => {
  const w = doubting();
  w.clock.move(ANSWER_MS);
  w.link.leave(false);
  assert.ok(w.first.closed && w.network.last.closed);
  w.clock.move(60_000);
  assert.equal(w.network.sockets.length, 2);
});
