import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONNECT_MS, CROSS_MS, Media, PATIENCE_MS, SETTLE_MS } from '../../core/media.js';
import { LOOK_MS, SILENT_MS } from '../../core/pulse.js';
import { FakeClock } from './fakes.js';

class FakePeer {
  static made = [];
  constructor(seats, start) {
    this.seats = seats;
    this.start = start;
    this.bytes = 0;
    this.heard = false; // somebody who does not come over the next connection
    this.log = [];
    this.connection = { connectionState: 'new', iceConnectionState: 'new', onconnectionstatechange: null, oniceconnectionstatechange: null };
    FakePeer.made.push(this);
  }
  async offer() { this.log.push('offer'); return `offer-${FakePeer.made.length}`; }
  async restart() { this.log.push('restart'); return 'restart'; }
  async answer(sdp) { this.log.push(sdp); }
  relays(servers) { this.log.push(`relays ${servers.map((s) => s.username)}`); }
  async output({ high, saver }) { this.log.push(`${high ? 'high' : 'low'}${saver ? ' saver' : ''}`); }
  ahead() { return this.heard; }
  async signs() { return this.bytes; }
  async send(mic, camera) { this.log.push(`send ${mic} ${camera}`); }
  close() { this.log.push('close'); }
  is(connectionState, iceConnectionState = connectionState) {
    Object.assign(this.connection, { connectionState, iceConnectionState });
    this.connection.oniceconnectionstatechange?.();
  }
}

function world(negotiate = async () => ({ sdp: 'answer' })) {
  FakePeer.made = [];
  const clock = new FakeClock();
  const sent = [];
  const played = [];
  const media = new Media({
    clock,
    negotiate: (sdp, restart) => { sent.push([sdp, restart]); return negotiate(sent.length); },
    onpeer: () => {},
    onplay: (peer, which) => { if (!which) played.push(peer); },
    make: (seats, start) => new FakePeer(seats, start),
  });
  return { clock, media, sent, played, peer: () => FakePeer.made.at(-1), settle: () => media.turn };
}

async function connected(w) {
  w.media.prepare(16);
  await w.media.connect();
  w.peer().is('connected');
  return w;
}

test('the offer is made early and sent once, after the knock', async () => {
  const w = world();
  await w.media.prepare(16);
  assert.deepEqual(w.peer().log, ['offer']);
  assert.equal(w.sent.length, 0);
  await w.media.connect();
  assert.deepEqual(w.sent, [['offer-1', false]]);
  assert.equal(w.media.state.value, 'connecting');
  w.peer().is('connected');
  assert.equal(w.media.state.value, 'connected');
  assert.equal(FakePeer.made.length, 1);
});

test('a short gap heals by itself', async () => {
  const w = await connected(world());
  w.peer().is('connected', 'disconnected');
  w.clock.move(PATIENCE_MS - 1);
  w.peer().is('connected', 'connected');
  w.clock.move(60_000);
  await w.settle();
  assert.equal(w.sent.length, 1);
});

test('a longer one restarts ICE on the same connection', async () => {
  const w = await connected(world());
  w.peer().is('disconnected', 'disconnected');
  w.clock.move(PATIENCE_MS);
  await w.settle();
  assert.deepEqual(w.sent.at(-1), ['restart', true]);
  assert.equal(FakePeer.made.length, 1);
});

test('a failed restart becomes a new connection with the same seats', async () => {
  const w = await connected(world(async (n) => { if (n === 2) throw { code: 'no_peer' }; return { sdp: 'answer' }; }));
  w.peer().is('failed', 'failed');
  w.clock.move(0);
  await w.settle();
  assert.deepEqual(w.sent.map(([, restart]) => restart), [false, true, false]);
  assert.equal(FakePeer.made.length, 2);
  assert.ok(FakePeer.made[0].log.includes('close'));
  assert.equal(w.peer().seats, 16);
  w.peer().is('connected');
  assert.equal(w.media.state.value, 'connected');
});

test('a restart that does not connect in time becomes a new connection too', async () => {
  const w = await connected(world());
  w.peer().is('failed', 'failed');
  w.clock.move(0);
  await w.settle();
  w.clock.move(CONNECT_MS);
  await w.settle();
  assert.deepEqual(w.sent.map(([, restart]) => restart), [false, true, false]);
});

test('a connection that never comes up is tried again, slower each time, and the page knows', async () => {
  const w = world();
  await w.media.connect();
  w.clock.move(CONNECT_MS);
  await w.settle();
  assert.equal(w.media.state.value, 'failed');
  w.clock.move(500);
  await w.settle();
  assert.equal(w.sent.length, 2);
  assert.equal(w.media.state.value, 'connecting');
});

test('another network: restart at once', async () => {
  const w = await connected(world());
  await w.media.restart();
  assert.deepEqual(w.sent.at(-1), ['restart', true]);
});

test('after close nothing is tried again', async () => {
  const w = await connected(world());
  const peer = w.peer();
  w.media.close();
  peer.is('failed', 'failed');
  w.clock.move(60_000);
  await w.settle();
  assert.equal(w.sent.length, 1);
  assert.equal(w.media.state.value, 'idle');
  assert.ok(peer.log.includes('close'));
});

/** Seconds go by; each brings something, or nothing. */
async function pass(w, seconds, bytes) {
  for (let i = 0; i < seconds * 4; i++) {
    w.peer().bytes += bytes;
    w.clock.move(LOOK_MS);
    for (let j = 0; j < 8; j++) await null;
  }
}

