import assert from 'node:assert/strict';
import { gathered, guest } from '../gather.js';
import { until } from '../until.js';

export const scenarios = [
  {
    name: 'reconnect: a reload keeps the seat, and the microphone is off again (M-M2)',
    async run(stage) {
      const { staff, patients: [ash] } = await gathered(stage, ['firefox']);
      const seat = await ash.seat();
      await ash.driver.run(async () => (await import('/core/session.js')).setMic(true));
      await staff.hears(ash);
      for (const person of [ash, staff]) {
        const before = await person.seat();
        await person.driver.reload();
        await person.at('seated');
        assert.equal(await person.seat(), before);
        await until(`${person.name} is connected again`, async () => (await person.state()).media === 'connected');
      }
      await Promise.all([staff.watches(seat), ash.watches(staff)]);
      await until('the microphone is off', async () => !(await ash.view()).you.mic);
      await staff.nothing(seat, 'audio');
    },
  },
  {
    name: 'reconnect: a lost socket is not seen or heard; another network keeps the connection',
    async run(stage) {
      const { staff, patients: [ash] } = await gathered(stage, ['chromium']);
      await Promise.all([staff.watches(ash), ash.watches(staff)]);
      const cut = await ash.driver.run(async () => {
        const { status } = await import('/core/session.js');
        const seen = [];
        const stop = status.subscribe((now) => seen.push(now));
        /** @type {any} */ (window).sockets.at(-1).close(3999);
        for (let i = 0; i < 200 && seen.at(-1) !== 'open' || seen.length < 3; i++) await new Promise((next) => setTimeout(next, 50));
        stop();
        return seen;
      });
      assert.deepEqual(cut, ['open', 'reconnecting', 'open']);
      await ash.driver.run(() => { dispatchEvent(new Event('online')); });
      await until('the page is connected again', async () => { const s = await ash.state(); return s.status === 'open' && s.media === 'connected'; });
      await Promise.all([staff.watches(ash), ash.watches(staff)]);
      assert.equal(await ash.driver.run(() => /** @type {any} */ (window).connections.length), 1, 'it is still the first connection');
    },
  },
  {
    name: 'reconnect: a connection that cannot be restarted becomes a new one, in the same seat',
    async run(stage) {
      const { staff, patients: [ash] } = await gathered(stage, ['chromium']);
      await Promise.all([staff.watches(ash), ash.watches(staff)]);
      const seat = await ash.seat();
      await ash.driver.run(() => {
        /** @type {any} */ (window).connections.at(-1).close(); // by hand: the page learns of it when it wants to restart it
        dispatchEvent(new Event('online'));
      });
      await until('there is another connection', async () => (await ash.driver.run(() => /** @type {any} */ (window).connections.length)) === 2);
      await until('it is connected', async () => (await ash.state()).media === 'connected');
      assert.equal(await ash.seat(), seat);
      await Promise.all([staff.watches(ash), ash.watches(staff)]);
    },
  },
  {
    name: 'reconnect: the facilitator is gone, the room holds, and goes on when one is back (M-F10, M-A9)',
    async run(stage) {
      const hearth = await stage.ownHearth({ GRACE: '10s' });
      const { staff, patients: [ash, elm], links } = await gathered(stage, ['chromium', 'firefox'], { hearth });
      const seats = (await ash.view()).seats.map((s) => [s.seat, s.name]);
      await ash.watches(elm);
      await staff.close();
      await ash.sees('notice.alone.head');
      await Promise.all([ash.watches(elm, { frames: 3 }), elm.watches(ash, { frames: 3 })]);
      await until('the room holds', async () => (await ash.view()).room.phase === 'hold', 25_000);
      await ash.sees('notice.hold.head');
      await Promise.all([ash.nothing(elm, 'video'), elm.nothing(ash, 'video')]);
      const back = await guest(stage, 'chromium', 'Ada', links.staff[0]);
      await back.at('seated');
      await until('the room goes on', async () => (await ash.view()).room.phase === 'open');
      await Promise.all([ash.watches(elm), elm.watches(ash), ash.watches(back), back.watches(elm)]);
      assert.deepEqual((await ash.view()).seats.map((s) => [s.seat, s.name]).filter(([, name]) => name !== 'Ada'), seats.filter(([, name]) => name !== 'Ada'));
    },
  },
];
