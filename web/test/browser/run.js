import { mkdirSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { PICTURES } from './album.js';
import { openChromium, openFirefox } from './browsers.js';
import { Hearth, build } from './server.js';
import { PATIENCE, pause } from './until.js';

/**
 * Runs the browser scenarios against the real server. `npm run browser --
 * circle` runs those whose name contains "circle". Each scenario is {name,
 * run(stage)}, with a limit of its own where it needs one. Those that only
 * take pictures are run by `npm run pictures`; the long ones, in which
 * browsers send and watch for minutes, by `npm run long` or by name.
 *
 * A stage is a server and two browsers, started once. Browsers that encode and
 * decode keep two cores busy, so there is a stage for every two; the light
 * scenarios, of one page without a circle, come last, one for each core.
 */

const OUT = fileURLToPath(new URL('../out/', import.meta.url));

/** No scenario may take longer, unless it says so. */
const LIMIT_MS = 120_000;

/** Whether it is the turn of the scenarios that take minutes. */
const LONG = Boolean(process.env.HEARTH_LONG);

/** How many scenarios run side by side, and how many light ones. */
const STAGES = Math.max(1, Math.floor(availableParallelism() / 2));
const LIGHT_STAGES = availableParallelism();

/** What scenarios share: browsers, servers, and the people of the one that runs. */
export class Stage {
  constructor(built) {
    this.built = built;
    this.out = OUT;
    /** @type {import('./person.js').Person[]} */
    this.people = [];
    this.opened = { chromium: null, firefox: null, hearth: null };
    this.extra = [];
    this.rooms = 0;
    /** @type {string[]} what the scenario that runs has to say; printed at its end */
    this.said = [];
  }

  /** @param {string} line */
  say(line) {
    this.said.push(line);
  }

  chromium() {
    return (this.opened.chromium ??= openChromium());
  }

  firefox() {
    return (this.opened.firefox ??= openFirefox());
  }

  /** The server most scenarios share; each takes a room of its own. @returns {Promise<Hearth>} */
  hearth() {
    return (this.opened.hearth ??= Hearth.open(this.built));
  }

  /** A server for this scenario alone. */
  async ownHearth(settings) {
    const hearth = await Hearth.open(this.built, settings);
    this.extra.push(hearth);
    return hearth;
  }

  room() {
    return `room-${++this.rooms}`;
  }

  async endScenario() {
    await Promise.all(this.people.map((person) => person.close()));
    await Promise.all(this.extra.map((child) => child.stop()));
    this.people = [];
    this.extra = [];
  }

  async close() {
    await this.endScenario();
    const { chromium, firefox, hearth } = this.opened;
    await (await chromium?.catch(() => null))?.close();
    await (await firefox?.catch(() => null))?.close();
    await (await hearth?.catch(() => null))?.stop();
  }
}

async function scenarios(wanted) {
  const folder = new URL('scenarios/', import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith('.js')).sort();
  const all = [];
  for (const file of files) all.push(...(await import(new URL(file, folder).href)).scenarios);
  // The longest first, so that none is left for the end.
  all.sort((a, b) => (b.limit ?? LIMIT_MS) - (a.limit ?? LIMIT_MS));
  if (wanted.length > 0) return all.filter(({ name, pictures }) => (PICTURES || !pictures) && wanted.some((w) => name.includes(w)));
  return all.filter(({ pictures, long = false }) => (PICTURES || !pictures) && long === LONG);
}

/** What helps to understand a failure: every page's console and picture. */
async function dump(stage, name) {
  const slug = name.replace(/[^a-z0-9]+/gi, '-');
  for (const [i, person] of stage.people.entries()) {
    const { console: lines, errors } = person.driver.heard;
    stage.say(`    ${person.name} (${person.driver.browser}) at ${person.driver.url().replace(/#.*/, '')}`);
    for (const line of [...errors.map((e) => `pageerror: ${e}`), ...lines].slice(-15)) stage.say(`      ${line.slice(0, 300)}`);
    const state = await Promise.race([person.state().catch((e) => e.message.split('\n')[0]), pause(2000)]);
    stage.say(`      state: ${JSON.stringify(state)}`);
    await Promise.race([person.driver.shot(`${OUT}failed-${slug}-${i}.png`).catch(() => {}), pause(4000)]);
  }
  const server = await stage.opened.hearth?.catch(() => null);
  const output = ((stage.extra.find((child) => child.child)?.child ?? server?.child)?.output ?? '').replace(/#\S+/g, '#...');
  if (output) stage.say(output.split('\n').slice(-12).map((line) => `      server: ${line.slice(0, 300)}`).join('\n'));
}

/** One scenario; what it says comes out in one piece. */
async function runOne(stage, { name, run, limit: most = LIMIT_MS }) {
  const start = Date.now();
  const taken = () => `${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`;
  let timer;
  const limit = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`longer than ${most * PATIENCE / 1000} s`)), most * PATIENCE); });
  try {
    await Promise.race([run(stage), limit]);
    stage.say(`ok   ${taken()}`);
    return true;
  } catch (error) {
    stage.say(`FAIL ${taken()}\n    ${error.stack?.replace(/#\S+/g, '#...').split('\n').slice(0, 6).join('\n    ')}`);
    await dump(stage, name);
    return false;
  } finally {
    clearTimeout(timer);
    await stage.endScenario();
    console.log(stage.said.splice(0).join('\n'));
  }
}

/** Plays the list on all these stages, each taking the next. @returns {Promise<boolean[]>} which passed */
async function play(stages, list) {
  const results = [];
  await Promise.all(stages.map(async (stage) => {
    for (let scenario = list.shift(); scenario; scenario = list.shift()) results.push(await runOne(stage, scenario));
  }));
  return results;
}

async function main() {
  mkdirSync(OUT, { recursive: true });
  const list = await scenarios(process.argv.slice(2));
  const built = await build();
  const stages = Array.from({ length: Math.max(STAGES, LIGHT_STAGES) }, () => new Stage(built));
  const end = async () => {
    await Promise.all(stages.map((stage) => stage.close()));
    built.remove();
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => end().finally(() => process.exit(1)));
  try {
    const full = list.filter((scenario) => !scenario.light);
    const light = list.filter((scenario) => scenario.light);
    const results = [...await play(stages.slice(0, STAGES), full), ...await play(stages.slice(0, LIGHT_STAGES), light)];
    const failed = results.filter((passed) => !passed).length;
    console.log(`${results.length - failed} passed, ${failed} failed`);
    process.exitCode = failed > 0 || results.length === 0 ? 1 : 0;
  } finally {
    await end();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
