import assert from 'node:assert/strict';
import { t } from '../../../text/t.js';
import { Album, LAPTOP, PHONE } from '../album.js';
import { gathered, guest } from '../gather.js';
import { Person } from '../person.js';
import { portrait } from '../portrait.js';
import { until } from '../until.js';

/** Any question for a device, any connection: from the first moment of the page on. */
const watchDevices = () => {
  const w = /** @type {any} */ (window);
  w.asked = 0;
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (want) => { w.asked++; return ask(want); };
};

const untouched = async (person) => assert.deepEqual(await person.driver.run(() => {
  const { asked, captured, connections } = /** @type {any} */ (window);
  return [asked, captured.length, connections.length, document.querySelectorAll('video').length];
}), [0, 0, 0, 0], 'a device was asked for, or a connection made');

/** A technical helper: at the door, seen by all, with nothing of the group (S-6). */
export const scenarios = [
  {
    name: 'helper: at the door without camera or microphone, seen by everybody, helps and lets in (S-6, M-C3)',
    limit: 180_000,
    async run(stage) {
      const { staff, patients: [ash, elm], server, room, invite } = await gathered(stage, ['firefox', 'chromium'], { options: (i) => ({ before: portrait, arg: i + 3 }) });
      const album = new Album(stage, 'helper');
      await elm.driver.size(...PHONE);
      const waits = await guest(stage, 'chromium', 'Wren', await invite());
      await waits.sees('waiting.body');

      // The way in: a name and the rules.
      const [link] = await server.invite(room, /** @type {any} */ ('host'));
      const kim = await Person.in(stage, 'chromium', 'Kim', { before: watchDevices });
      await kim.driver.size(...PHONE);
      await kim.open(link);
      await kim.at('entered');
      await kim.sees('helper.lead');
      await album.take('name', kim);
      await kim.driver.fill(t('helper.name'), 'Kim');
      await kim.press('join.continue');
      await kim.sees('helper.body');
      await album.take('rules', kim);
      await kim.tick('rules.agree');
      await kim.press('helper.go');
      await kim.at('door');
      await kim.sees('helper.head');

      // Never hidden: in the circle by name, in the waiting room without one.
      for (const person of [staff, ash, elm]) {
        await person.sees('helper.notice.head', { name: 'Kim' });
        await until('the strip shows it', () => person.driver.run((words) => [...document.querySelectorAll('.top button')].some((b) => b.getAttribute('aria-label') === words), t('helper.strip', { n: 1 })));
        await until('it is said', () => person.driver.run((words) => document.querySelector('#live')?.textContent?.includes(words), t('say.helper', { name: 'Kim' })));
      }
      await waits.sees('helper.waiting');
      assert.ok(!(await waits.text()).includes('Kim'), 'no name before admission (M-A8)');
      await album.take('seen', staff, ash, elm, waits);
      await elm.press('helper.strip', { n: 1 });
      await elm.sees('helper.privacy', { name: 'Kim' });
      await album.take('told', elm);
      await elm.press('close');

      // What it has: connections and who waits; nothing of the group.
      await until('the seats are there', async () => (await kim.view()).seats.length === 3);
      await ash.driver.run(async () => (await import('/core/session.js')).setMic(true));
      await staff.hears(ash);
      await staff.command('open_text', { open: true });
      await staff.command('group_text', { text: 'For the group alone' });
      await ash.reads('For the group alone');
      const { seats, session, round, middle, attendance, removed } = await kim.view();
      assert.ok(seats.every((s) => !s.mic && !s.camera && !s.away && s.ref === undefined), 'it learns what somebody does');
      assert.deepEqual([session, round, middle, attendance, removed], [undefined, undefined, undefined, undefined, []]);
      assert.ok(!(await kim.text()).includes('For the group'));

      // Help from the waiting room, a line to the facilitator, and letting in.
      await waits.press('ask.open');
      await waits.driver.fill(t('ask.label'), 'I hear nothing.');
      await waits.press('write.send');
      await kim.reads('I hear nothing.');
      await album.take('door', kim);
      await album.sizes('door', kim, [LAPTOP]);
      await kim.press('staff.message.head', { name: 'Wren' });
      await kim.driver.fill(t('staff.message.label', { name: 'Wren' }), 'Try your headphones.');
      await kim.press('write.send');
      await waits.reads('Try your headphones.');
      await waits.sees('helper.answered');
      await album.take('answer', kim, waits);
      await waits.press('close');
      await kim.press('close');
      await kim.driver.fill(t('helper.talk.label'), 'Wren has no sound yet.');
      await kim.press('write.send');
      await staff.reads('Wren has no sound yet.');
      await staff.sees('staff.talk.from', { name: 'Kim' });
      await staff.driver.fill(t('staff.talk.helper'), 'Thank you, let her in.');
      await staff.press('write.send');
      await kim.reads('Thank you, let her in.');
      for (const person of [ash, elm]) assert.ok(!/no sound yet|let her in/.test(await person.text()), 'members read it');
      await album.take('talk', staff, kim);
      await kim.press('staff.admit.named', { name: 'Wren' });
      await waits.at('seated');

      // A reload keeps the place; a facilitator can send the helper away.
      await kim.driver.reload();
      await kim.at('door');
      await untouched(kim);
      await staff.press('staff.helper.remove', { name: 'Kim' });
      await staff.press('staff.remove.do');
      await kim.isOver('removed');
      await until('everybody knows', async () => (await Promise.all([staff, ash, elm].map((p) => p.view()))).every((v) => !v.room.hosts));
      await untouched(kim);
    },
  },
  {
    name: 'helper: who talks aside or has stepped out asks to come back, and facilitators alone know (C-6)',
    async run(stage) {
      const { staff, patients: [ash, elm], invite } = await gathered(stage, ['chromium', 'chromium'], { options: (i) => ({ before: portrait, arg: i + 3 }) });
      const noor = await guest(stage, 'chromium', 'Noor', await invite('facilitator'), { camera: false });
      await noor.at('seated');
      const album = new Album(stage, 'back');
      await ash.driver.size(...PHONE);
      const asks = async (person) => (await person.view()).seats.find((s) => s.name === 'Ash')?.back;

      await staff.openSeat(ash);
      await staff.choose('staff.side.open');
      await ash.sees('side.head', { name: 'Ada' });
      await ash.press('back.short');
      await ash.sees('back.asked');
      for (const lead of [staff, noor]) await until('facilitators know', async () => (await asks(lead)) > 0);
      await noor.sees('staff.care.back');
      assert.equal(await asks(elm), undefined, 'the group knows');
      await album.take('aside', ash, noor, staff);
      await noor.press('staff.side.back');
      await until('back in the circle', async () => (await ash.view()).you.side !== true && (await ash.view()).you.stage === 'seated');
      assert.equal(await asks(staff), undefined, 'it is over when they are back');

      await staff.command('step_out', { seat: await ash.seat() });
      await ash.at('stepped_out');
      await ash.press('back.ask');
      await ash.sees('back.asked');
      await noor.sees('staff.care.back');
      assert.equal(await asks(elm), undefined, 'the group knows');
      await album.take('outside', ash, noor);
      await ash.press('support.back');
      await until('taken back', async () => (await asks(noor)) === undefined);
      await ash.press('back.ask');
      await noor.sees('staff.care.back');
      await noor.press('staff.back');
      await ash.at('seated');
    },
  },
];
