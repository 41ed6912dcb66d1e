import { RATES } from './layers.js';

/**
 * What an hour with the data saver costs, from the rates we ask for, headers
 * included; the browser scenario "saver" measures whether it is true (S-11).
 */

/** What IP, UDP, RTP, its extensions and the encryption add to each packet, bytes. */
const HEADERS = 20 + 8 + 12 + 12 + 16;

/** Opus at its usual rate, 20 ms to a packet; and in silence one packet of a few bytes in 400 ms (DTX). Bits a second. */
const VOICE = 28_000 + 50 * 8 * HEADERS;
const SILENCE = 2.5 * 8 * (8 + HEADERS);

/** A picture packet carries about 1,000 bytes. */
const picture = (/** @type {number} */ bitrate) => bitrate * (1 + HEADERS / 1000);

/** One person speaks at nearly every moment; a large circle listens. */
const CIRCLE = 16;

/** Reports both ways and the socket, bits a second. */
const REST = 10_000;

/**
 * Megabytes an hour, both directions together, rounded up to tens.
 * @param {{camera: boolean}} own whether one's own camera is on
 */
export function megabytesAnHour({ camera }) {
  const down = VOICE + (CIRCLE - 1) * SILENCE + picture(RATES.l.maxBitrate);
  const up = VOICE / CIRCLE + SILENCE + (camera ? picture(RATES.saver.maxBitrate) : 0);
  const bytes = (down + up + REST) * 3600 / 8;
  return Math.ceil(bytes / 1e7) * 10;
}
