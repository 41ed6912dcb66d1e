import assert from 'node:assert/strict';
import { t } from '../../../text/t.js';
import { Person } from '../person.js';
import { gathered } from '../gather.js';
import { until } from '../until.js';
import { CRISIS, Redis } from '../server.js';

/** Unmutes as the page does; the code when it may not. */
const unmute = (person) => person.driver.run(async () => (await import('/core/session.js')).setMic(true).then(() => '', (e) => e.code));

/** One of the choices of the facilitator's "Mute all", by the line that explains it. */
async function all(staff, note) {
  await staff.press('staff.mute.all');
  await staff.driver.page.getByRole('dialog').getByText(t(note), { exact: true }).click();
}

/** What a facilitator may do, checked at the receivers. */
export const scenarios = [
  {
    name: 'power: asked to mute, then held, then released; one, and all (M-F1, M-F2)',
    async run(stage) {
      const { staff, patients } = await gathered(stage, ['chromium', 'firefox']);
      const [ash, elm] = patients;
      const seat = await ash.seat();
      assert.deepEqual(await Promise.all(patients.map(unmute)), ['', '']);
      await Promise.all([staff.hears(ash), staff.hears(elm), elm.hears(ash)]);

      await staff.command('mute', { seat, hold: false, reason: 'noise' });
      await ash.sees('reason.noise');
      await Promise.all([staff.nothing(ash, 'audio'), elm.nothing(ash, 'audio'), staff.hears(elm)]);
      assert.equal(await unmute(ash), '', 'a person who was asked may turn it on again');
      await elm.hears(ash);

      await staff.command('mute', { seat, hold: true });
      await ash.sees('notice.held.head');
      assert.equal(await unmute(ash), 'held');
      await elm.nothing(ash, 'audio');
      await staff.command('release', { seat, mic: true });
      await until('released', async () => !(await ash.view()).you.mic_held);
      await elm.nothing(ash, 'audio', { during: 600 });
      assert.equal(await unmute(ash), '');
      await Promise.all([staff.hears(ash), elm.hears(ash)]);

      await all(staff, 'staff.mute.all.ask.note');
      await elm.sees('notice.muted.head');
      await Promise.all([staff.nothing(ash, 'audio'), staff.nothing(elm, 'audio'), elm.nothing(ash, 'audio')]);
      assert.deepEqual(await Promise.all(patients.map(unmute)), ['', ''], 'asked only');
      await all(staff, 'staff.mute.all.hold.note');
      await Promise.all(patients.map((person) => person.sees('notice.held.head')));
      await Promise.all([staff.nothing(ash, 'audio'), staff.nothing(elm, 'audio')]);
      assert.deepEqual(await Promise.all(patients.map(unmute)), ['held', 'held']);
      await all(staff, 'staff.release.all.note');
      for (const person of patients) await until('released', async () => !(await person.view()).you.mic_held);
      await Promise.all([staff.nothing(ash, 'audio', { during: 600 }), staff.nothing(elm, 'audio', { during: 600 })]);
      assert.equal(await unmute(elm), '');
      await staff.hears(elm);
    },
  },
  {
    name: 'power: a picture is stopped and given back; stepped out and back in the same seat; a pause (M-F3, M-F4, M-F8)',
    async run(stage) {
      const { staff, patients: [ash, elm] } = await gathered(stage, ['firefox', 'chromium']);
      const seat = await ash.seat();
      await elm.watches(ash);
      await until('the face is on the screen', async () => (await elm.sightOf(seat)).shown);
      await staff.command('stop_video', { seat, reason: 'view' });
      await ash.sees('reason.view');
      await Promise.all([staff.nothing(ash, 'video'), elm.nothing(ash, 'video')]);
      await until('no old face stays on the screen', async () => !(await elm.sightOf(seat)).shown);
      await staff.command('release', { seat, video: true });
      await until('released', async () => !(await ash.view()).you.video_held);
      await ash.driver.run(async () => (await import('/core/session.js')).setCamera(true));
      await Promise.all([staff.watches(ash), elm.watches(ash)]);

      await staff.command('step_out', { seat, reason: 'talk' });
      await ash.at('stepped_out');
      await ash.sees('reason.talk');
      await Promise.all([elm.nothing(seat, 'video'), ash.nothing(elm, 'video'), ash.nothing(staff, 'video')]);
      await staff.admit(ash);
      assert.equal(await ash.seat(), seat);
      await Promise.all([elm.watches(ash), ash.watches(elm)]);

      await staff.command('pause', { paused: true });
      await elm.sees('notice.paused.head');
      await Promise.all([elm.nothing(ash, 'video'), elm.watches(staff)]);
      await staff.command('pause', { paused: false });
      await Promise.all([elm.watches(ash), ash.watches(elm)]);
    },
  },
  {
    name: 'power: removed, and refused with the same link, also after a restart on a real Redis (M-F5)',
    async run(stage) {
      const redis = await Redis.open(stage.built.folder);
      stage.extra.push(redis);
      const hearth = await stage.ownHearth({ REDIS_URL: redis.url });
      const { staff, patients: [ash, elm], links: { patients: [link] } } = await gathered(stage, ['chromium', 'firefox'], { hearth });
      const seat = await ash.seat();
      await elm.watches(ash);
      await staff.command('remove', { seat, scope: 'session' });
      await ash.isOver('removed');
      await ash.sees('state.removed.head');
      await elm.nothing(seat, 'video');
      assert.deepEqual(await ash.driver.run(() => ({ ...sessionStorage })), {}, 'the ticket is still kept');
      await refused(stage, link);
      await hearth.child.stop();
      await hearth.start();
      await refused(stage, link);
    },
  },
  {
    name: 'power: the end leads everybody to the closing page (M-F12)',
    async run(stage) {
      const { staff, patients: [ash] } = await gathered(stage, ['firefox']);
      await staff.command('end').catch(() => {});
      await Promise.all([ash.isOver('ended'), staff.isOver('ended')]);
      await ash.sees('state.ended.head');
      await ash.reads(CRISIS);
      assert.ok(await ash.driver.run(() => /** @type {any} */ (window).captured.every((track) => track.readyState === 'ended')), 'a device is still open');
    },
  },
];

/** The same invitation, in a browser that knows nothing, leads to the same page. */
async function refused(stage, link) {
  const again = await Person.in(stage, 'chromium', 'Ash again');
  await again.open(link);
  await again.isOver('removed');
  await again.sees('state.closed.head');
  await again.close();
}
