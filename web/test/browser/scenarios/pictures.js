import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gathered } from '../gather.js';
import { fullRoom, show } from '../imagined.js';
import { Person } from '../person.js';
import { portrait } from '../portrait.js';
import { until } from '../until.js';

const SIZES = [[360, 640], [820, 1180], [1366, 768]];
const ROOM = fileURLToPath(new URL('../../room.png', import.meta.url));

/**
 * Every screen at three sizes into test/out/: a real room, with drawn faces.
 * `npm run picture` also renews the README's picture, test/room.png.
 */
async function shots(stage, person, name) {
  for (const [width, height] of SIZES) {
    await person.driver.size(width, height);
    await person.driver.run(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(drawn, 400)))));
    await person.driver.shot(`${stage.out}${name}-${width}x${height}.png`);
  }
}

/** A round in a full room, as one person sees it; imagined. */
function inRound(count, own, { role = /** @type {'patient'|'facilitator'} */ ('patient'), current = 4, next = 8, middle = {} } = {}) {
  const view = fullRoom(count, { role });
  const now = Date.now();
  const staff = role === 'facilitator' ? { length: 90, began: now - 4_000_000, ends: now + 1_400_000, hard: now + 3_200_000, hint: 'ten', shared: true } : {};
  return {
    ...view, you: { ...view.you, seat: own },
    session: { at: 'sharing', since: now - 600_000, order: ['opening', 'topic', 'sharing', 'processing', 'closing'], ...staff },
    ...(current >= 0 ? { round: { kind: 'go_around', current, next, lent: -1, for: -1, ...(staff.length ? { later: [3] } : {}) } } : {}),
    middle,
  };
}

export const scenarios = [
  {
    name: 'pictures: a round, a card and a quiet time at three sizes (imagined)',
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
    name: 'pictures: the way in at three sizes',
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
