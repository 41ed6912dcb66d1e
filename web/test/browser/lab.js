import { execFile, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { believe, issue } from './authority.js';
import { CHROMIUM, openChromium, openFirefox } from './browsers.js';
import { CRISIS, Hearth } from './server.js';

/**
 * A network of namespaces: the server and who is near it, a router that can
 * be told what to lose, and everybody else - this process and the browsers it
 * starts - at a Wi-Fi that can become a mobile network.
 *
 *   near 10.99.1.1, 10.99.1.3 -- 10.99.1.2 router 10.99.2.1 -- 10.99.2.2 wifi
 *                                                 10.99.3.1 -- 10.99.3.2 mobile
 *
 * This process is in namespaces of its own already, begun by APART: the other
 * two are those of its children, all of it ends with it, and nothing outside
 * is touched.
 */

const run = promisify(execFile);

/** Begins a command in a network, and with a view of the files, of its own. */
export const APART = ['unshare', '--net', '--mount', '--'];

/** What is done in there, and may be forbidden. */
const TRIAL = 'ip link add name one type veth peer name two && ip rule add pref 9 ipproto udp dport 9 blackhole && mount -t tmpfs tmpfs /mnt && openssl version';

/** Why no such network can be made here; null if it can. */
export async function lacking() {
  try {
    await run(APART[0], [...APART.slice(1), 'sh', '-c', TRIAL]);
    return null;
  } catch (error) {
    return String(error.stderr || error.message).trim().split('\n').at(-1);
  }
}

const SERVER = '10.99.1.1';
const RELAY = '10.99.1.3'; // an address of its own, so that both have the port every network lets out
const HOSTS = { 'meet.hearth.test': SERVER, 'turn.hearth.test': RELAY };
const RELAY_PORT = 3478;
const OPS = 9090;
const PROXY = { address: '10.99.2.1', port: 3128 };

/**
 * What may pass the router, both ways: all of a protocol, what goes to a port, or to a port of one address;
 * or nothing but what a proxy on the router itself sends.
 * @typedef {{protocol: 'tcp'|'udp', port?: number, address?: string}|'proxied'} Pass
 */

/** @type {Record<'TCP'|'TLS'|'PAGE'|'UDP_RELAY'|'PROXIED', Pass>} */
export const PASS = {
  TCP: { protocol: 'tcp' },
  TLS: { protocol: 'tcp', port: 443 }, // the page, and the relay over TLS
  PAGE: { protocol: 'tcp', port: 443, address: SERVER },
  UDP_RELAY: { protocol: 'udp', port: RELAY_PORT },
  PROXIED: 'proxied',
};

export class Lab {
  folder = '';
  near = new Place();
  router = new Place();
  hearth = /** @type {Hearth} */ (/** @type {any} */ (null));
  /** @type {string[]} what the router was told */
  rules = [];
  /** A browser near the server: its network is always well. @type {import('playwright-core').Browser} */
  chromium = /** @type {any} */ (null);
  /** What `proxied` made. @type {{chromium: import('playwright-core').Browser, firefox: import('puppeteer-core').Browser, stop: () => Promise<void>}|null} */
  office = null;

  /** @param {import('./run.js').Stage} stage */
  static async open(stage) {
    const lab = new Lab();
    stage.extra.push(lab);
    lab.folder = join(stage.built.folder, 'lab');
    const etc = join(lab.folder, 'etc');
    mkdirSync(etc, { recursive: true });
    const [{ authority, ...certificate }] = await Promise.all([issue(lab.folder, Object.keys(HOSTS)), lab.wire()]);
    await believe(etc, authority, HOSTS);
    lab.hearth = lab.server(stage.built, certificate);
    await lab.hearth.start();
    lab.chromium = await openChromium({ executablePath: lab.there(CHROMIUM) });
    return lab;
  }

  /** Makes the links; the Wi-Fi is up. */
  async wire() {
    await Promise.all([this.near.ready, this.router.ready]);
    // An address of IPv6 that comes a second after its link is a changed network to Chromium: it gives up what it loads.
    const four = ['sh', '-c', 'for f in /proc/sys/net/ipv6/conf/*/disable_ipv6; do [ ! -e $f ] || echo 1 >$f; done'];
    for (const enter of [[], this.near.enter, this.router.enter]) {
      const [program, ...args] = [...enter, ...four];
      await run(program, args);
    }
    const [near, router] = [this.near.process.pid, this.router.process.pid];
    await ip([], [
      'link set lo up',
      `link add name near netns ${near} type veth peer name near netns ${router}`,
      `link add name wifi type veth peer name wifi netns ${router}`,
      `link add name mobile type veth peer name mobile netns ${router}`,
    ]);
    await ip(this.near.enter, ['link set lo up', `addr add ${SERVER}/24 dev near`, `addr add ${RELAY}/24 dev near`, 'link set near up', 'route add default via 10.99.1.2']);
    await ip(this.router.enter, ['near 1.2', 'wifi 2.1', 'mobile 3.1'].flatMap((end) => {
      const [link, address] = end.split(' ');
      return [`addr add 10.99.${address}/24 dev ${link}`, `link set ${link} up`];
    }));
    await run(this.router.enter[0], [...this.router.enter.slice(1), 'sh', '-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward']);
    await ip([], ['addr add 10.99.2.2/24 dev wifi', 'link set wifi up', 'route add default via 10.99.2.1']);
  }

  /** From the Wi-Fi to the mobile network: another address, and the one before is gone. */
  async roam() {
    await ip([], ['addr add 10.99.3.2/24 dev mobile', 'link set mobile up', 'route replace default via 10.99.3.1', 'addr flush dev wifi', 'link set wifi down']);
  }

  /** The router lets nothing pass but this, both ways, and loses the rest without a word. @param {Pass[]} passes none: everything passes */
  async only(...passes) {
    const before = this.rules;
    const packets = new Set(passes.flatMap((pass) => [selector(pass, 'to', 'dport'), selector(pass, 'from', 'sport')]));
    this.rules = [...packets].map((which) => `pref 10 ${which} lookup main`);
    if (passes.length > 0) this.rules.push('pref 20 blackhole');
    await ip(this.router.enter, [...before.map((rule) => `rule del ${rule}`), ...this.rules.map((rule) => `rule add ${rule}`)]);
  }

  /** A proxy at the router that connects to port 443 and does nothing else, and browsers that are told of it. */
  async proxied() {
    const { address, port } = PROXY;
    const [program, ...args] = [...this.router.enter, process.execPath, fileURLToPath(new URL('proxy.js', import.meta.url)), address, String(port)];
    const proxy = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    await new Promise((ready) => proxy.stdout.once('data', ready));
    const [chromium, firefox] = await Promise.all([
      openChromium({ args: [`--proxy-server=http://${address}:${port}`] }),
      openFirefox({ 'network.proxy.type': 1, 'network.proxy.ssl': address, 'network.proxy.ssl_port': port }),
    ]);
    let ended;
    const end = async () => {
      await Promise.all([chromium.close(), firefox.close()]);
      proxy.stdin.end();
    };
    return (this.office = { chromium, firefox, stop: () => (ended ??= end()) });
  }

  /** A server near, with a relay; its page, media and relay are all reached through the router. */
  server(built, { cert, key }) {
    const settings = {
      ADDR: `${SERVER}:443`, PUBLIC_URL: 'https://meet.hearth.test', TLS_CERT: cert, TLS_KEY: key, OPS_ADDR: `${SERVER}:${OPS}`, OPS_REMOTE: 'true',
      TURN_UDP: `${RELAY}:${RELAY_PORT}`, TURN_TLS: `${RELAY}:443`, TURN_HOST: 'turn.hearth.test', KEY_FILE: join(this.folder, 'key'), JOINS: '1000', CRISIS_TEXT: CRISIS,
    };
    const env = { PATH: process.env.PATH, HOME: this.folder, ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [`HEARTH_${name}`, value])) };
    return Object.assign(new Hearth(), { binary: this.there(built.binary), origin: settings.PUBLIC_URL, ops: `http://${settings.OPS_ADDR}`, env });
  }

  /** Makes a command that begins a program near. @param {string} program */
  there(program) {
    const path = join(this.folder, `near-${program.split('/').at(-1)}`);
    writeFileSync(path, `#!/bin/sh\nexec ${this.near.enter.join(' ')} ${program} "$@"\n`, { mode: 0o755 });
    return path;
  }

  /** The server's process, whose output helps to understand a failure. */
  get child() {
    return this.hearth?.child;
  }

  async stop() {
    await this.office?.stop();
    await this.chromium?.close();
    await this.hearth?.stop();
    await Promise.all([this.near.close(), this.router.close()]);
  }
}

