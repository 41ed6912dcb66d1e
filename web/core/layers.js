/**
 * The camera's two layers (signaling/PROTOCOL.md, section 5), in the order the
 * protocol asks for, and what of them goes out. The low one always does; the
 * high one while somebody's tile is large enough for it - which only the server
 * knows. With the data saver on, one's own picture is a simpler one too.
 *
 * @typedef {{high: boolean, saver: boolean}} Output
 */

/** @type {{rid: 'l'|'h', scaleResolutionDownBy: number, scalabilityMode: string}[]} */
const SHAPES = [
  { rid: 'l', scaleResolutionDownBy: 2, scalabilityMode: 'L1T3' },
  { rid: 'h', scaleResolutionDownBy: 1, scalabilityMode: 'L1T3' },
];

/** bit/s and pictures a second. */
export const RATES = {
  l: { maxBitrate: 120_000, maxFramerate: 24 },
  h: { maxBitrate: 450_000, maxFramerate: 24 },
  saver: { maxBitrate: 70_000, maxFramerate: 12 },
};

/** Until the server says otherwise both layers may flow: a picture too much is better than one too few. */
export const OPEN = { high: true, saver: false };

/**
 * What each layer may do now.
 * @param {Output} output
 * @returns {Record<'l'|'h', {active: boolean, maxBitrate: number, maxFramerate: number}>}
 */
function limits({ high, saver }) {
  return { l: { active: true, ...(saver ? RATES.saver : RATES.l) }, h: { active: high && !saver, ...RATES.h } };
}

/**
 * The encodings to begin with.
 * @param {Output} output
 */
export function encodings(output) {
  const now = limits(output);
  return SHAPES.map((shape) => ({ ...shape, ...now[shape.rid] }));
}

/**
 * Changes a sender's encodings in place to what may flow now. A server that
 * took one layer only keeps it, whichever it is.
 * @param {RTCRtpEncodingParameters[]} current
 * @param {Output} output
 * @returns {boolean} whether anything changed
 */
export function adjust(current, output) {
  const now = limits(output);
  if (current.length < 2) return false;
  let changed = false;
  for (const encoding of current) {
    const want = now[/** @type {'l'|'h'} */ (encoding.rid)];
    if (!want || same(encoding, want)) continue;
    Object.assign(encoding, want);
    changed = true;
  }
  return changed;
}

/**
 * @param {RTCRtpEncodingParameters} encoding
 * @param {{active: boolean, maxBitrate: number, maxFramerate: number}} want
 */
function same(encoding, want) {
  return encoding.active === want.active && encoding.maxBitrate === want.maxBitrate && encoding.maxFramerate === want.maxFramerate;
}
