import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { atDoor, fullRoom, inRound, show, withHelper } from '../imagined.js';
import { Person } from '../person.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Waits until what moves has come to rest. */
const rest = async () => {
  for (let i = 0; i < 3; i++) await new Promise((drawn) => requestAnimationFrame(drawn));
  await Promise.allSettled(document.getAnimations().filter((a) => a.effect?.getComputedTiming().iterations !== Infinity).map((a) => a.finished));
};

/** A page, and what axe finds on the screens it is shown. */
async function inspected(stage) {
  const hearth = await stage.hearth();
  const [link] = await hearth.invite(stage.room(), 'patient');
  const person = await Person.in(stage, 'chromium', 'River');
  await person.open(link);
  await person.at('entered');
  const { page: tab } = person.driver;
  await tab.emulateMedia({ reducedMotion: 'reduce' });
  await tab.evaluate(AXE);
  const found = [];
  const look = async (screen) => {
    await tab.evaluate(rest);
    const { violations } = await tab.evaluate(() => /** @type {any} */ (window).axe.run(document, { resultTypes: ['violations'] }));
    for (const { id, impact, nodes } of violations) found.push(`${screen}: ${id} (${impact}) at ${nodes.slice(0, 3).map((n) => `${n.target.join(' ')} ${JSON.stringify(n.any[0]?.data ?? '').slice(0, 200)}`).join('; ')}`);
  };
  return { person, tab, look, found };
}

/** Texts that arrive, as the server relays them. */
const told = (person, texts) => person.driver.run(async (texts) => {
  const { hear } = await import('/core/texts.js');
  for (const text of texts) hear(text);
}, texts);

/** A goodbye round in a full room, as one person sees it. */
function goodbye(own, as = {}) {
  const view = inRound(9, own, { current: 4, next: 5, ...as });
  return { ...view, round: { ...view.round, kind: 'goodbye', for: 7 } };
}

export const scenarios = [
  {
    name: 'access: axe finds nothing on the way in, in the circle and at the end (M-X1; states and full rooms are imagined)',
    async run(stage) {
      const { person, tab, look, found } = await inspected(stage);
      await look('name');
      await person.chooseName();
      await person.check();
      await look('check');
      await person.goIn();
      await look('waiting');
      for (const scheme of /** @type {const} */ (['light', 'dark'])) {
        await tab.emulateMedia({ colorScheme: scheme });
        await show(person, withHelper(fullRoom(14)));
        await look(`circle, ${scheme}`);
        await show(person, withHelper(fullRoom(14, { role: 'facilitator' })));
        await look(`facilitator, ${scheme}`);
        await show(person, atDoor(9));
        await look(`at the door, ${scheme}`);
      }
      for (const code of ['link_expired', 'link_invalid', 'removed', 'ended', 'left', 'full', 'moved', 'declined', 'unsupported', 'in_app', 'gone', 'replaced', 'not_allowed', 'farewell']) {
        await tab.evaluate(async (code) => {
          const { over } = await import('/core/session.js');
          over.value = { code };
          await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
        }, code);
        await look(`over: ${code}`);
      }
      assert.deepEqual(found, []);
    },
  },
  {
    name: 'access: axe finds nothing while a round, a card, a quiet time or a goodbye goes on, nor on the sheets (M-X1; imagined views)',
    light: true,
    async run(stage) {
      const { person, tab, look, found } = await inspected(stage);
      const middle = { prompt: 'Who helped you this week?', note: 'Write one kind letter.' };
      const quiet = { quiet: { kind: 'breathing', from: Date.now(), ends: Date.now() + 180_000 }, horseshoe: true };
      for (const scheme of /** @type {const} */ (['light', 'dark'])) {
        await tab.emulateMedia({ colorScheme: scheme });
        for (const [width, height] of [[360, 640], [1366, 768]]) {
          await person.driver.size(width, height);
          const at = `${scheme}, ${width}`;
          await show(person, inRound(9, 4, { middle }));
          await look(`own turn and a card, ${at}`);
          await show(person, inRound(9, 0, { role: 'facilitator', middle }));
          await look(`a facilitator leads a round, ${at}`);
          await show(person, inRound(9, 2, { current: -1, middle: quiet }));
          await look(`quiet time in a horseshoe, ${at}`);
          await show(person, goodbye(2));
          await look(`goodbye, ${at}`);
          await show(person, goodbye(7));
          await told(person, [{ kind: 'card', seat: 2, name: 'River', text: 'learned', at: 1 }, { kind: 'caption', seat: 3, name: 'Ivy', text: 'and then we went home', at: 2 }]);
          await look(`goodbye to oneself, with a card and captions, ${at}`);
        }
      }
      await sheets(person, look, middle);
      assert.deepEqual(found, []);
    },
  },
];

/** Every sheet of the round, the middle and the people, opened as people open them. */
async function sheets(person, look, middle) {
  await person.driver.size(1366, 768);
  await show(person, goodbye(2, { middle }));
  await person.press('farewell.words');
  await look('kind words');
  await person.press('close');
  await person.driver.page.locator('.nowline').click();
  await look('where we are');
  await person.press('close');
  await person.press('bar.more');
  await look('more');
  await person.choose('support.open');
  await look('support');
  await person.press('close');
  const lead = inRound(9, 0, { role: 'facilitator', middle });
  await show(person, withHelper(lead));
  for (const [key, name] of /** @type {const} */ ([['staff.plan', 'plan'], ['staff.quiet', 'quiet'], ['staff.card.change', 'card'], ['staff.note.change', 'note'], ['staff.mute.all', 'mute all'], ['staff.end.open', 'end'], ['staff.invite', 'invite']])) {
    await person.press(key);
    await look(name);
    await person.press('close');
  }
  await person.press('staff.helper.remove', { name: 'Kim' });
  await look('remove a helper');
  await person.press('close');
  await person.driver.run(() => /** @type {HTMLElement} */ (document.querySelector('[data-seat="2"] .tile__open')).click());
  await look('a seat');
  await person.choose('staff.more');
  await look('checks and farewell');
  await person.press('close');
  await show(person, { ...lead, round: undefined, seats: lead.seats.map((s) => (s.seat === 2 ? { ...s, goodbye: true, support: Date.now() } : s)) });
  await person.press('staff.round.start');
  await look('start a round');
  await person.choose('staff.round.go');
  await look('go-around');
  await person.press('close');
  await person.press('staff.farewell', { name: 'River' });
  await look('goodbye round');
  await person.press('close');
}
