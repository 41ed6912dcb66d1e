import { batch, computed, effect, signal } from '@preact/signals';
import { Awake } from './awake.js';
import { clock } from './clock.js';
import { readConfig } from './config.js';
import { DeviceSet } from './devices.js';
import { NOWHERE, PRESSES, vanish } from './exit.js';
import { config, grace, over, pins, rules, seatCount, status, suggestedName, view, waitUntil, you } from './facts.js';
import { iceServers } from './ice.js';
import { Link } from './link.js';
import { Listening } from './listening.js';
import { Media } from './media.js';
import { Nodes } from './nodes.js';
import { apply, handedOver, inOrder } from './reduce.js';
import { NOTHING, flow, stillOn } from './sending.js';
import { missing } from './support.js';
import { forget, hear, tidy } from './texts.js';
import { synced } from './servertime.js';
import { surroundings } from './surroundings.js';
import { TicketStore, takeToken } from './ticket.js';
import { Watching } from './watching.js';
import { drawn, saver } from './wishes.js';

export * from './facts.js';

/**
 * The facts of this page's session and the actions on them: all that views
 * know. Everything below is wired here and nowhere else.
 *
 * @typedef {import('./wire.js').View} View
 * @typedef {import('./wire.js').Seat} Seat
 * @typedef {import('./wire.js').Welcome} Welcome
 * @typedef {import('./devices.js').DeviceState} DeviceState
 * @typedef {import('./devices.js').Devices} Devices
 * @typedef {import('./devices.js').Kind} Kind
 * @typedef {import('./media.js').MediaState} MediaState
 * @typedef {{audio: MediaStream, video: MediaStream, hasVideo: import('@preact/signals').Signal<boolean>}} SeatMedia
 */

// ---- facts: media and devices; those of the link are in facts.js ----

const device = new DeviceSet(globalThis.navigator?.mediaDevices);
const listening = new Listening(clock.now);
const wake = new Awake(globalThis.navigator?.wakeLock);

export const devices = device.state;
export const localVideo = device.picture;
export const micLevel = device.meter.level;
export const speaking = listening.speaking;
export const playBlocked = listening.blocked;
/** Whether the screen is kept awake; null while nobody sits in the circle. */
export const awake = wake.held;
export const hideSelf = signal(false);
/** How many of the three Shift presses were made in the last five seconds. */
export const shiftPresses = signal(0);

/** Turned off here, whatever the server knows yet. */
const cut = signal({ mic: false, camera: false, away: false });
/** A camera that is being turned on, before the server knows. */
let opening = false;
/** What was on when a device ended. @type {Set<Kind>} */
const interrupted = new Set();

/** The room goes on at another server: the next welcome is from there. */
let moving = false;
const nodes = new Nodes();

let token = '';
/** @type {Link|null} */
let link = null;
const tickets = new TicketStore(storage());

const watching = new Watching({ clock, send: (wish) => command('watch', wish) });

const media = new Media({
  clock,
  hidden: () => document.hidden,
  negotiate: (sdp, restart) => command('offer', restart ? { sdp, restart } : { sdp }),
  onpeer: () => carry(),
  onplay: (peer, which) => listening.use(peer, which),
});
export const mediaState = media.state;

/** Whether anybody has use for the high layer of our camera: yes, until the server says no. */
const high = computed(() => view.value?.media?.high ?? true);

/** What was on when the room went over to another server, until that one has been told. */
const kept = signal(NOTHING);

/** What flows now, by the view and by what was turned off here. */
const flowing = computed(() => {
  const now = flow(view.value);
  const { mic, camera, away } = cut.value;
  return { mic: (now.mic || kept.value.mic) && !mic && !away, camera: (now.camera || kept.value.camera) && !camera && !away, hear: now.hear && !away };
});

// ---- starting ----

/** Reads and clears the fragment, or takes the ticket, and connects. Call once. */
export function start() {
  token = takeToken({ location, history });
  readConfig(fetch.bind(globalThis), clock).then((read) => { config.value = read; });
  const lacking = missing(window);
  if (lacking) return finish(lacking);
  device.onchange = deviceChanged;
  surroundings({ networkChanged, returned, followed, shifted });
  effect(react);
  effect(() => { media.allow({ high: high.value, saver: saver.value })?.catch(() => {}); });
  effect(() => watching.set({ large: drawn.value, pinned: pins.value, saver: saver.value }, you.value?.stage === 'seated'));
  setInterval(look, 200);
  begin();
}

