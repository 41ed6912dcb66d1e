import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Peer } from '../../core/peer.js';
import { OPEN } from '../../core/layers.js';

globalThis.RTCRtpReceiver ??= class { static getCapabilities() { return null; } };

/** A sender that takes its time, and breaks when two changes meet, as browsers do. */
class SlowSender {
  log = [];
  busy = 0;
  track = null;
  constructor(encodings = []) { this.encodings = encodings; }
  getParameters() { return { transactionId: String(this.log.length), encodings: structuredClone(this.encodings) }; }
  async change(name, apply) {
    if (++this.busy > 1) throw new Error('two changes at once');
    await new Promise((next) => setTimeout(next, 1));
    apply();
    this.log.push(name);
    this.busy--;
  }
  replaceTrack(track) { return this.change(track ? track.id : 'none', () => { this.track = track; }); }
  setParameters({ encodings }) { return this.change(encodings.filter((e) => e.active).map((e) => e.rid).join(''), () => { this.encodings = encodings; }); }
}

class FakeConnection {
  constructor(config) { this.config = config; this.lines = []; }
  addTransceiver(kind, init) {
    const line = { kind, init, sender: new SlowSender(structuredClone(init.sendEncodings)), receiver: { track: { kind } } };
    this.lines.push(line);
    return line;
  }
  setConfiguration(config) { this.config = config; }
  getStats = async () => new Map(this.stats.map((s, i) => [String(i), s]));
}

const made = (start, seats = 1) => new Peer(seats, start, (config) => /** @type {any} */ (new FakeConnection(config)));

test('the lines are those of the protocol, in its order', () => {
  const { lines } = made({}, 2).connection;
  assert.deepEqual(lines.map((l) => `${l.kind} ${l.init.direction}`), ['audio sendonly', 'video sendonly', 'video sendonly', ...Array(2).fill(['audio recvonly', 'video recvonly']).flat()]);
});

test('a connection begins with the layers and the relays of now', () => {
  const relays = [{ urls: ['turn:host'], username: 'u', credential: 'c' }];
  const peer = made({ relays, output: { high: false, saver: false } });
  assert.deepEqual(peer.connection.config, { bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require', iceServers: relays });
  assert.deepEqual(peer.camera.init.sendEncodings.map((e) => [e.rid, e.active]), [['l', true], ['h', false]]);
  peer.relays([]);
  assert.deepEqual(peer.connection.config, { bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require', iceServers: [] });
});

test('relays a browser cannot read cost nothing but the relays', () => {
  const asked = [];
  const peer = new Peer(1, { relays: [{ urls: ['turn:odd'] }] }, (config) => {
    asked.push(config.iceServers.length);
    if (config.iceServers.length) throw new SyntaxError();
    return /** @type {any} */ (new FakeConnection(config));
  });
  assert.deepEqual(asked, [1, 0]);
  peer.connection.setConfiguration = () => { throw new SyntaxError(); };
  peer.relays([{ urls: ['turn:odd'] }]);
  assert.throws(() => new Peer(1, {}, () => { throw new RangeError(); }), RangeError);
});

test('tracks and layers change one after another, and the last wish of each holds', async () => {
  const peer = made({ output: OPEN });
  const sender = /** @type {any} */ (peer.camera.sender);
  const camera = /** @type {any} */ ({ id: 'camera' });
  const steps = [peer.send(null, camera), peer.output({ high: false, saver: false }), peer.send(null, null), peer.output(OPEN), peer.send(null, camera)];
  await Promise.all(steps);
  assert.deepEqual(sender.log, ['camera', 'l', 'none', 'lh', 'camera']);
  assert.equal(sender.track, camera);
});

test('a change that breaks does not hold up those after it', async () => {
  const peer = made({ output: OPEN });
  const sender = /** @type {any} */ (peer.camera.sender);
  sender.setParameters = async () => { throw new Error('not now'); };
  const camera = /** @type {any} */ ({ id: 'camera' });
  await assert.rejects(peer.output({ high: false, saver: false }));
  await peer.send(null, camera);
  assert.equal(sender.track, camera);
});

test('whatever comes is a sign of life; counters are read only when nothing is played', async () => {
  const peer = made({});
  const connection = /** @type {any} */ (peer.connection);
  let asked = 0;
  connection.stats = [{ type: 'candidate-pair', bytesReceived: 40 }, { type: 'candidate-pair', bytesReceived: 2 }, { type: 'inbound-rtp', bytesReceived: 900 }];
  connection.getStats = async () => { asked++; return new Map(connection.stats.map((s, i) => [String(i), s])); };
  const grows = async () => { const [a, b] = [await peer.signs(), await peer.signs()]; return b > a; };
  await peer.signs();
  assert.equal(await grows(), false);
  connection.stats[1].bytesReceived++;
  assert.equal(await grows(), false, 'seen by the first of two looks');
  const before = await peer.signs();
  connection.stats[0].bytesReceived++;
  assert.ok(await peer.signs() > before);
  connection.stats.length = 1; // the browser forgot a path
  assert.equal(await grows(), false);
  const { video } = /** @type {any} */ (peer.seats[0]);
  let at = 1000;
  video.getSynchronizationSources = () => [{ timestamp: at += 33 }];
  asked = 0;
  assert.equal(await grows(), true);
  assert.equal(asked, 0);
  video.getSynchronizationSources = () => [{ timestamp: at }];
  connection.stats[0].bytesReceived += 1000;
  assert.equal(await grows(), false, 'the same frame is no news, nor are the bytes it came with');
  connection.stats[0].bytesReceived++;
  const last = await peer.signs(false);
  assert.equal(await peer.signs(false), last, 'the counters are left alone');
  assert.ok(await peer.signs() > last);
});

test('a browser that does not say is no silence', async () => {
  const peer = made({});
  /** @type {any} */ (peer.connection).stats = [{ type: 'candidate-pair' }];
  assert.equal(await peer.signs(), null);
});
