// What a person in the circle needs to know right now, the most pressing first
// (NEEDS 4.6). Pure: facts in, notices out.

/**
 * @typedef {'sound'|'mic'|'camera'|'ask'|'hand'|'leave'|'unask'|'ungoodbye'|'ok'} NoticeAct
 * @typedef {import('../text/t.js').Key} Key
 */

/**
 * What each button says.
 * @satisfies {Record<NoticeAct, Key>}
 */
export const actWords = {
  sound: 'notice.sound.do', mic: 'notice.repair', camera: 'notice.repair', ask: 'notice.video.do', hand: 'notice.held.do',
  leave: 'do.leave', unask: 'support.back', ungoodbye: 'support.back', ok: 'ok',
};

/**
 * @typedef {object} Notice
 * @property {string} id stable while the reason stays; a notice put away does not come back under the same id
 * @property {Key} head
 * @property {Key} [body]
 * @property {import('../text/t.js').Params} [params] of both
 * @property {NoticeAct[]} acts 'ok' puts it away
 */

/**
 * @typedef {object} Facts
 * @property {import('../core/session.js').Status} status
 * @property {import('../core/session.js').MediaState} media
 * @property {import('../core/session.js').Devices} devices
 * @property {boolean} playBlocked
 * @property {number|null} weak which weak spell of the connection this is; null for none
 * @property {boolean} asked whether the picture was asked back already
 * @property {import('../core/wire.js').You} you
 * @property {import('../core/wire.js').RoomState} room
 */

/**
 * @param {Facts} facts
 * @returns {Notice[]}
 */
export function notices(facts) {
  return [...connection(facts), ...roomWide(facts), ...repairs(facts), ...held(facts), ...signals(facts), ...helpers(facts), ...weak(facts)];
}

/**
 * @param {Facts} facts
 * @returns {Notice[]}
 */
function connection({ status, media, playBlocked }) {
  if (status !== 'open') return [{ id: 'reconnect', head: 'notice.reconnect.head', body: 'notice.reconnect.body', acts: ['leave'] }];
  if (media === 'failed') return [{ id: 'media', head: 'notice.media.head', body: 'notice.media.body', acts: [] }];
  return playBlocked ? [{ id: 'sound', head: 'notice.sound.head', acts: ['sound'] }] : [];
}

/**
 * @param {Facts} facts
 * @returns {Notice[]}
 */
function roomWide({ room, you }) {
  if (you.role === 'facilitator') return [];
  switch (room.phase) {
    case 'alone': return [{ id: 'alone', head: 'notice.alone.head', body: 'notice.alone.body', acts: ['ok', 'leave'] }];
    case 'paused': return [{ id: 'paused', head: 'notice.paused.head', body: 'notice.paused.body', acts: [] }];
    default: return [];
  }
}

/**
 * @param {Facts} facts
 * @returns {Notice[]}
 */
function repairs({ devices, you }) {
  /** @type {Notice[]} */
  const found = [];
  if (devices.mic === 'ended') found.push({ id: 'mic', head: 'notice.mic.ended.head', body: 'notice.mic.ended.body', acts: ['mic'] });
  if (devices.camera === 'ended' && you.camera) found.push({ id: 'camera', head: 'notice.camera.ended.head', body: 'notice.camera.ended.body', acts: ['camera', 'ok'] });
  return found;
}

/**
 * What a facilitator turned off, with the reason where one was given.
 * @param {Facts} facts
 * @returns {Notice[]}
 */
function held({ you, asked }) {
  /** @type {Notice[]} */
  const found = [];
  if (you.mic_held) {
    found.push({
      id: `held-${you.muted}-${you.hand}`, head: 'notice.held.head', acts: you.hand ? ['ok'] : ['hand', 'ok'],
      body: you.hand ? 'notice.held.up' : you.mic_reason === 'noise' ? 'reason.noise.held' : 'notice.held.body',
    });
  } else if (you.muted > 0 && !you.mic) {
    found.push({ id: `muted-${you.muted}`, head: 'notice.muted.head', body: you.mic_reason === 'noise' ? 'reason.noise' : 'notice.muted.body', acts: ['ok'] });
  }
  if (you.video_held) {
    found.push({
      id: `video-${asked}`, head: 'notice.video.head', acts: asked ? ['ok'] : ['ask', 'ok'],
      body: asked ? 'notice.video.asked' : you.video_reason === 'view' ? 'reason.view' : 'notice.video.body',
    });
  }
  return found;
}

/**
 * One's own private signals: that they arrived, and that they were seen (M-S4).
 * @param {Facts} facts
 * @returns {Notice[]}
 */
function signals({ you }) {
  /** @type {Notice[]} */
  const found = [];
  if (you.support === 'asked') found.push({ id: 'support-asked', head: 'support.asked.head', body: 'support.asked.body', acts: ['ok', 'unask'] });
  if (you.support === 'seen') found.push({ id: 'support-seen', head: 'support.seen.head', body: 'support.seen.body', acts: ['ok'] });
  if (you.goodbye) found.push({ id: 'goodbye', head: 'goodbye.asked.head', body: 'goodbye.asked.body', acts: ['ok', 'ungoodbye'] });
  return found;
}

/**
 * Nobody is hidden: a technical helper is announced to everybody (M-C3, S-6).
 * @param {Facts} facts
 * @returns {Notice[]}
 */
function helpers({ room }) {
  return (room.hosts ?? []).map(({ name = '' }) => ({ id: `helper-${name}`, head: 'helper.notice.head', body: 'helper.notice.body', params: { name }, acts: ['ok'] }));
}

/**
 * Voice first (M-M1): pictures are paused so that sound goes on.
 * @param {Facts} facts
 * @returns {Notice[]}
 */
function weak({ weak }) {
  return weak === null ? [] : [{ id: `weak-${weak}`, head: 'notice.weak.head', body: 'notice.weak.body', acts: ['ok'] }];
}
