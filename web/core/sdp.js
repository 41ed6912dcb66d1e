/**
 * What we change in session descriptions, and no more. First the offer: it says
 * nothing of this device's network, which the server has no use for (candidates
 * are ignored there), nor which layer rests just now (RFC 8853 writes `~h`):
 * layers come and go without an offer.
 * @param {string} sdp
 */
export function leanOffer(sdp) {
  return sdp.split('\r\n').filter((line) => !/^a=(candidate:|end-of-candidates|rtcp:)/.test(line))
    .map((line) => line.replace(/^c=IN .*/, 'c=IN IP4 0.0.0.0').replace(/^(m=\w+) [1-9]\d* /, '$1 9 '))
    .map((line) => (line.startsWith('a=simulcast:') ? line.replaceAll('~', '') : line)).join('\r\n');
}

/**
 * Then the answer: how Opus is sent. Its fmtp line tells the browser's encoder what the receiver likes
 * (RFC 7587): mono, in-band FEC, silence left out (DTX), a voice's bit rate.
 */
const OPUS = { useinbandfec: '1', usedtx: '1', stereo: '0', maxaveragebitrate: '28000' };

/**
 * The answer with our Opus parameters on every Opus payload type it names.
 * @param {string} sdp
 */
export function tuneOpus(sdp) {
  const lines = sdp.split('\r\n');
  const types = new Set(lines.flatMap((line) => /^a=rtpmap:(\d+) opus\/48000/i.exec(line)?.[1] ?? []));
  const described = new Set();
  const tuned = lines.map((line) => {
    const [, type, format] = /^a=fmtp:(\d+) (.*)$/.exec(line) ?? [];
    if (!types.has(type)) return line;
    described.add(type);
    return `a=fmtp:${type} ${withOpus(format)}`;
  });
  const missing = (/** @type {string} */ line) => /^a=rtpmap:(\d+) opus\/48000/i.exec(line)?.[1];
  return tuned.flatMap((line) => {
    const type = missing(line);
    return type && !described.has(type) ? [line, `a=fmtp:${type} ${withOpus('')}`] : [line];
  }).join('\r\n');
}

/** @param {string} format the parameters of one fmtp line */
function withOpus(format) {
  const given = format.split(';').map((p) => p.trim()).filter(Boolean).map((p) => p.split('='));
  const all = { ...Object.fromEntries(given), ...OPUS };
  return Object.entries(all).map(([key, value]) => `${key}=${value}`).join(';');
}
