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
