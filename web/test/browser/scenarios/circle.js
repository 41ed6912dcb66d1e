import assert from 'node:assert/strict';
import { gathered, guest } from '../gather.js';
import { until } from '../until.js';

export const scenarios = [
  {
    name: 'circle: three people see each other in the same cyclic order (M-C2)',
    async run(stage) {
      const { staff, patients: [finch, river] } = await gathered(stage, ['chromium', 'firefox']);
      const all = [staff, finch, river];
      await Promise.all(all.flatMap((person) => all.filter((other) => other !== person).map((other) => person.watches(other, { frames: 5 }))));
      const order = (await staff.view()).seats.map((s) => [s.seat, s.name]);
      assert.equal(order.length, 3);
      for (const person of all) {
        assert.deepEqual((await person.view()).seats.map((s) => [s.seat, s.name]), order);
        assert.deepEqual(await person.driver.run(() => [...document.querySelectorAll('[data-seat]')].map((tile) => Number(tile.getAttribute('data-seat')))), order.map(([seat]) => seat), 'DOM order is seat order');
      }
      await finch.command('set', { mic: true });
      await river.command('set', { camera: false, hand: true });
      await until('all see the hand', async () => (await finch.view()).seats.some((s) => s.hand));
      for (const person of all) assert.deepEqual((await person.view()).seats.map((s) => [s.seat, s.name]), order, 'nothing reshuffles');
    },
  },
  {
    name: 'circle: a seat changes hands five times while others watch and listen',
    async run(stage) {
      const { staff, patients: [wren], invite } = await gathered(stage, ['firefox']);
      const watchers = [staff, wren];
      /** @type {number[]} */
      const seats = [];
      for (let turn = 0; turn < 5; turn++) {
        const newcomer = await guest(stage, turn % 2 ? 'firefox' : 'chromium', `Guest ${'ABCDE'[turn]}`, await invite());
        await staff.admit(newcomer);
        const seat = await newcomer.seat();
        seats.push(seat);
        await Promise.all(watchers.map((watcher) => watcher.watches(seat, { frames: 6 })));
        await newcomer.driver.run(async () => (await import('/core/session.js')).setMic(true));
        await Promise.all(watchers.map((watcher) => watcher.hears(seat)));
        await newcomer.watches(staff, { frames: 4 });
        await newcomer.driver.run(async () => (await import('/core/session.js')).leave());
        await until('the seat is free', async () => !(await staff.view()).seats.some((s) => s.seat === seat));
        await newcomer.close();
      }
      assert.equal(new Set(seats).size, 1, `it was one seat: ${seats}`);
    },
  },
];
