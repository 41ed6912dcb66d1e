/**
 * Which codecs are offered, of those a browser has; all else is left out of the
 * offer. Pictures are VP8. A device without it sends H.264 instead, and every
 * seat can be shown in either where the browser can.
 *
 * @template {{mimeType: string, sdpFmtpLine?: string}} C
 * @param {C[]} known what the browser has, its favourite first
 * @param {'audio'|'video'} kind
 * @param {boolean} received whether others' sound or picture comes on this line
 * @returns {C[]}
 */
export function offered(known, kind, received) {
  const is = (/** @type {string[]} */ ...names) => known.filter(({ mimeType }) => names.includes(mimeType.toLowerCase()));
  // Sound that the server repeats where much of it is lost (RFC 2198).
  if (kind === 'audio') return received ? is('audio/opus', 'audio/red') : is('audio/opus');
  const vp8 = is('video/vp8');
  const h264 = is('video/h264').filter(plain).slice(0, 1);
  const pictures = received ? [...vp8, ...h264] : vp8.length > 0 ? vp8 : h264;
  return pictures.length > 0 ? [...pictures, ...is('video/rtx')] : [];
}

/**
 * The one form of H.264 that every browser has (RFC 7742): constrained baseline,
 * packets that may hold parts of a frame.
 * @param {{sdpFmtpLine?: string}} codec
 */
function plain({ sdpFmtpLine = '' }) {
  return /packetization-mode=1/.test(sdpFmtpLine) && /profile-level-id=42e0/i.test(sdpFmtpLine);
}
