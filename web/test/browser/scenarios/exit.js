import assert from 'node:assert/strict';
import { t } from '../../../text/t.js';
import { gathered } from '../gather.js';
import { until } from '../until.js';

/**
 * What is left in the page in the same turn of its loop in which the button is
 * pressed. No clock: nothing is awaited between the press and the look, so
 * nothing a person or a network does can come between (M-S1's 300 ms).
 */
const pressAndLook = (name) => {
  const button = [...document.querySelectorAll('button')].find((b) => b.textContent?.trim() === name);
  const { captured, connections } = /** @type {any} */ (window);
  const { clear } = Storage.prototype;
  let before = 'nothing was cleared';
  Storage.prototype.clear = function () {
    clear.call(this);
    before = `${captured.every((track) => track.readyState === 'ended') ? 'devices off' : 'a device on'}, ${document.documentElement.childNodes.length === 0 ? 'page blank' : 'page there'}`;
  };
  button?.click();
  return {
    found: Boolean(button), before, left: document.documentElement.childNodes.length, stored: sessionStorage.length,
    tracks: captured.map((track) => track.readyState), connections: connections.map((c) => c.connectionState), title: document.title,
  };
};

export const scenarios = [
  {
    name: 'exit: leave quickly from the circle, by button, by Shift, and without a network (M-S1)',
    async run(stage) {
      const { staff, patients: [ash, elm, wren], server } = await gathered(stage, ['chromium', 'firefox', 'chromium']);
      for (const person of [ash, elm, wren]) await person.clear();
      const left = await ash.driver.run(pressAndLook, t('leave.quickly'));
      assert.ok(left.found);
      assert.equal(left.before, 'devices off, page blank', 'the order: devices, page, storage');
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

      await wren.driver.offline(true);
      const alone = await wren.driver.run(pressAndLook, t('leave.quickly'));
      assert.deepEqual([alone.found, alone.before, alone.left, alone.stored], [true, 'devices off, page blank', 0, 0]);
      await until('the page is gone', async () => !wren.driver.url().startsWith(server.origin));
      await until('the circle is empty but for the facilitator', async () => (await staff.view()).seats.filter((seat) => seat.state === 'here').length === 1);
    },
  },
];
