import assert from 'node:assert/strict';
import { Person } from '../person.js';
import { guest } from '../gather.js';
import { CRISIS } from '../server.js';

export const scenarios = [
  {
    name: 'help: where to get help now is on the way in, in the waiting room and at the end, though config.json failed at first (M-S5)',
    light: true,
    async run(stage) {
      const hearth = await stage.hearth();
      const room = stage.room();
      const [[lead], [link]] = await Promise.all([hearth.invite(room, 'facilitator'), hearth.invite(room, 'patient')]);
      const staff = await guest(stage, 'chromium', 'Ada', lead, { camera: false });
      const ash = await Person.in(stage, 'chromium', 'Ash');
      let asked = 0;
      await ash.driver.page.route('**/config.json', (route) => (++asked <= 2 ? route.abort() : route.continue()));
      await ash.open(link);
      await ash.sees('join.head');
      await ash.reads(CRISIS);
      assert.equal(asked, 3);
      await ash.chooseName();
      await ash.check();
      await ash.goIn();
      await ash.sees('waiting.head');
      await ash.reads(CRISIS);
      await ash.press('help.now');
      await ash.sees('help.body');
      await ash.reads('Call the front desk.');
      await ash.driver.key('Escape');
      await ash.press('waiting.leave');
      await ash.sees('state.left.head');
      await ash.reads(CRISIS);
      await staff.command('end').catch(() => {});
      await staff.sees('state.ended.head');
      await staff.reads(CRISIS);
    },
  },
];