test('too long without anything: a restart, whatever ICE says', async () => {
  const w = await connected(world());
  await pass(w, 30, 100);
  assert.equal(w.sent.length, 1);
  await pass(w, SILENT_MS / 1000 + 0.5, 0);
  await w.settle();
  assert.deepEqual(w.sent.at(-1), ['restart', true]);
  assert.equal(w.media.state.value, 'connecting', 'what ICE believes is no proof');
  w.peer().bytes += 100;
  await pass(w, 1, 0);
  assert.equal(w.media.state.value, 'connected');
  await pass(w, 30, 100);
  assert.equal(w.sent.length, 2);
  assert.equal(FakePeer.made.length, 1);
});

test('still nothing after the restart: a new connection, which is judged for itself', async () => {
  const w = await connected(world());
  await pass(w, 2, 100);
  await pass(w, 2.5, 0);
  await w.settle();
  await pass(w, CONNECT_MS / 1000 + 0.5, 0);
  await w.settle();
  assert.deepEqual(w.sent.map(([, restart]) => restart), [false, true, false]);
  assert.equal(FakePeer.made.length, 2);
  w.peer().is('connected');
  assert.equal(w.media.state.value, 'connected');
  await pass(w, 10, 100);
  assert.equal(w.sent.length, 3);
});

test('after close nobody looks any more', async () => {
  const w = await connected(world());
  w.media.close();
  await pass(w, 10, 0);
  assert.equal(w.sent.length, 1);
  assert.equal(w.clock.timers.length, 0);
});

test('relays and layers hold for this connection and for every new one', async () => {
  const w = world();
  const relays = [{ urls: ['turn:host'], username: 'a', credential: 'c' }];
  w.media.offered(relays);
  w.media.allow({ high: false, saver: true });
  await connected(w);
  assert.deepEqual(w.peer().start, { relays, output: { high: false, saver: true } });
  w.media.offered([{ ...relays[0] }]);
  w.media.offered([{ ...relays[0], username: 'b' }]);
  w.media.allow({ high: true, saver: false });
  assert.deepEqual(w.peer().log.filter((l) => /^(relays|high|low)/.test(l)), ['relays b', 'high']);
  w.peer().is('failed', 'failed');
  w.clock.move(0);
  await w.settle();
  w.clock.move(CONNECT_MS);
  await w.settle();
  assert.deepEqual(w.peer().start, { relays: [{ ...relays[0], username: 'b' }], output: { high: true, saver: false } });
});

test('a room that moves: the new connection is fed beside the old one, which plays until all is settled', async () => {
  const w = await connected(world());
  const before = w.peer();
  await w.media.move();
  const after = w.peer();
  assert.notEqual(after, before);
  assert.equal(w.media.state.value, 'connected', 'nothing is shown of it');
  after.is('connected');
  w.media.send('mic', 'camera');
  assert.equal(before.log.at(-1), 'send mic camera');
  assert.equal(after.log.at(-1), 'send mic camera');
  assert.deepEqual(w.played, [before]);
  w.media.settled();
  assert.deepEqual(w.played, [before, after]);
  assert.equal(before.log.at(-1), 'close');
  assert.equal(after.log.includes('close'), false);
  w.media.settled();
  assert.equal(w.played.length, 2, 'once');
});

test('a room that moves and never says that it has settled', async () => {
  const w = await connected(world());
  const before = w.peer();
  await w.media.move();
  w.peer().is('connected');
  w.clock.move(SETTLE_MS - 1);
  assert.equal(before.log.includes('close'), false);
  w.clock.move(1);
  assert.equal(before.log.at(-1), 'close');
  assert.equal(w.played.at(-1), w.peer());
});

test('who comes late to a room that has settled plays the old connection until the new one is there', async () => {
  const w = await connected(world());
  const before = w.peer();
  const moved = w.media.move();
  w.media.settled(); // the welcome says so
  await moved;
  assert.equal(before.log.includes('close'), false);
  w.peer().is('connected');
  assert.equal(before.log.at(-1), 'close');
  assert.equal(w.played.at(-1), w.peer());
});

test('who is heard over the old connection alone is heard there until they come over, or it has to end', async () => {
  for (const late of [CROSS_MS, SETTLE_MS]) {
    const w = await connected(world());
    const before = w.peer();
    before.heard = true;
    await w.media.move();
    w.peer().is('connected');
    w.media.settled();
    w.clock.move(late - 1);
    assert.equal(before.log.includes('close'), false);
    before.heard = late === SETTLE_MS;
    w.clock.move(1);
    assert.equal(before.log.at(-1), 'close');
    assert.equal(w.played.at(-1), w.peer());
    const plays = w.played.length;
    w.clock.move(60_000);
    assert.equal(w.played.length, plays, 'once');
  }
});

test('a room that moves twice plays the first connection until the last is there', async () => {
  const w = await connected(world());
  const first = w.peer();
  await w.media.move();
  const second = w.peer();
  await w.media.move();
  assert.equal(second.log.at(-1), 'close');
  assert.equal(first.log.includes('close'), false);
  w.peer().is('connected');
  w.media.settled();
  assert.equal(first.log.at(-1), 'close');
  assert.equal(w.played.at(-1), w.peer());
});

test('closing while the room moves leaves no connection', async () => {
  const w = await connected(world());
  const before = w.peer();
  await w.media.move();
  w.media.close();
  assert.equal(before.log.at(-1), 'close');
  assert.equal(w.peer().log.at(-1), 'close');
  w.clock.move(60_000);
  assert.equal(FakePeer.made.length, 2);
});

test('a new connection that takes its time beside the old one is not restarted', async () => {
  const w = await connected(world());
  await w.media.move();
  const offers = w.sent.length;
  w.peer().is('connecting', 'disconnected'); // as Firefox says while it looks for a way
  w.clock.move(PATIENCE_MS + 1);
  await w.settle();
  assert.equal(w.sent.length, offers);
  assert.equal(w.media.state.value, 'connected');
});
