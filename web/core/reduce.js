/**
 * The view after an event: pure, the old view is never changed. Events of a
 * type we do not know leave the view as it is - that is how versions grow.
 *
 * @param {import('./wire.js').View|null} view
 * @param {import('./wire.js').Message} event
 * @returns {import('./wire.js').View|null}
 */
export function apply(view, event) {
  if (event.type === 'view') return inOrder(event.view);
  if (!view) return view;
  switch (event.type) {
    case 'you': return { ...view, you: event.you };
    case 'room': return { ...view, room: event.room };
    case 'seat': return { ...view, seats: placed(view.seats, event.seat) };
    case 'unseat': return { ...view, seats: view.seats.filter((s) => s.seat !== event.seat) };
    case 'waiting': return { ...view, waiting: event.waiting ?? [] };
    case 'removed': return { ...view, removed: event.removed ?? [] };
    case 'media': return { ...view, media: event.media };
    case 'session': return { ...view, session: event.session };
    case 'round': return { ...view, round: event.round };
    case 'middle': return { ...view, middle: event.middle };
    case 'attendance': return { ...view, attendance: event.attendance };
    default: return view;
  }
}

/**
 * A whole view as we keep it: every list there, seats in seat order (M-C2).
 * @param {import('./wire.js').View} view
 * @returns {import('./wire.js').View}
 */
export function inOrder(view) {
  const seats = [...(view.seats ?? [])].sort(bySeat);
  return { ...view, seats, waiting: view.waiting ?? [], removed: view.removed ?? [] };
}

/**
 * Seats that have another person than before, or none: the picture of the one
 * before must not be seen as theirs.
 * @param {import('./wire.js').View|null} before
 * @param {import('./wire.js').View|null} now
 * @returns {number[]}
 */
export function handedOver(before, now) {
  const stays = (/** @type {import('./wire.js').Seat} */ was) => now?.seats.some((is) => is.seat === was.seat && is.name === was.name && is.role === was.role);
  return (before?.seats ?? []).filter((was) => !stays(was)).map(({ seat }) => seat);
}

/**
 * @param {import('./wire.js').Seat[]} seats
 * @param {import('./wire.js').Seat} seat
 */
function placed(seats, seat) {
  return [...seats.filter((s) => s.seat !== seat.seat), seat].sort(bySeat);
}

/**
 * @param {import('./wire.js').Seat} a
 * @param {import('./wire.js').Seat} b
 */
function bySeat(a, b) {
  return a.seat - b.seat;
}
