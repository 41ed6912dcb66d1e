import assert from 'node:assert/strict';
import { t } from '../../../text/t.js';
import { gathered } from '../gather.js';
import { until } from '../until.js';

/** What is left in the page in the same moment the button is pressed. */
const pressAndLook = (name) => {
  const button = [...document.querySelectorAll('button')].find((b) => b.textContent?.trim() === name);
  const { captured, connections } = /** @type {any} */ (window);
  const { clear } = Storage.prototype;
  const start = performance.now();
  let ms = Infinity;
  Storage.prototype.clear = function () {
    clear.call(this);
    const off = captured.every((track) => track.readyState === 'ended') && document.documentElement.childNodes.length === 0;
    if (off) ms = performance.now() - start;
  };
  button?.click();
  return {
    found: Boolean(button), ms, left: document.documentElement.childNodes.length, stored: sessionStorage.length,
    tracks: captured.map((track) => track.readyState), connections: connections.map((c) => c.connectionState), title: document.title,
  };
};

export const scenarios = [
  {
    name: 'exit: leave quickly from the circle, by button and by Shift (M-S1)',
    async run(stage) {
      const { staff, patients: [ash, elm], server } = await gathered(stage, ['chromium', 'firefox']);
      const left = await ash.driver.run(pressAndLook, t('leave.quickly'));
      assert.ok(left.found);
      assert.ok(left.ms < 300, `it took ${left.ms} ms`);
      assert.deepEqual([left.left, left.stored, left.title], [0, 0, '']);
      assert.ok(left.tracks.length > 0 && left.tracks.every((state) => state === 'ended'), 'a device is still open');
      assert.ok(left.connections.every((state) => state === 'closed'), 'a connection is still open');
      await until('another site is shown', () => ash.driver.url() === server.elsewhere.url);
      await ash.driver.back();
      assert.ok(!ash.driver.url().startsWith(server.origin), `Back shows ${ash.driver.url()}`);
      await until('facilitators know how she left', async () => (await staff.view()).removed.some((o) => o.name === 'Ash' && o.cause === 'left_quickly'));

      for (let i = 0; i < 3; i++) await elm.driver.key('Shift');
      await until('another site is shown', () => elm.driver.url() === server.elsewhere.url);
      await elm.driver.back();
      assert.ok(!elm.driver.url().startsWith(server.origin), `Back shows ${elm.driver.url()}`);
      await until('the circle is empty but for the facilitator', async () => (await staff.view()).seats.length === 1);
    },
  },
  {
    name: 'exit: it works without a network',
    async run(stage) {
      const { patients: [ash], server } = await gathered(stage, ['chromium']);
      await ash.driver.offline(true);
      const left = await ash.driver.run(pressAndLook, t('leave.quickly'));
      assert.deepEqual([left.found, left.left, left.stored], [true, 0, 0]);
      await until('the page is gone', async () => !ash.driver.url().startsWith(server.origin));
    },
  },
];
