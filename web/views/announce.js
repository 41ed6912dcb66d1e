// What a screen reader says when the room changes: one polite message for each
// event, made by comparing two views (M-X2). Pure.
import { flowNews } from './announceflow.js';

/** @typedef {import('../core/wire.js').View} View */
/** @typedef {import('../core/wire.js').Seat} Seat */
/** @typedef {import('../text/t.js').Key} Key */
/** @typedef {import('../text/t.js').Plural} Plural */

/**
 * @typedef {{key: Key|Plural, params?: import('../text/t.js').Params}} Message
 */

/**
 * The messages for a change from before to after, in the order to say them.
 * @param {View|null} before
 * @param {View|null} after
 * @returns {Message[]}
 */
export function diff(before, after) {
  if (!before || !after || before === after) return [];
  if (before.you.stage !== after.you.stage) return moved(after);
  if (after.you.stage === 'door') return [...helpers(before, after), ...knocks(before, after)];
  if (after.you.stage !== 'seated') return [];
  return [...own(before, after), ...circle(before, after), ...phase(before, after), ...flowNews(before, after), ...helpers(before, after), ...staff(before, after)];
}

/**
 * One's own way in or out is one message, whatever else appears with it.
 * @param {View} after
 * @returns {Message[]}
 */
function moved(after) {
  const n = others(after).length;
  if (after.you.stage === 'seated') return [n > 0 ? { key: 'say.admitted', params: { n } } : { key: 'bridge.none' }, ...hosts(after).map(came)];
  return after.you.stage === 'stepped_out' ? [{ key: 'say.out' }] : [];
}

/** @param {View} view */
function others(view) {
  return view.seats.filter((s) => s.seat !== view.you.seat && s.state !== 'stepped_out');
}

/**
 * What happened to oneself. A microphone turned off by a facilitator is one
 * event, not two.
 * @param {View} before
 * @param {View} after
 * @returns {Message[]}
 */
function own({ you: was }, { you: is }) {
  /** @type {Message[]} */
  const said = [];
  const muted = is.muted > was.muted || (is.mic_held && !was.mic_held);
  if (muted) said.push({ key: 'say.mic.muted' });
  else if (is.mic !== was.mic) said.push({ key: is.mic ? 'say.mic.on' : 'say.mic.off' });
  if (was.mic_held && !is.mic_held) said.push({ key: 'say.mic.released' });
  if (is.video_held !== was.video_held) said.push({ key: is.video_held ? 'say.video.stopped' : 'say.video.released' });
  if (is.side && !was.side) said.push({ key: 'say.side' });
  if (!is.side && was.side) said.push({ key: 'say.side.end' });
  if (is.support === 'seen' && was.support !== 'seen') said.push({ key: 'support.seen.head' });
  if (is.hand !== was.hand) said.push({ key: is.hand ? 'say.hand.you' : 'say.hand.lowered' });
  return said;
}

/**
 * Who came, went, dropped, returned or raised a hand. A seat that changed hands
 * is somebody leaving and somebody joining.
 * @param {View} before
 * @param {View} after
 * @returns {Message[]}
 */
function circle(before, after) {
  const was = new Map(others(before).map((s) => [s.seat, s]));
  const is = new Map(others(after).map((s) => [s.seat, s]));
  const all = [...new Set([...was.keys(), ...is.keys()])].sort((a, b) => a - b);
  return all.flatMap((seat) => one(was.get(seat), is.get(seat)));
}

/**
 * @param {Seat|undefined} was
 * @param {Seat|undefined} is
 * @returns {Message[]}
 */
function one(was, is) {
  if (was && is && was.name !== is.name && (was.id !== is.id || was.id === undefined)) return [...one(was, undefined), ...one(undefined, is)];
  if (was && !is) return [{ key: 'say.left', params: { name: was.name } }];
  if (!is) return [];
  const params = { name: is.name };
  if (!was) return [{ key: 'say.joined', params }];
  if (was.state === 'side' || is.state === 'side') return [];
  if (was.state !== is.state) return [{ key: is.state === 'lost' ? 'say.lost' : 'say.back', params }];
  return is.hand && !was.hand ? [{ key: 'say.hand', params }] : [];
}

/**
 * @param {View} before
 * @param {View} after
 * @returns {Message[]}
 */
function phase(before, after) {
  /** @type {Message[]} */
  const said = [];
  const words = /** @type {const} */ ({ open: 'say.open', paused: 'say.paused', alone: 'say.alone', hold: 'say.hold' });
  const now = after.room.phase;
  if (now && now !== 'waiting' && now !== before.room.phase) said.push({ key: words[now] });
  return said;
}

/** The technical helpers of a view. @param {View} view */
function hosts({ room }) {
  return (room.hosts ?? []).map(({ name = '' }) => name);
}

/** @param {string} name @returns {Message} */
function came(name) {
  return { key: 'say.helper', params: { name } };
}

/**
 * A technical helper comes or goes: everybody hears of it, once (S-6).
 * @param {View} before
 * @param {View} after
 * @returns {Message[]}
 */
function helpers(before, after) {
  const [was, is] = [hosts(before), hosts(after)];
  const gone = was.filter((name) => !is.includes(name)).map((name) => /** @type {Message} */ ({ key: 'say.helper.gone', params: { name } }));
  return [...gone, ...is.filter((name) => !was.includes(name) && name !== after.you.name).map(came)];
}

/**
 * Who is new in the waiting room.
 * @param {View} before
 * @param {View} after
 * @returns {Message[]}
 */
function knocks(before, after) {
  const known = new Set(before.waiting.map((g) => g.id));
  return after.waiting.filter((g) => !known.has(g.id)).map((g) => ({ key: 'staff.say.waiting', params: { name: g.name } }));
}

/**
 * What only facilitators hear: who waits, and the door.
 * @param {View} before
 * @param {View} after
 * @returns {Message[]}
 */
function staff(before, after) {
  if (after.you.role !== 'facilitator') return [];
  const said = knocks(before, after);
  const waits = new Set(before.seats.filter((s) => s.back).map((s) => s.id));
  for (const s of after.seats) if (s.back && !waits.has(s.id)) said.push({ key: 'staff.say.back', params: { name: s.name } });
  const asked = new Set(before.seats.filter((s) => s.support).map((s) => s.id));
  for (const s of after.seats) if (s.support && !asked.has(s.id)) said.push({ key: 'staff.say.support', params: { name: s.name } });
  const gone = new Set(before.removed.map((p) => `${p.id}-${p.at}`));
  for (const p of after.removed) if (p.cause === 'left_quickly' && !gone.has(`${p.id}-${p.at}`)) said.push({ key: 'staff.say.quickly', params: { name: p.name } });
  if (before.room.locked !== after.room.locked) said.push({ key: after.room.locked ? 'say.locked' : 'say.unlocked' });
  return said;
}
