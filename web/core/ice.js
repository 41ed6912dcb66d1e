/**
 * The relays the server offers with `welcome`: where a network lets no other
 * traffic through, sound and picture go over them. What is not a whole relay
 * is left out; one odd entry must not cost the others.
 */

/** A relay's address (RFC 7065). Nothing else is ever asked: no third party, no STUN. */
const RELAY = /^turns?:[^\s?@/]+(\?transport=(udp|tcp))?$/i;

/** More than these are not of our server. */
const MOST = { servers: 4, urls: 8 };

/**
 * @param {unknown} given `welcome.ice`
 * @returns {RTCIceServer[]}
 */
export function iceServers(given) {
  if (!Array.isArray(given)) return [];
  return given.slice(0, MOST.servers).flatMap(relay);
}

/**
 * @param {any} entry
 * @returns {RTCIceServer[]} one or none
 */
function relay(entry) {
  const { urls, username, credential } = entry ?? {};
  const known = Array.isArray(urls) ? urls.filter((url) => typeof url === 'string' && RELAY.test(url)).slice(0, MOST.urls) : [];
  const whole = known.length > 0 && [username, credential].every((text) => typeof text === 'string' && text !== '');
  return whole ? [{ urls: known, username, credential }] : [];
}

/**
 * Whether two lists say the same.
 * @param {RTCIceServer[]} a
 * @param {RTCIceServer[]} b
 */
export function sameServers(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}
