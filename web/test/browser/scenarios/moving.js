import assert from 'node:assert/strict';
import { gathered } from '../gather.js';
import { Redis, freePort } from '../server.js';
import { STEADY, listen, listened } from '../sound.js';
import { pause, until } from '../until.js';

/** Servers on one Redis that know each other; the first one opens the rooms of those who come to it. */
async function cluster(stage, names) {
  const redis = await Redis.open(stage.built.folder);
  const servers = [];
  for (const NODE of names) servers.push(await stage.ownHearth({ NODE, REDIS_URL: redis.url, INTERNAL_ADDR: `127.0.0.1:${await freePort()}` }));
  stage.extra.push(redis); // the last to end
  for (const server of servers) await until('the servers know each other', async () => (await metric(server, 'hearth_nodes_known')) === names.length - 1);
  await pause(YOUNG_MS);
  return servers;
}

/** A server that was started a moment ago leaves new rooms to the others (settleFor in room/cluster). */
const YOUNG_MS = 2000;

/** A gauge of a server's. */
async function metric(server, name) {
  const text = await (await fetch(`${server.ops}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1] ?? NaN);
}

export const scenarios = [
  {
    name: 'moving: servers are stopped, one that carried a socket and the one that had the room, and the circle goes on without a word',
    limit: 180_000,
    async run(stage) {
      const [first, second, third] = await cluster(stage, ['a', 'b', 'c']);
      const { staff, patients: [ash, elm] } = await gathered(stage, ['chromium', 'firefox'], { hearth: first, at: (i) => (i === 1 ? third : first), options: (i) => (i === 0 ? STEADY : undefined) });
      assert.deepEqual([await metric(first, 'hearth_rooms'), await metric(third, 'hearth_hops')], [1, 1], 'one server carries a socket to the other');
      await ash.driver.run(async () => (await import('/core/session.js')).setMic(true));
      const seat = await ash.seat();
      const others = [staff, elm];
      for (const person of others) {
        await person.watches(ash);
        await person.hears(ash);
        await listen(person, seat);
      }
      const seats = (await elm.view()).seats.map((s) => [s.seat, s.name]);

      third.child.process.kill('SIGTERM');
      await until('the server that carried a socket has ended', () => !third.child.alive, 30_000);
      await elm.command('set', { hand: true });
      await elm.command('set', { hand: false });

      first.child.process.kill('SIGTERM');
      await until('the room is at the other server', async () => (await metric(second, 'hearth_rooms')) === 1);
      await until('the first server has ended', () => !first.child.alive, 30_000);

      for (const person of others) {
        await person.watches(ash);
        await person.hears(ash);
        await until(`one connection is left for ${person.name}`, () => person.driver.run(() => /** @type {any} */ (window).connections.filter((c) => c.connectionState !== 'closed').length === 1));
        const { status, media, gap } = await listened(person);
        stage.say(`     ${person.name}: longest time without a sound ${gap} ms`);
        assert.deepEqual(status, ['open'], `${person.name} was told of it`);
        assert.deepEqual(media, ['connected'], `${person.name} was told of it`);
        assert.ok(gap < 6000, `${person.name} heard nothing for ${gap} ms`); // a busy machine takes seconds for a connection, and the room waits 3 s for it
      }
      const { seats: now, you } = await elm.view();
      assert.deepEqual(now.map((s) => [s.seat, s.name]), seats, 'the same seats');
      assert.equal(you.camera, true, 'the camera goes on');
      assert.equal((await ash.view()).you.mic, true, 'the microphone goes on');
      await elm.command('set', { hand: true });
      await until('the facilitator sees a hand', async () => (await staff.view()).seats.some((s) => s.hand));
    },
  },
  {
    name: 'moving: a server dies, and everybody is back at the other one in the same seats',
    limit: 180_000,
    async run(stage) {
      const [first] = await cluster(stage, ['a', 'b']);
      const { staff, patients: [ash, elm] } = await gathered(stage, ['chromium', 'firefox'], { hearth: first });
      const seat = await elm.seat();
      await staff.command('mute', { seat, hold: true });
      const seats = (await elm.view()).seats.map((s) => [s.seat, s.name]);
      await first.child.stop('SIGKILL');
      for (const person of [staff, ash, elm]) {
        await until(`${person.name} is back`, async () => {
          const { status, media } = await person.state();
          return status === 'open' && media === 'connected';
        }, 40_000);
      }
      await until('the same seats', async () => JSON.stringify((await elm.view()).seats.map((s) => [s.seat, s.name])) === JSON.stringify(seats));
      await ash.watches(staff);
      await staff.watches(ash);
      assert.equal((await elm.view()).you.mic_held, true, 'muted stays muted');
    },
  },
];
