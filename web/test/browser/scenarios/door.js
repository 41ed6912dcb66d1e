import assert from 'node:assert/strict';
import { t } from '../../../text/t.js';
import { Person } from '../person.js';
import { gathered, guest } from '../gather.js';
import { until } from '../until.js';

/** A browser that has no devices to give, as the view inside many apps; what is copied there is kept. */
const withoutDevices = () => {
  Object.defineProperty(navigator, 'mediaDevices', { value: undefined });
  navigator.clipboard.writeText = async (text) => { /** @type {any} */ (window).copied = text; };
};

export const scenarios = [
  {
    name: 'door: a full room, a closed door, a named latecomer (M-A11, M-F7)',
    async run(stage) {
      const hearth = await stage.ownHearth({ PATIENTS: '2' });
      const { staff, patients: [ash], invite } = await gathered(stage, ['chromium'], { hearth });
      const early = await guest(stage, 'chromium', 'Early', await invite(), { camera: false });
      await early.sees('waiting.head');
      await staff.command('lock', { locked: true });
      const late = await guest(stage, 'firefox', 'Late', await invite(), { camera: false });
      await late.sees('state.locked.head');
      assert.ok((await early.view()).room.locked);
      assert.ok(!(await early.text()).includes(t('state.locked.head')), 'who knocked before the lock is not late');
      await early.command('leave', { quick: false }).catch(() => {});
      await until('the facilitator knows', async () => (await staff.view()).waiting.some((g) => g.late));
      await staff.admit(late);
      await late.watches(staff, { frames: 3 });
      assert.equal((await staff.view()).seats.find((s) => s.name === 'Late')?.camera, false);
      await staff.command('lock', { locked: false });

      const third = await Person.in(stage, 'chromium', 'Third');
      await third.open(await invite());
      await third.chooseName();
      await third.check();
      await third.tick('rules.agree');
      await third.press('rules.go');
      await third.sees('state.full.head');
      assert.ok(!(await third.text()).includes(t('name.hint.full')));
      assert.equal((await staff.view()).waiting.length, 0);
      assert.equal((await ash.view()).seats.length, 3);
    },
  },
  {
    name: 'door: a closed group knows its members, and has a kind page for others (M-A10)',
    light: true,
    async run(stage) {
      const hearth = await stage.hearth();
      const room = stage.room();
      const closed = (roster) => ['--group', 'closed', '--roster', roster];
      const [[lead], [member], [stranger]] = await Promise.all([
        hearth.invite(room, 'facilitator', 1, closed('member-1,member-2')),
        hearth.invite(room, 'patient', 2, closed('member-1,member-2')),
        hearth.invite(room, 'patient', 1, closed('stranger-1')),
      ]);
      const staff = await guest(stage, 'chromium', 'Ada', lead, { camera: false });
      await staff.at('seated');
      const other = await Person.in(stage, 'chromium', 'Other');
      await other.open(stranger);
      await other.chooseName();
      await other.check();
      await other.tick('rules.agree');
      await other.press('rules.go');
      await other.sees('state.roster.head');
      await other.sees('reach.open');
      const finch = await guest(stage, 'firefox', 'Finch', member);
      await finch.sees('waiting.head');
      await until('only the member waits', async () => (await staff.view()).waiting.map((g) => g.name).join() === 'Finch');
      await staff.admit(finch);
    },
  },
  {
    name: 'door: links that do not open, and browsers that cannot (M-A2, M-A13)',
    light: true,
    async run(stage) {
      const hearth = await stage.hearth();
      const [good] = await hearth.invite(stage.room(), 'patient');
      const tampered = good.slice(0, -6) + (good.endsWith('AAAAAA') ? 'BBBBBB' : 'AAAAAA');
      for (const [link, key] of [[`${hearth.origin}/`, 'state.nolink.head'], [`${hearth.origin}/#nonsense`, 'state.badlink.head'], [tampered, 'state.badlink.head']]) {
        const person = await Person.in(stage, 'chromium', 'Nobody');
        await person.open(link);
        await person.sees(key);
        assert.equal(await person.driver.run(() => location.hash), '');
        assert.equal(await person.driver.run(() => sessionStorage.length), 0);
        await person.close();
      }
      const old = await Person.in(stage, 'chromium', 'Old', { before: withoutDevices });
      await old.open(good);
      await old.sees('state.old.head');
      assert.ok(!/error|[A-Z]\w+Error|\b\d{3,}\b/.test(await old.text()), 'no error code');
      await old.press('copy.link');
      await old.sees('copied');
      assert.equal(await old.driver.run(() => /** @type {any} */ (window).copied), good);
    },
  },
];
