import { ShiftCount, isWriting } from './exit.js';

/**
 * What happens around the page: the network, the tab, the address, the Shift key.
 *
 * @typedef {object} Told
 * @property {() => void} networkChanged there is a network again, or another one
 * @property {() => void} returned the page is looked at again
 * @property {() => void} followed the fragment changed: a link was opened in this tab
 * @property {(presses: number) => void} shifted how many presses of Shift alone count now
 */

/** Listens for as long as the page lives. @param {Told} told */
export function surroundings({ networkChanged, returned, followed, shifted }) {
  addEventListener('online', networkChanged);
  listenForNetwork(/** @type {any} */ (navigator).connection, networkChanged);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) returned(); });
  addEventListener('hashchange', followed);
  // A page brought back from the browser's cache has no socket and no devices.
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
  listenForShift(shifted);
}

/**
 * From Wi-Fi to mobile, where the browser tells. The same event comes for every
 * new estimate of speed, which means nothing here.
 * @param {any} connection
 * @param {() => void} changed
 */
function listenForNetwork(connection, changed) {
  let kind = connection?.type;
  connection?.addEventListener?.('change', () => {
    if (connection.type === kind) return;
    kind = connection.type;
    changed();
  });
}

/** @param {(presses: number) => void} shifted */
function listenForShift(shifted) {
  const shift = new ShiftCount();
  addEventListener('keydown', (event) => {
    shift.down(event.key, isWriting(document.activeElement));
    shifted(shift.count(Date.now()));
  }, true);
  addEventListener('keyup', (event) => shifted(shift.up(event.key, Date.now())), true);
}
