/**
 * A lost network, as a page meets it: the socket and the media are gone, and
 * no new socket opens until it is mended. The same in every browser.
 */

/** @param {import('./person.js').Person} person */
export function cut(person) {
  return person.driver.run(() => {
    const w = /** @type {any} */ (window);
    w.network = w.WebSocket;
    w.WebSocket = class extends w.network {
      constructor(_url, protocol) {
        super(`${location.origin.replace('http', 'ws')}/nowhere`, protocol); // the server has no socket there
      }
    };
    w.sockets.at(-1).close(3999);
    w.connections.filter((c) => c.connectionState !== 'closed').forEach((c) => c.close());
  });
}

/** @param {import('./person.js').Person} person */
export function mend(person) {
  return person.driver.run(() => {
    const w = /** @type {any} */ (window);
    w.WebSocket = w.network;
    dispatchEvent(new Event('online'));
  });
}
