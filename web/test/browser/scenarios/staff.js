import assert from 'node:assert/strict';
import { t } from '../../../text/t.js';
import { Person } from '../person.js';
import { gathered, guest } from '../gather.js';
import { until } from '../until.js';

export const scenarios = [
  {
    name: 'staff: invite people from the room; each link opens the waiting room for one',
    async run(stage) {
      const hearth = await stage.hearth();
      const [lead] = await hearth.invite(stage.room(), 'facilitator');
      const staff = await guest(stage, 'chromium', 'Ada', lead, { camera: false });
      await staff.at('seated');
      await staff.press('staff.invite');
      await staff.press('staff.invite.more');
      await staff.press('staff.invite.make');
      const links = await until('two links', async () => {
        const found = await staff.driver.run(() => [...document.querySelectorAll('.linkrow__text')].map((field) => /** @type {HTMLInputElement} */ (field).value));
        return found.length === 2 && found;
      });
      assert.ok(links[0] !== links[1] && links.every((link) => link.startsWith(`${hearth.origin}/#`)), 'links are of this place');
      const wren = await Person.in(stage, 'firefox', 'Wren');
      await wren.join(links[0]);
      await wren.sees('waiting.head');
      await staff.driver.key('Escape');
      await staff.press('staff.admit.named', { name: 'Wren' });
      await wren.at('seated');
    },
  },
  {
    name: 'staff: another name is asked for and allowed (M-A6)',
    async run(stage) {
      const { staff, patients: [wren] } = await gathered(stage, ['firefox'], { names: ['Wren'], options: () => ({ camera: false }) });
      await wren.press('bar.more');
      await wren.driver.run((words) => [...document.querySelectorAll('button')].find((button) => button.textContent?.includes(words))?.click(), t('more.rename'));
      await wren.driver.fill(t('name.label'), 'Rain');
      await wren.press('more.rename.send');
      await wren.sees('more.rename.sent', { name: 'Rain' });
      assert.ok(!(await wren.text()).includes(t('code.other')));
      await staff.press('staff.allow');
      await until('she has the name', async () => (await wren.view()).seats.some((seat) => seat.name === 'Rain'));
    },
  },
];
