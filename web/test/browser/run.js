import { mkdirSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openChromium, openFirefox } from './browsers.js';
import { Hearth, build } from './server.js';
import { PATIENCE, pause } from './until.js';

/**
 * Runs the browser scenarios against the real server, one after another, in
 * two browsers that are started once. `npm run browser -- circle` runs those
 * whose name contains "circle". Each scenario is {name, run(stage)}, with a
 * limit of its own where it needs one.
 */

const OUT = fileURLToPath(new URL('../out/', import.meta.url));

/** No scenario may take longer, unless it says so. */
const LIMIT_MS = 120_000;

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
  return all.filter(({ name }) => wanted.length === 0 || wanted.some((w) => name.includes(w)));
}

/** What helps to understand a failure: every page's console and picture. */
async function dump(stage, name) {
  const slug = name.replace(/[^a-z0-9]+/gi, '-');
  for (const [i, person] of stage.people.entries()) {
    const { console: lines, errors } = person.driver.heard;
    console.log(`    ${person.name} (${person.driver.browser}) at ${person.driver.url().replace(/#.*/, '')}`);
    for (const line of [...errors.map((e) => `pageerror: ${e}`), ...lines].slice(-15)) console.log(`      ${line.slice(0, 300)}`);
    const state = await Promise.race([person.state().catch((e) => e.message.split('\n')[0]), pause(2000)]);
    console.log(`      state: ${JSON.stringify(state)}`);
    await Promise.race([person.driver.shot(`${OUT}failed-${slug}-${i}.png`).catch(() => {}), pause(4000)]);
  }
  const server = await stage.opened.hearth?.catch(() => null);
  const output = ((stage.extra.find((child) => child.child)?.child ?? server?.child)?.output ?? '').replace(/#\S+/g, '#...');
  if (output) console.log(output.split('\n').slice(-12).map((line) => `      server: ${line.slice(0, 300)}`).join('\n'));
}

async function runOne(stage, { name, run, limit: most = LIMIT_MS }) {
  const start = Date.now();
  let timer;
  const limit = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`longer than ${most * PATIENCE / 1000} s`)), most * PATIENCE); });
  try {
    await Promise.race([run(stage), limit]);
    console.log(`ok   ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
    return true;
  } catch (error) {
    console.log(`FAIL ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)\n    ${error.stack?.split('\n').slice(0, 6).join('\n    ')}`);
    await dump(stage, name);
    return false;
  } finally {
    clearTimeout(timer);
    await stage.endScenario();
  }
}

async function main() {
  mkdirSync(OUT, { recursive: true });
  const list = await scenarios(process.argv.slice(2));
  const built = await build();
  const stage = new Stage(built);
  const results = [];
  const end = async () => {
    await stage.close();
    built.remove();
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => end().finally(() => process.exit(1)));
  try {
    for (const scenario of list) results.push(await runOne(stage, scenario));
  } finally {
    await end();
  }
  const failed = results.filter((passed) => !passed).length;
  console.log(`${results.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || results.length === 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
