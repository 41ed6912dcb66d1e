/**
 * Views of a full room, put into a real page: for what only depends on what is
 * shown - layout, contrast, names of controls. No media is imagined.
 */

const NAMES = ['Ada', 'Finch', 'River', 'Maple', 'Ash', 'Wren', 'Sage', 'Pine', 'Birch', 'Elm', 'Robin', 'Lark', 'Clay', 'Fern', 'Moss', 'Dove', 'Heron', 'Rowan', 'Hazel', 'Juniper'];

/**
 * @param {number} count people seated
 * @param {{role?: 'patient'|'facilitator', support?: number[], paused?: {seat: number, why: 'weak'|'saver'}[]}} [as] support: seats of interpreters; paused: pictures not sent to us
 */
export function fullRoom(count, { role = 'patient', support = [], paused = [] } = {}) {
  const staff = role === 'facilitator';
  const seats = NAMES.slice(0, count).map((name, seat) => ({
    seat, name, role: support.includes(seat) ? 'support' : seat === 0 || (count > 12 && seat === count - 1) ? 'facilitator' : 'patient', state: seat === 5 ? 'lost' : seat === 6 ? 'stepped_out' : 'here',
    mic: seat % 3 === 0, camera: seat % 4 !== 0, away: seat === 7, ...(seat === 3 ? { hand: 1 } : {}),
    ...(staff ? { id: seat + 10, ref: `G-${seat}`, mic_held: seat === 2, since: Date.now() - 60_000 } : {}),
  }));
  const own = staff ? 0 : Math.min(2, count - 1);
  return {
    you: { id: own + 10, role, stage: 'seated', name: NAMES[own], seat: own, mic: false, camera: false, hand: false, away: false, mic_held: false, video_held: false, muted: 0 },
    room: { phase: 'open', locked: false, ...(staff ? { since: Date.now() - 1_500_000, free: 3 } : {}) },
    seats, waiting: staff ? [{ id: 50, name: 'Swift', role: 'patient', ref: 'G-50', first: true, since: Date.now() - 180_000, here: true }, { id: 51, name: 'Alder', role: 'patient', since: Date.now() - 20_000, here: true, late: true }] : [],
    removed: staff ? [{ id: 60, name: 'Otter', cause: 'left_quickly', at: Date.now() - 60_000 }] : [],
    media: { high: false, paused },
  };
}

/** A round in a full room, as one person sees it; imagined. */
export function inRound(count, own, { role = /** @type {'patient'|'facilitator'} */ ('patient'), current = 4, next = 8, middle = {} } = {}) {
  const view = fullRoom(count, { role });
  const now = Date.now();
  const staff = role === 'facilitator' ? { length: 90, began: now - 4_000_000, ends: now + 1_400_000, hard: now + 3_200_000, hint: 'ten', shared: true } : {};
  return {
    ...view, you: { ...view.you, seat: own },
    session: { at: 'sharing', since: now - 600_000, order: ['opening', 'topic', 'sharing', 'processing', 'closing'], ...staff },
    ...(current >= 0 ? { round: { kind: 'go_around', current, next, lent: -1, for: -1, ...(staff.length ? { later: [3] } : {}) } } : {}),
    middle,
  };
}

/** A room with a technical helper in it (S-6). */
export function withHelper(view) {
  const staff = view.you.role === 'facilitator' ? { id: 70, ref: 'T-1', since: Date.now() - 600_000 } : {};
  return { ...view, room: { ...view.room, hosts: [{ name: 'Kim', state: 'here', ...staff }] } };
}

/** What a technical helper sees of a room: who waits, and connections. */
export function atDoor(count) {
  const { seats, waiting } = fullRoom(count, { role: 'facilitator' });
  return {
    you: { id: 70, role: 'host', stage: 'door', name: 'Kim', seat: -1, mic: false, camera: false, hand: false, away: false, mic_held: false, video_held: false, muted: 0 },
    room: { phase: 'open', locked: true, free: 3, notice: 'soon', hosts: [{ name: 'Kim', state: 'here' }] },
    seats: seats.map(({ seat, name, role, state }) => ({ seat, name, role, state: state === 'lost' ? 'lost' : 'here', mic: false, camera: false, away: false })),
    waiting: waiting.map(({ ref, first, ...guest }) => guest), removed: [],
  };
}

/** Shows a view in a page, in place of the server's. @param {import('./person.js').Person} person */
export function show(person, view) {
  return person.driver.run(async (view) => {
    const session = await import('/core/session.js');
    session.view.value = view;
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  }, view);
}
