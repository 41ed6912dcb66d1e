import assert from 'node:assert/strict';
import { Person } from '../person.js';
import { gathered, guest } from '../gather.js';
import { until } from '../until.js';

/** One seat, and two places that want it. */
export const scenarios = [
  {
    name: 'device: the same link on a second device waits, flagged; admission moves the seat (M-A4)',
    async run(stage) {
      const { staff, patients: [ash], links: { patients: [link] } } = await gathered(stage, ['chromium']);
      const seat = await ash.seat();
      const phone = await guest(stage, 'firefox', 'Ash', link);
      await phone.sees('waiting.head');
      await until('it is flagged', async () => (await staff.view()).waiting.some((g) => g.moves));
      await staff.sees('staff.moves');
      assert.equal((await staff.view()).seats.length, 2);
      await ash.watches(staff, { frames: 3 });

      await staff.press('staff.admit.named', { name: 'Ash' });
      await phone.at('seated');
      assert.equal(await phone.seat(), seat);
      await ash.isOver('moved');
      await ash.sees('state.moved.head');
      assert.ok(await ash.driver.run(() => /** @type {any} */ (window).captured.every((track) => track.readyState === 'ended')), 'a device is still open');
      assert.equal(await ash.driver.run(() => sessionStorage.length), 0);
      assert.equal((await staff.view()).seats.length, 2, 'one seat, never two');
      await Promise.all([staff.watches(phone), phone.watches(staff)]);
    },
  },
  {
    name: 'device: another window takes over; the first does not fight, and comes back when asked',
    async run(stage) {
      const { staff, patients: [ash], server } = await gathered(stage, ['chromium']);
      const seat = await ash.seat();
      const kept = await ash.driver.run(() => sessionStorage.getItem('hearth'));
      const copy = await Person.in(stage, 'chromium', 'Copy', { before: (kept) => { sessionStorage.setItem('hearth', kept); }, arg: kept });
      await copy.open(`${server.origin}/`);
      await copy.at('seated');
      await ash.isOver('replaced');
      await ash.sees('state.replaced.head');
      assert.equal(await ash.driver.run(() => sessionStorage.length), 0, 'a reload would take it back by itself');
      await ash.driver.run(() => {
        dispatchEvent(new Event('online'));
        document.dispatchEvent(new Event('visibilitychange'));
      });
      await copy.watches(staff);
      assert.deepEqual([(await ash.state()).over, (await copy.state()).status], ['replaced', 'open']);

      await ash.press('do.here');
      await ash.at('seated');
      assert.equal(await ash.seat(), seat);
      await copy.isOver('replaced');
      await Promise.all([staff.watches(ash), ash.watches(staff)]);
    },
  },
];
