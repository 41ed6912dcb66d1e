import assert from 'node:assert/strict';
import { t } from '../../../text/t.js';
import { shots } from '../album.js';
import { gathered, guest } from '../gather.js';
import { portrait } from '../portrait.js';
import { until } from '../until.js';

/** Presses what begins with the words of the catalogue: a row with a note below. */
const choose = (person, key, params) => until(`${person.name} chooses ${key}`, () => person.driver.run((words) => {
  const open = document.querySelector('dialog[open]') ?? document;
  const found = [...open.querySelectorAll('button')].find((button) => button.textContent?.startsWith(words));
  found?.click();
  return Boolean(found);
}, t(key, params)));

const seatOf = async (who, other) => (await who.view()).seats.find((s) => s.name === other.name);

export const scenarios = [
  {
    name: 'care: support asked and seen; help from the waiting room; a farewell',
    limit: 240_000, // pictures of every step at three sizes, where they are asked for
    async run(stage) {
      const { staff, patients: [river, wren], invite } = await gathered(stage, ['chromium', 'chromium'], { names: ['River', 'Wren'], options: (i) => ({ before: portrait, arg: i + 3 }) });

      // M-S4: a private signal, seen by the facilitator alone, and answered
      await wren.press('bar.more');
      await choose(wren, 'support.open');
      await wren.sees('support.body');
      await shots(stage, wren, 'care-1-ask');
      await wren.press('support.ask');
      await wren.sees('support.asked.head');
      await until('the facilitator has the signal', async () => (await seatOf(staff, wren)).support > 0);
      await staff.sees('staff.asks.one', { name: 'Wren' });
      assert.equal((await seatOf(river, wren)).support, undefined, 'another member learned of it');
      assert.ok(!(await river.text()).includes(t('staff.mark.support')));
      await shots(stage, staff, 'care-2-asked');
      await staff.press('staff.care.coming');
      await wren.sees('support.seen.head');
      await shots(stage, wren, 'care-3-seen');

      // S-10, S-7: a notice to all who wait; private help and the answer
      const maple = await guest(stage, 'chromium', 'Maple', await invite());
      await maple.sees('waiting.head');
      await staff.press('staff.notice.five_minutes');
      await maple.sees('waiting.notice.five_minutes');
      await maple.press('ask.open');
      await maple.driver.fill(t('ask.label'), 'I hear <b>nothing</b> here.');
      await maple.press('write.send');
      await staff.reads('I hear <b>nothing</b> here.');
      for (const other of [river, wren]) assert.ok(!(await other.text()).includes('nothing</b>'), 'the group can read it');
      await shots(stage, staff, 'care-4-help');
      await staff.press('staff.message.head', { name: 'Maple' });
      await staff.driver.fill(t('staff.message.label', { name: 'Maple' }), 'Try your headphones, please.');
      await staff.press('write.send');
      await maple.reads('Try your headphones, please.');
      await shots(stage, maple, 'care-5-thread');
      await maple.driver.key('Escape');
      await maple.reads('Try your headphones, please.');
      await shots(stage, maple, 'care-6-waiting');
      await staff.driver.key('Escape');
      await staff.driver.size(1366, 768);
      await staff.press('staff.admit.named', { name: 'Maple' });
      await maple.at('seated');
      await until('the help is gone', async () => !(await staff.text()).includes('nothing</b>'));

      // M-W2: goodbye first is an offer; M-W1, C-8: the farewell
      await river.press('bar.more');
      await choose(river, 'more.leave');
      await river.sees('leave.now');
      await river.press('leave.goodbye');
      await staff.sees('staff.care.goodbye');
      await river.sees('goodbye.asked.head');
      await staff.driver.run((seat) => /** @type {HTMLElement} */ (document.querySelector(`[data-seat="${seat}"] .tile__open`)).click(), await river.seat());
      await shots(stage, staff, 'care-7-seat');
      await choose(staff, 'staff.more');
      await shots(stage, staff, 'care-8-checks');
      await choose(staff, 'staff.tick.alone');
      await choose(staff, 'staff.last.on');
      await until('she is marked', async () => (await seatOf(staff, river)).last && (await seatOf(staff, river)).alone);
      assert.equal((await seatOf(wren, river)).last, undefined, 'the group learned of the mark');
      await choose(staff, 'staff.farewell', { name: 'River' });
      await wren.sees('farewell.round', { name: 'River' });
      await wren.press('farewell.words');
      await wren.sees('farewell.words.head', { name: 'River' });
      await choose(wren, 'card.learned');
      await wren.sees('farewell.sent');
      await shots(stage, wren, 'care-9-words');
      await river.sees('card.learned');
      for (const other of [staff, maple]) assert.ok(!(await other.text()).includes(t('card.learned')), 'a card is for the leaver alone');
      await shots(stage, river, 'care-10-card');
      await staff.command('end_round');
      await staff.command('end').catch(() => {});
      await river.isOver('farewell');
      await river.sees('state.farewell.head', { name: 'River' });
      await river.sees('card.learned');
      await shots(stage, river, 'care-11-farewell');
      await wren.sees('farewell.said', { name: 'River' });
      await shots(stage, wren, 'care-12-ended');
      await staff.sees('staff.attendance.end');
      await shots(stage, staff, 'care-13-attendance');
      await river.press('do.close');
      await until('nothing is left in the tab', async () => !(await river.text()).includes('River'));
    },
  },
  {
    name: 'care: talk aside and come back; another seat; words to the group, among facilitators, and captions',
    limit: 240_000,
    async run(stage) {
      const { staff, patients: [river, wren], invite } = await gathered(stage, ['chromium', 'chromium'], { names: ['River', 'Wren'], options: (i) => ({ before: portrait, arg: i + 3 }) });
      const noor = await guest(stage, 'chromium', 'Noor', await invite('facilitator'), { camera: false });
      await noor.at('seated');
      const ivy = await guest(stage, 'chromium', 'Ivy', await invite('support'), { camera: false });
      await staff.admit(ivy);
      const openSeat = async (who, of) => {
        const seat = await of.seat();
        await who.driver.run((seat) => /** @type {HTMLElement} */ (document.querySelector(`[data-seat="${seat}"] .tile__open`)).click(), seat);
      };

      // S-8: only facilitators read it
      await staff.driver.size(1366, 768);
      await staff.driver.fill(t('staff.talk.label'), 'Shall we close soon?');
      await staff.press('write.send');
      await until('the other facilitator has it', () => noor.driver.run(async () => (await import('/core/texts.js')).texts.staff.value.length === 1));
      assert.ok(!(await river.text()).includes('close soon'));

      // S-27: closed until it is opened
      await assert.rejects(river.command('group_text', { text: 'Hello' }), /not_allowed/);
      await staff.press('staff.text.open');
      await until('it is open', async () => (await river.view()).room.text === true);
      await river.press('bar.more');
      await choose(river, 'write.open');
      await river.driver.fill(t('write.label'), 'I cannot speak aloud just now.');
      await river.press('write.send');
      await wren.reads('I cannot speak aloud just now.');
      await shots(stage, river, 'care-20-write');
      await river.driver.key('Escape');

      // S-15: captions, by each one's choice
      await ivy.clear();
      await ivy.driver.fill(t('captions.write'), 'and then we went home');
      await ivy.press('write.send');
      await wren.reads('and then we went home');
      await shots(stage, wren, 'care-21-caption');
      await wren.press('bar.more');
      await choose(wren, 'captions.head');
      await wren.sees('captions.large');
      await choose(wren, 'captions.head');
      await wren.driver.key('Escape');
      await until('they are off', async () => !(await wren.text()).includes('and then we went home'));

      // C-6: aside, and back
      await openSeat(staff, wren);
      await choose(staff, 'staff.side.open');
      await wren.sees('side.head', { name: 'Ada' });
      await until('the two see each other alone', async () => (await wren.driver.run(() => document.querySelectorAll('[data-seat]').length)) === 2);
      await wren.watches(staff, { frames: 3 });
      await river.nothing(staff, 'video');
      await until('the group sees both as stepped out', async () => (await river.view()).seats.filter((s) => s.state === 'stepped_out').length === 2);
      await shots(stage, wren, 'care-22-aside');
      await shots(stage, staff, 'care-23-aside');
      await shots(stage, river, 'care-24-group');
      await staff.driver.size(1366, 768);
      await staff.press('staff.side.back');
      await until('both are back', async () => (await river.view()).seats.every((s) => s.state === 'here'));
      await river.watches(wren, { frames: 3 });

      // C-5: two seats are changed
      const [one, two] = [await river.seat(), await wren.seat()];
      await openSeat(staff, river);
      await choose(staff, 'staff.more');
      await choose(staff, 'staff.swap');
      await shots(stage, staff, 'care-25-swap');
      await choose(staff, 'staff.swap.with', { name: 'Wren' });
      await until('they have changed', async () => (await river.seat()) === two && (await wren.seat()) === one);
      await staff.watches(river, { frames: 3 });

      // S-23: gone quickly
      await river.press('leave.quickly');
      await staff.driver.size(1366, 768);
      await staff.sees('staff.cause.left_quickly');
      await staff.sees('staff.cause.plan');
      await shots(stage, staff, 'care-26-quickly');

      // S-22: exactly the preset
      await openSeat(staff, wren);
      await choose(staff, 'staff.seat.remove');
      await choose(staff, 'staff.why.rules');
      await choose(staff, 'staff.remove.do');
      await wren.isOver('removed');
      await wren.sees('reason.rules');
      await shots(stage, wren, 'care-27-removed');
    },
  },
];
