import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gathered } from '../gather.js';
import { Person } from '../person.js';
import { portrait } from '../portrait.js';
import { until } from '../until.js';

const SIZES = [[360, 640], [820, 1180], [1366, 768]];
const ROOM = fileURLToPath(new URL('../../room.png', import.meta.url));

/** Every screen at three sizes into test/out/, and the README's picture: a real room, with drawn faces. */
export const scenarios = [
  {
    name: 'pictures: every screen at three sizes',
    async run(stage) {
      const shots = async (person, name) => {
        for (const [width, height] of SIZES) {
          await person.driver.size(width, height);
          await person.driver.run(() => new Promise((drawn) => setTimeout(drawn, 150)));
          await person.driver.shot(`${stage.out}${name}-${width}x${height}.png`);
        }
      };
      const { staff, patients, invite } = await gathered(stage, Array(6).fill('chromium'), { options: () => ({ before: portrait }) });
      const [ash, , wren] = patients;
      for (const person of patients) await person.driver.size(360, 640);
      await wren.command('set', { hand: true });
      await patients[3].command('set', { mic: true });
      await until('all pictures are there', async () => Object.values(await ash.received()).filter((seat) => seat.frames > 3).length >= 6, 40_000);

      const newcomer = await Person.in(stage, 'chromium', 'Maple', { before: portrait });
      await newcomer.open(await invite());
      await newcomer.at('entered');
      await shots(newcomer, '1-name');
      await newcomer.chooseName();
      await newcomer.check();
      await shots(newcomer, '2-check');
      await newcomer.goIn();
      await shots(newcomer, '3-waiting');

      await ash.driver.size(1366, 768);
      await until('the pictures are on the screen', async () => (await Promise.all([0, 1, 2].map((i) => staff.seat().then((s) => ash.sightOf(s))))).every((sight) => sight.shown && sight.width > 0));
      await shots(ash, '4-circle');
      await ash.driver.size(1366, 768);
      await ash.driver.shot(`${stage.out}room.png`);
      copyFileSync(`${stage.out}room.png`, ROOM);
      await shots(staff, '5-facilitator');
      await staff.command('pause', { paused: true });
      await ash.sees('notice.paused.head');
      await shots(ash, '6-paused');
      await staff.command('pause', { paused: false });
      await staff.command('end').catch(() => {});
      await ash.sees('state.ended.head');
      await shots(ash, '7-ended');
    },
  },
];
