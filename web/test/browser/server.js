import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { until } from './until.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Where to get help now, as this clinic says it. */
export const CRISIS = 'If you are in danger, call your local emergency number.';

/** A free loopback port, of this moment. @returns {Promise<number>} */
export async function freePort() {
  const server = createServer();
  await new Promise((ready) => server.listen(0, '127.0.0.1', () => ready(null)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Builds the real server once into a folder of its own. */
export async function build() {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-browser-'));
  const binary = join(folder, 'hearth');
  await run('go', ['build', '-o', binary, './cmd/hearth'], { cwd: root, env: { ...process.env, CGO_ENABLED: '0' } });
  return { binary, folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A child process of ours: ended by its own id, and waited for. */
class Child {
  constructor(command, args, env, name) {
    this.name = name;
    this.output = '';
    this.process = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.gone = new Promise((done) => this.process.on('exit', done));
    for (const stream of [this.process.stdout, this.process.stderr]) stream?.on('data', (data) => { this.output = (this.output + data).slice(-20_000); });
  }

  get alive() {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  async stop(signal = 'SIGTERM') {
    if (this.alive) this.process.kill(/** @type {any} */ (signal));
    const timer = setTimeout(() => this.alive && this.process.kill('SIGKILL'), 5000);
    await this.gone;
    clearTimeout(timer);
  }
}

/** A real redis-server that keeps nothing. */
export class Redis {
  child = /** @type {Child} */ (/** @type {any} */ (null));
  url = '';

  static async open(folder) {
    const port = await freePort();
    const child = new Child('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder], process.env, 'redis');
    await until('redis answers', () => child.output.includes('Ready to accept connections'));
    return Object.assign(new Redis(), { child, url: `redis://127.0.0.1:${port}/0` });
  }

  stop() {
    return this.child.stop();
  }
}

/** One Hearth server with its own ports and its own key. */
export class Hearth {
  binary = '';
  origin = '';
  ops = '';
  /** @type {Record<string, string|undefined>} */
  env = {};
  child = /** @type {Child} */ (/** @type {any} */ (null));
  elsewhere = /** @type {Elsewhere} */ (/** @type {any} */ (null));

  /**
   * @param {{binary: string, folder: string}} built
   * @param {Record<string, string>} [settings] HEARTH_ variables without the prefix
   */
  static async open(built, settings = {}) {
    const hearth = new Hearth();
    const [page, ops, elsewhere] = [await freePort(), await freePort(), await Elsewhere.open()];
    hearth.binary = built.binary;
    hearth.elsewhere = elsewhere;
    hearth.origin = `http://localhost:${page}`;
    hearth.ops = `http://127.0.0.1:${ops}`;
    hearth.env = {
      PATH: process.env.PATH, HOME: built.folder,
      HEARTH_ADDR: `localhost:${page}`, HEARTH_OPS_ADDR: `127.0.0.1:${ops}`,
      HEARTH_KEY_FILE: join(built.folder, 'key'), HEARTH_EXIT_URL: elsewhere.url,
      HEARTH_JOINS: '1000', HEARTH_CRISIS_TEXT: CRISIS, HEARTH_CLINIC_CONTACT: 'Call the front desk.',
      ...Object.fromEntries(Object.entries(settings).map(([key, value]) => [`HEARTH_${key}`, value])),
    };
    await hearth.start();
    return hearth;
  }

  async start() {
    this.child = new Child(this.binary, [], this.env, 'hearth');
    await until('the server is ready', async () => {
      if (!this.child.alive) throw new Error(`the server ended: ${this.child.output.slice(-1500)}`);
      return (await fetch(`${this.ops}/readyz`)).ok;
    }, 15_000);
  }

  /**
   * Invitations, made as an operator makes them.
   * @param {string} room
   * @param {'patient'|'facilitator'|'support'} role
   * @param {number} [count]
   * @param {string[]} [more] flags of `hearth invite`
   * @returns {Promise<string[]>}
   */
  async invite(room, role, count = 1, more = []) {
    const number = more.includes('--roster') && role === 'patient' ? [] : ['--count', String(count)]; // a roster has its own number
    const { stdout } = await run(this.binary, ['invite', '--room', room, '--role', role, ...number, ...more], { env: this.env });
    const links = stdout.match(/https?:\/\/\S+#\S+/g) ?? [];
    if (links.length !== count) throw new Error(`asked for ${count} links, got ${links.length}`);
    return links;
  }

  async stop() {
    await this.child?.stop();
    await this.elsewhere?.close();
  }
}

/** The neutral site "Leave quickly" goes to: another origin, on this machine. */
class Elsewhere {
  url = '';
  server = /** @type {import('node:http').Server} */ (/** @type {any} */ (null));

  static async open() {
    const { createServer: serve } = await import('node:http');
    const site = new Elsewhere();
    site.server = serve((_request, response) => { response.setHeader('Content-Type', 'text/html'); response.end('<!doctype html><title>Weather</title><p>Sunny.</p>'); });
    await new Promise((ready) => site.server.listen(0, '127.0.0.1', () => ready(null)));
    site.url = `http://127.0.0.1:${/** @type {any} */ (site.server.address()).port}/`;
    return site;
  }

  close() {
    this.server.closeAllConnections();
    return new Promise((closed) => this.server.close(closed));
  }
}