/** A process that has a network of its own and does nothing; it ends with this one. */
class Place {
  constructor() {
    this.process = spawn('unshare', ['--net', 'cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.ready = new Promise((ready) => this.process.stdout.once('data', ready));
    this.process.stdin.write('\n'); // it answers when it is there
    this.gone = new Promise((gone) => this.process.once('exit', gone));
  }

  /** How a command is begun there. */
  get enter() {
    return ['nsenter', `--net=/proc/${this.process.pid}/ns/net`, '--'];
  }

  close() {
    this.process.stdin.end();
    return this.gone;
  }
}

/** Which packets these are, as ip-rule(8) says it. @param {Pass} pass @param {string} end @param {string} door */
function selector(pass, end, door) {
  if (pass === 'proxied') return 'iif lo'; // what the router sends itself
  const { protocol, port, address } = pass;
  return [...(address ? [end, address] : []), 'ipproto', protocol, ...(port ? [door, port] : [])].join(' ');
}

/** Runs commands of ip(8) in a place, or here. @param {string[]} enter @param {string[]} commands */
async function ip(enter, commands) {
  const [program, ...args] = [...enter, 'ip', '-batch', '-'];
  const running = run(program, args);
  running.child.stdin?.end(`${commands.join('\n')}\n`);
  await running;
}
