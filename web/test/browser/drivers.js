import { PATIENCE, until } from './until.js';

/**
 * One page in one browser, the same way for both: what differs between
 * playwright (Chromium) and puppeteer over BiDi (Firefox) ends here. Controls
 * are found by role and accessible name, as a person with a screen reader does.
 *
 * @typedef {object} Driver
 * @property {'chromium'|'firefox'} browser
 * @property {(url: string) => Promise<void>} open
 * @property {(role: 'button'|'checkbox'|'radio', name: string) => Promise<void>} press
 * @property {(name: string, text: string) => Promise<void>} fill
 * @property {(keys: string) => Promise<void>} key
 * @property {<A, R>(run: (arg: A) => R|Promise<R>, arg?: A) => Promise<R>} run
 * @property {(path: string) => Promise<void>} shot
 * @property {(width: number, height: number) => Promise<void>} size
 * @property {() => string} url
 * @property {() => Promise<void>} reload
 * @property {() => Promise<void>} back
 * @property {(offline: boolean) => Promise<void>} offline
 * @property {() => Promise<any[]>} cookies
 * @property {() => Promise<void>} close
 * @property {{requests: string[], console: string[], errors: string[]}} heard
 * @property {any} page the library's own page, for what only one browser can do
 *
 * @typedef {{before?: (arg?: any) => void, arg?: any, camera?: boolean}} Options before: runs before the page's own scripts, with arg
 */

/** Runs before the page does: keeps the connections, sockets and tracks it makes, so that a test can read or cut them. */
function keepConnections() {
  const w = /** @type {any} */ (window);
  w.connections = [];
  const Real = w.RTCPeerConnection;
  w.RTCPeerConnection = class extends Real {
    constructor(...args) {
      super(...args);
      w.connections.push(this);
    }
  };
  w.sockets = [];
  const RealSocket = w.WebSocket;
  w.WebSocket = class extends RealSocket {
    constructor(...args) {
      super(...args);
      w.sockets.push(this);
    }
  };
  w.captured = [];
  const ask = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (ask) {
    navigator.mediaDevices.getUserMedia = async (want) => {
      const stream = await ask(want);
      w.captured.push(...stream.getTracks());
      return stream;
    };
  }
}

function listener(page) {
  const heard = { requests: [], console: [], errors: [] };
  page.on('request', (request) => heard.requests.push(request.url()));
  page.on('console', (message) => heard.console.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => heard.errors.push(String(error.message ?? error)));
  return heard;
}

/** Deadlines are for failures: a busy machine is slow, not wrong. */
const PATIENCE_MS = 20_000 * PATIENCE;

const SIZE = { width: 1366, height: 768 };

/** @param {any} browser @param {Options} [options] @returns {Promise<Driver>} */
export async function chromiumDriver(browser, { before, arg } = {}) {
  const context = await browser.newContext({ viewport: SIZE, permissions: ['camera', 'microphone'] });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.addInitScript(keepConnections);
  if (before) await page.addInitScript(before, arg);
  return {
    browser: 'chromium', heard: listener(page), page,
    open: async (url) => { await page.goto(url, { waitUntil: 'domcontentloaded' }); },
    press: (role, name) => page.getByRole(role, { name, exact: true }).first().click(),
    fill: (name, text) => page.getByRole('textbox', { name, exact: true }).fill(text),
    key: (key) => page.keyboard.press(key),
    run: (run, arg) => page.evaluate(run, arg),
    shot: async (path) => { await page.screenshot({ path }); },
    size: (width, height) => page.setViewportSize({ width, height }),
    url: () => page.url(),
    reload: async () => { await page.reload({ waitUntil: 'domcontentloaded' }); },
    back: async () => { await page.goBack({ waitUntil: 'domcontentloaded' }).catch(() => {}); },
    offline: (offline) => context.setOffline(offline),
    cookies: () => context.cookies(),
    close: () => context.close(),
  };
}

/** The elements of a role. */
const ROLES = { button: 'button:not([role])', checkbox: 'input[type=checkbox]', radio: 'input[type=radio]', textbox: 'input[type=text], input:not([type]), textarea' };

/**
 * The first element of these with this name that can be used: in a sheet, where one
 * is open. Firefox can be asked itself, and takes seconds; this is what the names of
 * our page are made of. Playwright asks Chromium for all of it.
 */
function named(selector, name) {
  const words = (/** @type {any} */ element) => [...(element.labels?.length ? element.labels : [element])].map((e) => e.textContent).join(' ');
  const front = [...document.querySelectorAll('dialog:modal')].at(-1) ?? document;
  return [...front.querySelectorAll(selector)].find((element) => (element.getAttribute('aria-label') ?? words(element)).replace(/\s+/g, ' ').trim() === name
    && element.checkVisibility({ visibilityProperty: true }) && !element.closest('[inert], [aria-hidden=true]')) ?? null;
}

/** @param {any} browser @param {Options} [options] @returns {Promise<Driver>} */
export async function firefoxDriver(browser, { before, arg } = {}) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.setViewport(SIZE);
  await page.evaluateOnNewDocument(keepConnections);
  if (before) await page.evaluateOnNewDocument(before, arg);
  const find = (/** @type {keyof typeof ROLES} */ role, name) => until(`a ${role} named ${name}`, async () => (await page.evaluateHandle(named, ROLES[role], name)).asElement());
  return {
    browser: 'firefox', heard: listener(page), page,
    open: async (url) => { await page.goto(url, { waitUntil: 'domcontentloaded' }); },
    press: async (role, name) => { await (await find(role, name)).click(); },
    fill: async (name, text) => {
      const field = await find('textbox', name);
      await field.click({ count: 3 });
      await field.type(text);
    },
    key: (key) => page.keyboard.press(key),
    run: (run, arg) => page.evaluate(run, arg),
    shot: async (path) => { await page.screenshot({ path }); },
    size: (width, height) => page.setViewport({ width, height }),
    url: () => page.url(),
    reload: async () => { await page.reload({ waitUntil: 'domcontentloaded' }); },
    back: async () => { await page.goBack({ waitUntil: 'domcontentloaded' }).catch(() => {}); },
    offline: async () => { throw new Error('not in this browser'); },
    cookies: () => context.cookies(),
    close: () => context.close(),
  };
}
