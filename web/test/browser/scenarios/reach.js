import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gathered } from '../gather.js';
import { PATIENCE, until } from '../until.js';

/**
 * Networks that let no UDP through, as those of some workplaces. Server and
 * browsers run in a network of their own (namespaces(7)), whose loopback
 * interface, over which all that is local goes, loses every packet of UDP
 * without a word. The first scenario begins this test once more in there, where
 * the others are; all of it ends with its process.
 */

const run = promisify(execFile);
const INSIDE = 'HEARTH_TEST_NETWORK';
const RUN = fileURLToPath(new URL('../run.js', import.meta.url));

/** One address besides loopback, which browsers pair with, and a queue for what is to be lost. */
const SETUP = [
  'set -e',
  'ip link set lo up',
  'ip link add name here type veth peer name there',
  'ip addr add 10.99.9.1/24 dev here',
  'ip link set here up',
  'ip link set there up',
  'ip route add default via 10.99.9.2', // nobody is there, but Firefox asks which way it would be
  'tc qdisc add dev lo root handle 1: htb default 1 2>/dev/null',
  'tc class add dev lo parent 1: classid 1:1 htb rate 10gbit 2>/dev/null',
  'tc class add dev lo parent 1: classid 1:2 htb rate 8bit 2>/dev/null',
  'tc qdisc add dev lo parent 1:2 bfifo limit 1', // bytes: no packet fits
].join('\n');

/** From now on no packet of UDP arrives; it ends with pass. */
const block = () => run('tc', ['filter', 'add', 'dev', 'lo', 'parent', '1:', 'protocol', 'ip', 'u32', 'match', 'ip', 'protocol', '17', '0xff', 'flowid', '1:2']);
const pass = () => run('tc', ['filter', 'del', 'dev', 'lo', 'parent', '1:']);

/** What the connection that is in use goes over. */
function path(person) {
  return person.driver.run(async () => {
    const connection = /** @type {any} */ (window).connections.filter((c) => c.connectionState !== 'closed').at(-1);
    const reports = await connection.getStats();
    const all = [...reports.values()];
    const chosen = all.find(({ type }) => type === 'transport')?.selectedCandidatePairId;
    const pair = reports.get(chosen) ?? all.find((r) => r.type === 'candidate-pair' && (r.selected || (r.nominated && r.state === 'succeeded')));
    return reports.get(pair?.localCandidateId)?.protocol;
  });
}

/** Everybody sees everybody, hears the facilitator, and all of it comes over UDP, or over TCP. */
async function flows({ staff, patients }, protocol) {
  const all = [staff, ...patients];
  await staff.driver.run(async () => (await import('/core/session.js')).setMic(true));
  for (const person of all) await until(`${person.name} is connected over ${protocol}`, async () => await path(person) === protocol, 60_000);
  for (const person of all) for (const other of all) if (person !== other) await person.watches(other, { within: 60_000 });
  for (const person of patients) await person.hears(staff, { within: 60_000 });
  for (const person of all) assert.equal(await path(person), protocol, `${person.name}'s path`);
}

const inside = [
  {
    name: 'reach: there is no UDP from the beginning',
    limit: 240_000,
    async run(stage) {
      await block();
      try {
        await flows(await gathered(stage, ['firefox']), 'tcp');
      } finally {
        await pass();
      }
    },
  },
  {
    name: 'reach: UDP is lost in the middle',
    limit: 240_000,
    async run(stage) {
      const circle = await gathered(stage, ['chromium']);
      await flows(circle, 'udp');
      await block();
      try {
        await flows(circle, 'tcp');
      } finally {
        await pass();
      }
    },
  },
];

/** Why no such network can be made here; null if it can. */
async function lacking() {
  try {
    await run('unshare', ['--net', 'sh', '-c', SETUP]);
    return null;
  } catch (error) {
    return String(error.stderr || error.message).trim().split('\n').at(-1);
  }
}

/** The scenarios inside may take so long, the server's build and the browsers' start included. */
const INSIDE_MS = 390_000;

/** Runs the scenarios of that name inside. */
async function within(name) {
  const child = spawn('unshare', ['--net', 'sh', '-c', `${SETUP}\nexec "$0" "$@"`, process.execPath, RUN, name], { env: { ...process.env, [INSIDE]: '1' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { said += data; });
  const timer = setTimeout(() => child.kill('SIGTERM'), INSIDE_MS * PATIENCE);
  const code = await new Promise((done) => child.on('close', done));
  clearTimeout(timer);
  return { code, said: said.trim() };
}

const outside = [
  {
    name: 'reach: without UDP, pictures and sound come over TCP',
    limit: INSIDE_MS + 20_000,
    async run() {
      const why = await lacking();
      if (why) return console.log(`     (not tried: a network without UDP cannot be made here: ${why})`);
      const { code, said } = await within('reach');
      console.log(said.replace(/^/gm, '     '));
      assert.equal(code, 0, 'the scenarios inside');
    },
  },
];

export const scenarios = process.env[INSIDE] ? inside : outside;