function begin() {
  device.closed = false;
  forget();
  batch(() => {
    over.value = null;
    view.value = null;
    status.value = 'boot';
  });
  link = new Link({
    open: (protocol, server) => /** @type {any} */ (new WebSocket(nodes.socket(location.origin, server), protocol)),
    servers: () => nodes.count(location.origin),
    clock, tickets, token,
    on: {
      status: (now) => { status.value = now; },
      welcome: welcomed,
      event: (event) => {
        if (event.type === 'move') moving = true;
        if (event.type === 'settled') media.settled();
        const before = view.value;
        view.value = apply(before, event);
        for (const seat of handedOver(before, view.value)) listening.changed(seat);
        tidy(before, view.value);
      },
      text: hear,
      nodes: (origins) => nodes.add(origins),
      over: finish,
      wait: (until) => { waitUntil.value = until; },
    },
  });
  link.start();
}

/** @param {Welcome} welcome */
function welcomed(welcome) {
  const again = view.value !== null;
  const was = you.value;
  batch(() => {
    seatCount.value = welcome.seats;
    suggestedName.value = welcome.name ?? '';
    rules.value = welcome.rules;
    grace.value = welcome.grace;
    nodes.add(welcome.nodes);
    synced(welcome.now, clock.now());
    if (welcome.view) view.value = inOrder(welcome.view);
    if (again && !welcome.resumed) kept.value = stillOn(was, you.value);
  });
  if (helps()) return; // no connection is made for somebody who neither sees nor hears the group
  media.offered(iceServers(welcome.ice));
  if (!welcome.resumed) watching.forgotten();
  if (!media.peer) media.prepare(welcome.seats);
  else if (again && !welcome.resumed) moving ? media.move() : media.restart();
  if (welcome.settled) media.settled();
  moving = false;
  keepOn(kept.value);
  if (you.value && you.value.stage !== 'entered' && !media.wanted) resumed();
}

/**
 * Another server has the room now and knows of nobody's microphone and camera:
 * what was on here goes on. What a facilitator holds stays off.
 * @param {{mic: boolean, camera: boolean}} wanted
 */
async function keepOn({ mic, camera }) {
  const asked = [...(mic ? [{ mic }] : []), ...(camera ? [{ camera }] : [])].map((on) => command('set', on));
  if (asked.length === 0) return;
  await Promise.allSettled(asked);
  kept.value = NOTHING;
}

/** Whether this is a technical helper: without a seat, a connection or devices (S-6). */
function helps() {
  return you.value?.role === 'host';
}

/** A reload: the seat is kept. The picture comes back as it was; the microphone is off, as on entry (M-C8). */
async function resumed() {
  media.connect();
  const { mic, camera, away } = you.value ?? {};
  if (mic) command('set', { mic: false }).catch(() => {});
  if (!camera || away) return;
  await device.open({ camera: true });
  if (device.state.value.camera !== 'ready') command('set', { camera: false }).catch(() => {});
}

function networkChanged() {
  link?.networkChanged();
  media.restart();
}

function returned() {
  link?.retry();
  wake.again();
  listening.play();
  media.returned();
}

/** Another invitation was opened in this tab, or the same one again. */
function followed() {
  const next = takeToken({ location, history });
  if (!next || (link && status.value !== 'over' && status.value !== 'lost')) return;
  token = next;
  begin();
}

/** @param {number} presses of the Shift key */
function shifted(presses) {
  shiftPresses.value = presses;
  if (presses >= PRESSES && you.value?.role !== 'facilitator' && !helps()) quickExit();
}

// ---- reacting ----

/** Follows the view: what is sent, what is heard, what stays on. Runs again when a fact it reads changes. */
function react() {
  const { hear } = flowing.value;
  const stage = you.value?.stage;
  listening.hear(hear);
  wake.keep((stage === 'seated' || stage === 'door') && status.value !== 'over');
  if (stage && stage !== 'entered' && !you.value?.camera && !kept.value.camera && !opening && device.camera) device.stopCamera();
  carry();
}

/** Gives the connection the tracks that may flow, and takes away the others. */
function carry() {
  const { mic, camera } = flowing.value;
  if (device.mic) device.mic.enabled = mic || you.value?.stage !== 'seated';
  media.send(mic ? device.mic : null, camera ? device.camera : null);
}

function look() {
  const { stage, seat } = you.value ?? {};
  if (stage !== 'seated') return;
  listening.look({ seat: seat ?? -1, level: flowing.value.mic ? micLevel.value / 10 : 0 });
}

/** A device was opened, or stopped by itself: then the others see the truth after a second. @param {Kind} kind */
function deviceChanged(kind) {
  carry();
  if (device.state.value[kind] !== 'ended') return;
  clock.after(() => {
    if (device.state.value[kind] !== 'ended' || !you.value?.[kind]) return;
    interrupted.add(kind);
    command('set', { [kind]: false }).catch(() => {});
  }, 1000);
}

/** @param {string} code @param {number} [after] */
function finish(code, after) {
  quiet();
  forget(['group', 'staff', 'help', 'caption']);
  batch(() => {
    over.value = { code, ...(after ? { after } : {}) };
    waitUntil.value = null;
    status.value = 'over';
  });
}

/** Nothing out, nothing in, nothing open. */
function quiet() {
  media.close();
  listening.hear(false);
  device.close();
  wake.keep(false);
}

