/**
 * What of a person may leave the device and what may be heard, derived from
 * the view alone. The server enforces the same; this keeps the device honest:
 * nothing is sent that would be dropped anyway.
 *
 * @param {import('./wire.js').View|null} view
 * @returns {{mic: boolean, camera: boolean, hear: boolean}}
 */
export function flow(view) {
  const nothing = { mic: false, camera: false, hear: false };
  if (!view || view.you.stage !== 'seated' || view.you.away) return nothing;
  const { you, room } = view;
  const live = room.phase === 'open' || room.phase === 'alone';
  const speaks = live || (room.phase === 'paused' && you.role !== 'patient');
  return {
    mic: speaks && you.mic && !you.mic_held,
    camera: speaks && you.camera && !you.video_held,
    hear: live || room.phase === 'paused',
  };
}

/** Nothing of a person goes out. */
export const NOTHING = { mic: false, camera: false };

/**
 * What was on and still may be, when another server has taken the room over and
 * knows nobody's devices. What a facilitator holds or has just muted stays off;
 * so does everything of somebody who was not in the circle both times.
 *
 * @param {import('./wire.js').You|null} was
 * @param {import('./wire.js').You|null} now
 * @returns {{mic: boolean, camera: boolean}}
 */
export function stillOn(was, now) {
  if (was?.stage !== 'seated' || now?.stage !== 'seated' || was.away || now.away) return NOTHING;
  return {
    mic: was.mic && !now.mic && !now.mic_held && !now.muted,
    camera: was.camera && !now.camera && !now.video_held,
  };
}
