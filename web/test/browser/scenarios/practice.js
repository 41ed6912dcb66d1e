import assert from 'node:assert/strict';
import { t } from '../../../text/t.js';
import { gathered } from '../gather.js';
import { until } from '../until.js';

/** The sentences said to screen readers so far. */
const said = (person) => person.driver.run(() => document.querySelector('#live')?.textContent ?? '');

/** The cards on the screen, without what is said to screen readers, which stays for a while. */
const cards = (person) => person.driver.run(() => [...document.querySelectorAll('.notice--card, .hearth__card, .nowcard')].map((card) => card.textContent).join(' '));

/** What the tile of a seat says, by sight and to a screen reader. */
const tile = (person, seat) => person.driver.run((seat) => document.querySelector(`[data-seat="${seat}"]`)?.textContent ?? '', seat);

/** Where the tiles are, so that one sees whether they moved to other places. */
const places = (person) => person.driver.run(() => [...document.querySelectorAll('[data-seat]')].map((tile) => {
  const { left } = tile.getBoundingClientRect();
  return [tile.getAttribute('data-seat'), Math.round(left)];
}));

export const scenarios = [
  {
    name: 'practice: a round with a pass, a prompt card and a quiet timer (M-T1, S-2, C-2, C-3, C-4, C-7, M-C6)',
    limit: 240_000, // three pages, one scenario of all of a session's steps
    async run(stage) {
      const { staff, patients: [ash, elm] } = await gathered(stage, ['firefox', 'chromium']);
      const [one, two] = [await ash.seat(), await elm.seat()];
      await elm.driver.size(360, 640);

      // The step: moved by the facilitator, seen by all.
      await ash.sees('step.arrival');
      await staff.press('staff.flow.next', { step: t('step.opening') });
      for (const person of [staff, ash, elm]) await until('the step is there', async () => (await person.text()).includes(t('step.opening')));
      assert.ok(!(await elm.view()).session.hint && !(await elm.view()).session.ends, 'a member has no clock');
      await until('the step is said', async () => (await said(elm)).includes(t('say.step', { step: t('step.opening') })));

      // A round: one speaks, one passes with one tap.
      const before = await places(elm);
      await staff.press('staff.round.start');
      await staff.driver.page.getByRole('dialog').getByText(t('staff.round.go'), { exact: true }).click();
      await staff.press('staff.round.begin');
      await until('Ash has the turn', async () => (await ash.view()).round?.current === one);
      await until('both tiles say it', async () => (await tile(elm, one)).includes(t('seat.turn.now')) && (await tile(elm, two)).includes(t('seat.turn.next')));
      await until('it is said', async () => (await said(elm)).includes(t('say.turn.yours', { name: 'Ash' })));
      assert.deepEqual(await places(elm), before, 'a round moves nobody');
      await ash.press('turn.speak');
      await elm.hears(ash);
      await ash.press('turn.done');
      await until('it is Elm’s turn', async () => (await elm.view()).round?.current === two);
      assert.deepEqual(await places(elm), before, 'the own turn moves nobody');
      await elm.press('turn.pass');
      await until('the round is over', async () => !(await elm.view()).round);
      await until('the microphone is off again', async () => !(await ash.view()).you.mic);
      for (const person of [ash, elm, staff]) assert.ok(!/pass/i.test(`${await person.text()} ${await said(person)}`), `${person.name} reads of a pass`);

      // "Come back to me", and "Next" lent to a member.
      await staff.command('start_round', { kind: 'go_around', from: one, staff: false });
      await until('it is Ash’s turn', async () => (await ash.view()).round?.current === one);
      await ash.press('turn.later');
      await until('Elm first', async () => (await elm.view()).round?.current === two);
      await staff.command('lend_turn', { seat: one });
      await ash.press('turn.next');
      await until('back to Ash', async () => (await ash.view()).round?.current === one);
      await staff.press('staff.round.end');
      await until('no round', async () => !(await ash.view()).round);

      // A card in the middle: a wide screen has room there, a phone beside the circle.
      await staff.press('staff.card');
      await staff.driver.fill(t('staff.card.head'), 'Who helped you this week?');
      await staff.press('staff.text.show');
      for (const person of [ash, elm]) await until(`${person.name} sees the card`, async () => (await cards(person)).includes('Who helped you this week?'));
      await elm.driver.page.locator('.notice--card').getByRole('button', { name: t('ok'), exact: true }).click(); // another notice may have its own
      await until('put away', async () => !(await cards(elm)).includes('Who helped you'));
      await elm.press('now.open', { step: t('step.opening') });
      await until('the sheet has it', async () => (await cards(elm)).includes('Who helped you this week?'));
      await elm.press('close');

      // A quiet time ends for both at once, by the server's clock.
      await staff.command('start_quiet', { kind: 'writing', seconds: 10 });
      for (const person of [ash, elm]) await until(`${person.name} sees it count`, async () => /0:0[1-9]/.test(await person.text()));
      const ends = await Promise.all([ash, elm].map((person) => person.driver.run(async () => {
        const [{ middle }, { ahead }] = await Promise.all([import('/core/session.js'), import('/core/servertime.js')]);
        return middle.value.quiet.ends - ahead.value;
      })));
      assert.ok(Math.abs(ends[0] - ends[1]) <= 200, `the ends are ${ends[0] - ends[1]} ms apart`);
      await until('it is over', async () => !(await ash.view()).middle?.quiet && !(await elm.view()).middle?.quiet);
      await until('the end is said', async () => (await said(ash)).includes(t('say.quiet.over')));

      // The note to take home comes with the closing steps only.
      await staff.command('note', { text: 'Write one kind letter.' });
      assert.ok(!(await ash.view()).middle?.note);
      await staff.command('step', { at: 'closing' });
      await ash.press('note.read');
      await ash.reads('Write one kind letter.');

      // A reload finds it all again.
      await elm.driver.reload();
      await elm.at('seated');
      await elm.sees('step.closing');
      assert.equal((await elm.view()).middle.note, 'Write one kind letter.');
    },
  },
];