// ---- actions ----

/** Tries now, by the person's wish. */
export function retry() {
  if (status.value === 'over') begin();
  else link?.retry();
}

/**
 * @param {string} type
 * @param {object} [fields]
 * @returns {Promise<any>} the answer, or rejects with {code}
 */
export function command(type, fields) {
  return link ? link.command(type, fields) : Promise.reject({ code: 'over' });
}

/** Asks the browser for the microphone and, if wanted, the camera. Never rejects; see `devices`. @param {{camera: boolean}} want */
export async function openDevices(want) {
  device.closed = false;
  opening = want.camera;
  try {
    await device.open(want);
    if (want.camera) await permitted();
  } finally {
    opening = false;
  }
}

/** The browser's permission can come late: after the camera was turned off again, or after the knock. */
async function permitted() {
  const { stage, camera } = you.value ?? {};
  if (cut.value.camera) return device.stopCamera();
  if (!device.camera || !stage || stage === 'entered' || camera) return;
  await command('set', { camera: true }).catch(() => device.stopCamera());
}

/** Plays two soft notes. */
export function testSound() {
  return device.meter.testSound();
}

/**
 * Asks to come in, and connects. Resolves when the knock was accepted.
 * @param {{name: string, camera: boolean}} who
 */
export async function knock({ name, camera }) {
  await command('knock', { name, camera, rules: rules.value });
  if (!media.wanted && !helps()) media.connect();
}

/** Off: here at once, then there. On: a device first, then leave of the server. @param {boolean} on */
export async function setMic(on) {
  cut.value = { ...cut.value, mic: !on };
  interrupted.delete('mic');
  if (on) await need('mic');
  await command('set', { mic: on });
}

/** @param {boolean} on */
export async function setCamera(on) {
  cut.value = { ...cut.value, camera: !on };
  interrupted.delete('camera');
  opening = on;
  try {
    if (on) await need('camera');
    else device.stopCamera();
    if (you.value?.stage !== 'entered') await command('set', { camera: on });
  } catch (error) {
    if (on) device.stopCamera();
    throw error;
  } finally {
    opening = false;
    carry();
  }
}

/** Opens a device that is not open; rejects with its state when there is none. @param {Kind} kind */
async function need(kind) {
  if (device.state.value[kind] === 'ready' && device[kind]) return;
  device.closed = false;
  await device.ask([kind]);
  if (device.state.value[kind] !== 'ready') throw { code: `${kind}_${device.state.value[kind]}` };
}

/** @param {boolean} on */
export async function setHand(on) {
  await command('set', { hand: on });
}

/**
 * The cover: nothing goes out, nothing is heard, nothing is shown. Coming back,
 * the picture is as before and the microphone is off.
 * @param {boolean} on
 */
export async function setAway(on) {
  cut.value = { mic: true, camera: cut.value.camera, away: on };
  if (on) device.stopCamera();
  else if (you.value?.camera) await need('camera').catch(() => command('set', { camera: false }));
  await command('set', you.value?.mic ? { away: on, mic: false } : { away: on });
}

/** Takes a device back after a call or another app had it. @param {Kind} kind */
export async function repair(kind) {
  await device.repair(kind);
  if (device.state.value[kind] !== 'ready' || !interrupted.delete(kind)) return;
  await (kind === 'mic' ? setMic(true) : setCamera(true));
}

/** The streams of a seat: the same objects for as long as the page lives. @param {number} seat @returns {SeatMedia} */
export function seatMedia(seat) {
  return listening.place(seat);
}

/** After a tap: starts the sound a browser refused to start by itself. */
export function resumePlay() {
  return listening.play();
}

/** Whether this page still has the invitation it was opened with; after a reload it has not. */
export function invited() {
  return token !== '';
}

/** Copies the invitation for another browser; false when it could not. */
export async function copyLink() {
  try {
    await navigator.clipboard.writeText(`${location.origin}/#${token}`);
    return token !== '';
  } catch {
    return false;
  }
}

/** Goes for good, and stays on the closing page. */
export async function leave() {
  quiet();
  link?.leave(false);
}

/**
 * Leave quickly: devices off, page blank, storage empty, elsewhere - in one go
 * (M-S1). What takes longer, such as closing the connection, comes after.
 */
export function quickExit() {
  try {
    link?.sayLeave(true);
    device.close();
    listening.hear(false);
  } finally {
    vanish(page(), config.value?.exit || NOWHERE);
  }
  quiet();
  forget();
  link?.finish('left');
}

/** The end of the closing page: nothing is left in this tab. */
export function closeAndClear() {
  quiet();
  forget();
  tickets.clear();
  vanish(page(), NOWHERE);
}

function page() {
  return { document, storage: storage(), location };
}

/** sessionStorage, or null where the browser forbids it. */
function storage() {
  try {
    return globalThis.sessionStorage ?? null;
  } catch {
    return null;
  }
}
