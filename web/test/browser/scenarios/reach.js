import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { guest } from '../gather.js';
import { APART, Lab, PASS, lacking } from '../lab.js';
import { STEADY, listen, listened } from '../sound.js';
import { PATIENCE, until } from '../until.js';

/**
 * Networks as people have them: one with nothing but a proxy, one that lets out nothing
 * but TLS, one that is another one suddenly, one that loses UDP, one that lets out UDP to a relay
 * alone. A facilitator near the server is in a circle with two browsers whose
 * network becomes each of these in turn; nobody loses the seat or does anything
 * about it. The outer scenario begins this test once more in namespaces of its
 * own, where the inner one is.
 */

/** A way out of a network, and bandwidth that is proven anew, take their time on a busy machine. */
const WITHIN_MS = 60_000;

const INSIDE = 'HEARTH_TEST_NETWORK';
const RUN = fileURLToPath(new URL('../run.js', import.meta.url));

/** What the connection that is in use goes over: udp, tcp, or relay and what leads to it. */
function path(person) {
  return person.driver.run(async () => {
    const connection = /** @type {any} */ (window).connections.filter((c) => c.connectionState !== 'closed').at(-1);
    const reports = await connection.getStats();
    const all = [...reports.values()];
    const chosen = all.find(({ type }) => type === 'transport')?.selectedCandidatePairId;
    const pair = reports.get(chosen) ?? all.find((r) => r.type === 'candidate-pair' && (r.selected || (r.nominated && r.state === 'succeeded')));
    const local = reports.get(pair?.localCandidateId);
    return local?.candidateType === 'relay' ? `relay ${local.relayProtocol}` : local?.protocol;
  });
}

/** Connected over such a path. */
function connected(person, over) {
  return until(`${person.name} is connected over ${over}`, async () => {
    const { status, media } = await person.state();
    const now = `${status}, ${media} over ${await path(person)}`;
    if (now !== `open, connected over ${over}`) throw new Error(now); // said if it stays so
    return true;
  }, WITHIN_MS);
}

/** Sound and picture of the two come to each other over such a path; says when each was there. */
async function both(person, staff, over) {
  const start = Date.now();
  const within = { within: WITHIN_MS };
  const after = async (what, done) => {
    await done;
    return `${what} ${((Date.now() - start) / 1000).toFixed(1)} s`;
  };
  const first = await after(`connected over ${over}`, connected(person, over));
  return [first, ...await Promise.all([
    after('heard', staff.hears(person, within)), after('hears', person.hears(staff, within)),
    after('seen', staff.watches(person, within)), after('sees', person.watches(staff, within)),
  ])].join(', ');
}

/** The network becomes another one, and sound and picture are back by themselves, in the same seats. */
async function becomes(stage, { staff, patients }, what, over, change) {
  const seats = () => Promise.all(patients.map((person) => person.seat()));
  const before = await seats();
  const seat = await staff.seat();
  for (const person of patients) await listen(person, seat);
  await change();
  await Promise.all(patients.map(async (person) => {
    const times = await both(person, staff, over);
    const { gap } = await listened(person);
    stage.say(`     ${what}: ${person.name}, ${person.driver.browser}: ${times}; heard nothing for ${(gap / 1000).toFixed(1)} s`);
  }));
  assert.deepEqual(await seats(), before, 'the same seats');
}

const speak = (person) => person.driver.run(async () => (await import('/core/session.js')).setMic(true));

const inside = {
  name: 'reach: one circle in six networks',
  limit: 300_000,
  async run(stage) {
    const lab = await Lab.open(stage);
    const { hearth } = lab;
    const near = Object.assign(Object.create(stage), { chromium: () => lab.chromium });
    const room = stage.room();
    const staff = await guest(near, 'chromium', 'Ada', (await hearth.invite(room, 'facilitator'))[0], STEADY);
    await staff.at('seated');
    await speak(staff);
    const circle = { staff, patients: [] };
    await Promise.all([stage.chromium(), stage.firefox()]); // both are there before a network is bad
    /** @param {'chromium'|'firefox'} browser */
    const enter = async (browser, name, over, from = stage) => {
      const [link] = await hearth.invite(room, 'patient');
      const person = await guest(from, browser, name, link);
      const knocked = Date.now();
      await connected(person, over);
      stage.say(`     ${name}, ${browser}: at the door, connected over ${over} ${((Date.now() - knocked) / 1000).toFixed(1)} s after the knock`);
      await staff.admit(person);
      await speak(person);
      await both(person, staff, over);
      return person;
    };

    await lab.only(PASS.PROXIED);
    const office = await lab.proxied();
    const proxied = Object.assign(Object.create(stage), { chromium: () => office.chromium, firefox: () => office.firefox });
    for (const person of await Promise.all([enter('chromium', 'Fern', 'relay tls', proxied), enter('firefox', 'Reed', 'relay tls', proxied)])) {
      await person.driver.run(async () => (await import('/core/session.js')).leave());
      await person.close();
    }
    await office.stop();

    await lab.only(PASS.TLS);
    circle.patients = await Promise.all([enter('chromium', 'Ash', 'relay tls'), enter('firefox', 'Elm', 'relay tls')]);
    await becomes(stage, circle, 'another address', 'udp', async () => {
      await lab.only();
      await lab.roam();
    });
    await becomes(stage, circle, 'UDP is lost', 'tcp', () => lab.only(PASS.TCP));
    circle.patients.push(await enter('firefox', 'Wren', 'tcp'));
    await becomes(stage, circle, 'a relay over UDP alone', 'relay udp', () => lab.only(PASS.PAGE, PASS.UDP_RELAY));
  },
};

/** The scenario inside may take so long, the server's build and the browsers' start included. */
const INSIDE_MS = 330_000;

/** Runs the scenarios of that name inside. */
async function within(name) {
  const child = spawn(APART[0], [...APART.slice(1), process.execPath, RUN, name], { env: { ...process.env, [INSIDE]: '1' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { said += data; });
  const timer = setTimeout(() => child.kill('SIGTERM'), INSIDE_MS * PATIENCE);
  const code = await new Promise((done) => child.on('close', done));
  clearTimeout(timer);
  return { code, said: said.trimEnd() };
}

const outside = {
  name: 'reach: behind a proxy, behind TLS alone, at another address, without UDP and over relays, a circle goes on (M-M2, M-M3, S-12)',
  long: true,
  limit: INSIDE_MS + 20_000,
  async run(stage) {
    const why = await lacking();
    if (why) return stage.say(`     (not tried: a network of our own cannot be made here: ${why})`);
    const { code, said } = await within('reach');
    stage.say(said.replace(/^/gm, '     '));
    assert.equal(code, 0, 'the scenario inside');
  },
};

export const scenarios = [process.env[INSIDE] ? inside : outside];
