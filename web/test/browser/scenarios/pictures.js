import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Album, LAPTOP, PHONE, TABLET, TURNED, shots } from '../album.js';
import { gathered } from '../gather.js';
import { atDoor, fullRoom, inRound, show, withHelper } from '../imagined.js';
import { Person } from '../person.js';
import { portrait } from '../portrait.js';
import { until } from '../until.js';

const ROOM = fileURLToPath(new URL('../../room.png', import.meta.url));

/**
 * `npm run pictures` takes every screen at three sizes into test/out/: a real
 * room, with drawn faces. `npm run picture` renews the README's picture, test/room.png.
 */
export const scenarios = [
  {
    name: 'pictures: a round, a card and a quiet time at three sizes (imagined)',
    light: true,
    pictures: true,
    async run(stage) {
      const hearth = await stage.hearth();
      const [link] = await hearth.invite(stage.room(), 'patient');
      const maple = await Person.in(stage, 'chromium', 'Maple');
      await maple.open(link);
      await maple.at('entered');
      const prompt = 'Who helped you this week, and how did you thank them?';
      const pictures = {
        'round-own': inRound(14, 4, { middle: { prompt } }),
        'round-listen': inRound(8, 2, { current: 4, next: 2 }),
        'round-staff': inRound(14, 0, { role: 'facilitator', middle: { prompt } }),
        'quiet': inRound(14, 2, { current: -1, middle: { quiet: { kind: 'breathing', from: Date.now(), ends: Date.now() + 180_000 } } }),
        'horseshoe': inRound(9, 2, { current: -1, middle: { horseshoe: true, note: 'Write one kind letter.' } }),
      };
      for (const [name, view] of Object.entries(pictures)) {
        await show(maple, view);
        await shots(stage, maple, `8-${name}`);
      }
    },
  },
  {
    name: 'pictures: the practice on a phone, upright, turned and dark, and its sheets (imagined)',
    light: true,
    pictures: true,
    limit: 240_000,
    async run(stage) {
      const hearth = await stage.hearth();
      const [link] = await hearth.invite(stage.room(), 'patient');
      const maple = await Person.in(stage, 'chromium', 'Maple');
      await maple.open(link);
      await maple.at('entered');
      const album = new Album(stage, 'tour');
      const middle = { prompt: 'Who helped you this week, and how did you thank them?', note: 'Write one kind letter.' };
      const marks = (view) => ({ ...view, seats: view.seats.map((s) => ({ ...s, ...(s.seat === 1 && { support: Date.now() - 5000 }), ...(s.seat === 8 && { goodbye: true, hand: 2 }), ...(s.seat === 9 && { last: true }), ...(s.seat === 6 && { back: Date.now() }) })) });
      const bye = (own, more) => {
        const view = inRound(17, own, { current: 4, next: 5, ...more });
        return { ...view, round: { ...view.round, kind: 'goodbye', for: 7 } };
      };
      const lead = marks(withHelper(inRound(17, 0, { role: 'facilitator', middle })));
      const views = {
        'full-own': inRound(17, 4, { middle }),
        'full-listen': withHelper(inRound(17, 2)),
        'full-staff': lead,
        'goodbye': bye(2, { middle }),
        'goodbye-own': bye(7, {}),
        'horseshoe-17': inRound(17, 2, { current: -1, middle: { horseshoe: true } }),
        'hold': { ...fullRoom(9), room: { phase: 'hold', locked: false } },
        'alone': { ...fullRoom(9), room: { phase: 'alone', locked: false } },
        'aside': { ...fullRoom(9), you: { ...fullRoom(9).you, side: true }, seats: fullRoom(9).seats.map((s) => ({ ...s, state: s.seat === 0 || s.seat === 2 ? 'side' : s.state })) },
        'door': atDoor(9),
      };
      for (const [name, view] of Object.entries(views)) {
        await show(maple, view);
        await album.sizes(name, maple, [PHONE, TURNED]);
      }
      await maple.driver.page.emulateMedia({ colorScheme: 'dark' });
      for (const name of /** @type {const} */ (['full-own', 'full-staff', 'door'])) {
        await show(maple, views[name]);
        await album.sizes(`${name}-dark`, maple, [PHONE, LAPTOP]);
      }
      await maple.driver.page.emulateMedia({ colorScheme: 'light' });
      await maple.driver.size(...LAPTOP);
      const asked = { ...lead, round: undefined, seats: lead.seats.map((s) => (s.seat === 2 ? { ...s, goodbye: true } : s)) };
      const sheets = {
        'plan': (p) => p.press('staff.plan'), 'round': (p) => p.press('staff.round.start'), 'invite': (p) => p.press('staff.invite'),
        'farewell': (p) => p.press('staff.farewell', { name: 'River' }), 'helper': (p) => p.press('staff.helper.remove', { name: 'Kim' }),
      };
      for (const [name, open] of Object.entries(sheets)) {
        for (const [width, height] of [PHONE, TABLET]) {
          await maple.driver.size(width, height);
          await show(maple, asked);
          if (width < 900) await maple.press('staff.waiting.count', { n: 2 });
          await open(maple);
          await album.take(`sheet-${name}`, maple);
          for (let i = 0; i < 2; i++) await maple.driver.key('Escape');
          await until('all sheets are closed', () => maple.driver.run(() => !document.querySelector('dialog[open]')));
        }
      }
    },
  },
  {
    name: 'pictures: the way in at three sizes',
    light: true,
    pictures: true,
    async run(stage) {
      const hearth = await stage.hearth();
      const [link] = await hearth.invite(stage.room(), 'patient');
      const maple = await Person.in(stage, 'chromium', 'Maple', { before: portrait, arg: 8 });
      await maple.open(link);
      await maple.at('entered');
      await shots(stage, maple, '1-name');
      await maple.chooseName();
      await maple.check();
      await shots(stage, maple, '2-check');
      await maple.goIn();
      await shots(stage, maple, '3-waiting');
    },
  },
  {
    name: 'pictures: the circle at three sizes',
    limit: 240_000, // six browser pages with six pictures each, all on one machine
    async run(stage) {
      const { staff, patients } = await gathered(stage, Array(5).fill('chromium'), { options: (i) => ({ before: portrait, arg: i + 2 }) });
      const [ash, elm, wren] = patients;
      for (const person of patients) await person.clear();
      await wren.command('set', { hand: true });
      await elm.driver.run(async () => (await import('/core/session.js')).setMic(true));
      for (const other of [staff, ...patients.slice(1)]) await until('every picture is on the screen', async () => {
        const sight = await ash.sightOf(await other.seat());
        return sight.shown && sight.width > 0;
      }, 60_000);
      await ash.driver.size(1366, 768);
      await ash.driver.shot(`${stage.out}room.png`);
      if (process.env.HEARTH_ROOM_PICTURE) copyFileSync(`${stage.out}room.png`, ROOM);
      await shots(stage, ash, '4-circle');
      await shots(stage, staff, '5-facilitator');
      await staff.command('mute', { seat: await ash.seat(), hold: true, reason: 'noise' });
      await staff.command('stop_video', { seat: await ash.seat(), reason: 'view' });
      await ash.sees('notice.video.head');
      await shots(stage, ash, '6-notices');
      await staff.command('end').catch(() => {});
      await ash.sees('state.ended.head');
      await shots(stage, ash, '7-ended');
    },
  },
];
