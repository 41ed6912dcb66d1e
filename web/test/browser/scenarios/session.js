import assert from 'node:assert/strict';
import { t } from '../../../text/t.js';
import { Album, LAPTOP, PHONE, TABLET } from '../album.js';
import { cut, mend } from '../cut.js';
import { Person } from '../person.js';
import { portrait } from '../portrait.js';
import { CRISIS } from '../server.js';
import { until } from '../until.js';

/**
 * A whole evening, from the waiting room to the closing page (issue 5, Proof):
 * two facilitators, four members, two browsers, three sizes of screen. Each act
 * ends with pictures of it, for looking at: test/out/session-*.png.
 */

/** Faces are drawn twice a second: enough to know that they move. */
const MOVES = { frames: 2, within: 40_000 };

/** @type {readonly [string, 'facilitator'|'patient', 'chromium'|'firefox', readonly [number, number]][]} */
const CAST = [
  ['Ada', 'facilitator', 'chromium', LAPTOP],
  ['Noor', 'facilitator', 'chromium', PHONE],
  ['River', 'patient', 'chromium', PHONE],
  ['Wren', 'patient', 'chromium', TABLET],
  ['Ash', 'patient', 'firefox', LAPTOP],
  ['Elm', 'patient', 'chromium', PHONE],
];

/**
 * @typedef {object} Evening
 * @property {Album} album
 * @property {Record<'ada'|'noor'|'river'|'wren'|'ash'|'elm', Person>} cast
 * @property {Map<Person, string>} links
 */

/** Somebody of the cast at their own screen, with a face of their own. */
async function enters(stage, i) {
  const [name, , browser, [width, height]] = CAST[i];
  const person = await Person.in(stage, browser, name, { before: portrait, arg: i + 2 });
  await person.driver.size(width, height);
  return person;
}

/** The waiting room, and in, one by one: the order of the seats. @param {Evening} evening */
async function arriving({ album, cast: { ada, noor, river, wren, ash, elm }, links }) {
  const members = [river, wren, ash, elm];
  for (const lead of [ada, noor]) {
    await lead.join(links.get(lead));
    await lead.at('seated');
  }
  for (const person of members) await person.join(links.get(person));
  for (const person of members) await person.sees('waiting.head');
  await ada.press('staff.notice.soon');
  for (const person of members) await person.sees('waiting.notice.soon');
  await album.take('waiting', ada, noor, river, wren, ash);
  for (const person of members) {
    await ada.press('staff.admit.named', { name: person.name });
    await person.at('seated');
  }
  await elm.sees('bridge.body');
  await album.take('bridge', elm);
  const all = [ada, noor, ...members];
  for (const person of all) await person.clear();
  const order = (await ada.view()).seats.map((s) => s.name);
  for (const person of all) assert.deepEqual((await person.view()).seats.map((s) => s.name), order, 'one order for all (M-C2)');
  for (const person of members) assert.equal((await person.view()).you.mic, false, 'the microphone is off on entry (M-C8)');
  await Promise.all([river.watches(ash, MOVES), ash.watches(river, MOVES), wren.watches(ada, MOVES), noor.watches(elm, MOVES)]);
  await album.take('arrival', ada, noor, river, wren, ash);
}

/** The plan of the evening, by its sheet: order, length, the end for all to see. @param {Evening} evening */
async function planning({ album, cast: { ada, noor, river } }) {
  const plan = async () => (await ada.view()).session;
  const { length } = await plan();
  await ada.press('staff.plan');
  await ada.press('staff.plan.shorter');
  await until('five minutes shorter', async () => (await plan()).length === length - 5);
  await ada.choose('staff.plan.shared');
  await until('members know the end', async () => (await river.view()).session.ends > 0);
  await ada.driver.press('button', t('staff.minutes', { n: 10 }));
  await until('the door will close', async () => (await plan()).door === 10);
  await ada.driver.press('checkbox', t('step.topic'));
  await until('no topic today', async () => !(await river.view()).session.order.includes('topic'));
  await ada.press('staff.plan.earlier', { step: t('step.processing') });
  await until('the order is another', async () => (await river.view()).session.order.join() === 'opening,processing,sharing,closing');
  await ada.press('staff.plan.earlier', { step: t('step.sharing') });
  await until('the order is as before', async () => (await river.view()).session.order.join() === 'opening,sharing,processing,closing');
  await album.take('plan', ada);
  await ada.press('staff.plan.go.named', { step: t('step.opening') });
  for (const person of [noor, river]) await until('the step is there', async () => (await person.view()).session.at === 'opening');
  await ada.press('close');
  assert.deepEqual([(await river.view()).session.hint, (await river.view()).session.length], [undefined, undefined], 'a member has no clock (M-T2)');
}

/** One speaks, one passes, one is asked before their time and comes back. @param {Evening} evening */
async function round({ album, cast: { ada, noor, river, wren, ash, elm } }) {
  const turn = async (person) => {
    const seat = await person.seat();
    await until(`it is ${person.name}'s turn`, async () => (await person.view()).round?.current === seat);
  };
  await ada.press('staff.card');
  await ada.driver.fill(t('staff.card.head'), 'What helped you through this week?');
  await ada.press('staff.text.show');
  await ada.press('staff.round.start');
  await ada.choose('staff.round.go');
  await album.take('round-start', ada);
  await ada.press('staff.round.begin');
  await turn(river);
  await river.reads('What helped you through this week?');
  await album.take('round-own', river, ada, noor, ash, wren);
  await river.press('turn.speak');
  await Promise.all([ash.hears(river), ada.hears(river)]);
  await album.take('round-speaks', river, ash);
  await river.press('turn.done');
  await turn(wren);
  await wren.press('turn.pass');
  await turn(ash);
  await ada.openSeat(elm);
  await ada.choose('staff.turn.give');
  await turn(elm);
  await elm.press('turn.later');
  await turn(ash);
  await ada.openSeat(wren);
  await ada.choose('staff.turn.lend');
  await wren.press('turn.next');
  await turn(elm);
  await elm.press('turn.pass');
  await until('the round is over', async () => !(await ada.view()).round);
  for (const person of [ada, noor, river, ash, elm]) assert.ok(!/\bpass(es|ed)?\b/i.test(await person.text()), `${person.name} reads of a pass (M-C6)`);
}

/** A private signal, answered; then a talk aside. @param {Evening} evening */
async function support({ album, cast: { ada, noor, river, wren, ash } }) {
  await wren.press('bar.more');
  await wren.choose('support.open');
  await album.take('support-ask', wren);
  await wren.press('support.ask');
  await wren.sees('support.asked.head');
  await ada.sees('staff.care.coming');
  await noor.sees('staff.asks.one', { name: 'Wren' });
  for (const other of [river, ash]) {
    assert.ok((await other.view()).seats.every((s) => s.support === undefined), 'the group learned of it (M-S4)');
    assert.ok(!(await other.text()).includes(t('support.open')));
  }
  await album.take('support-asked', wren, ada, noor);
  await noor.press('staff.asks.one', { name: 'Wren' });
  await noor.press('staff.care.coming');
  await wren.sees('support.seen.head');
  await noor.press('close');
  await noor.openSeat(wren);
  await album.take('seat', noor);
  await noor.choose('staff.side.open');
  await wren.sees('side.head', { name: 'Noor' });
  await until('the group sees both as stepped out', async () => (await river.view()).seats.filter((s) => s.state === 'stepped_out').length === 2);
  await wren.watches(noor, MOVES);
  await river.nothing(noor, 'video');
  await album.take('aside', wren, noor, river, ash, ada);
  await noor.press('staff.side.back');
  await until('both are back', async () => (await river.view()).seats.every((s) => s.state === 'here'));
  await river.watches(wren, MOVES);
}

/** Asked out for a moment, back in the same seat; later removed. @param {Evening} evening */
async function limits({ album, cast: { ada, noor, river, ash, elm } }) {
  const seat = await elm.seat();
  await ada.openSeat(elm);
  await album.take('seat', ada);
  await ada.choose('staff.seat.out');
  await ada.press('staff.why.talk');
  await elm.at('stepped_out');
  await elm.sees('reason.talk');
  await river.nothing(seat, 'video');
  await album.take('stepped-out', elm, river, ada);
  await ada.press('staff.back');
  await elm.at('seated');
  assert.equal(await elm.seat(), seat, 'the seat was kept (M-F4)');
  await river.watches(elm, MOVES);

  await ada.openSeat(elm);
  await ada.choose('staff.seat.remove');
  await ada.choose('staff.why.rules');
  await album.take('remove', ada);
  await ada.press('staff.remove.do');
  await elm.isOver('removed');
  await elm.sees('reason.rules');
  for (const other of [river, ash, noor]) await until('the seat is empty', async () => !(await other.view()).seats.some((s) => s.seat === seat));
  for (const other of [river, ash]) assert.ok(!/remov/i.test(await other.text()), 'a removal is nobody’s news (M-F5, X16)');
  await river.nothing(seat, 'video');
  await album.take('removed', elm, river, ada);
}

/** A member's network, then one facilitator's browser, then the other's network. @param {import('../run.js').Stage} stage @param {Evening} evening */
async function losses(stage, { album, cast, links }) {
  const { ada, noor, river, wren, ash } = cast;
  const seat = await ash.seat();
  await cut(ash);
  await ash.sees('notice.reconnect.head');
  await until('the others see it', async () => (await river.view()).seats.find((s) => s.seat === seat)?.state === 'lost');
  await until('facilitators see why', async () => (await ada.text()).includes(t('staff.care')));
  await album.take('lost', ash, river, ada);
  await mend(ash);
  await until('Ash is back', async () => (await river.view()).seats.find((s) => s.seat === seat)?.state === 'here', 40_000);
  assert.equal(await ash.seat(), seat);
  await Promise.all([river.watches(ash, MOVES), ash.watches(river, MOVES)]);

  const own = await ada.seat();
  await ada.close(); // her laptop is out of power
  await until('the group sees it', async () => (await river.view()).seats.find((s) => s.seat === own)?.state === 'lost');
  assert.equal((await river.view()).room.phase, 'open', 'the other facilitator has the room (M-F9)');
  await noor.press('staff.open');
  await noor.press('staff.flow.next', { step: t('step.sharing') });
  await until('it goes on', async () => (await wren.view()).session.at === 'sharing');
  await album.take('one-facilitator', noor, river);
  await noor.press('close');
  await cut(noor);
  for (const person of [river, wren, ash]) await person.sees('notice.alone.head');
  await album.take('no-facilitator', river, wren, ash);
  cast.ada = await enters(stage, 0);
  links.set(cast.ada, /** @type {string} */ (links.get(ada)));
  await cast.ada.open(links.get(cast.ada)); // no name, no check: the seat is hers, once her old connection has been silent for a moment
  if (await until('she is there', async () => (await cast.ada.view())?.you.stage, 40_000) === 'entered') {
    await cast.ada.chooseName();
    await cast.ada.check();
    await cast.ada.goIn();
  }
  await cast.ada.at('seated', 40_000);
  assert.equal(await cast.ada.seat(), own, 'she has her seat again (M-F10)');
  await until('the room goes on', async () => (await river.view()).room.phase === 'open');
  if ((await cast.ada.text()).includes(t('notice.sound.do'))) await cast.ada.press('notice.sound.do');
  if (!(await cast.ada.view()).you.camera) await cast.ada.press('bar.camera'); // a new browser shows nobody before they say so
  await mend(noor);
  await until('all are here', async () => (await river.view()).seats.every((s) => s.state === 'here'), 40_000);
  await Promise.all([river.watches(cast.ada, MOVES), cast.ada.watches(noor, MOVES), noor.watches(river, MOVES)]);
  await album.take('together', cast.ada, noor, river);
}

/** "Say goodbye first", the goodbye round in a horseshoe, kind words. @param {Evening} evening */
async function farewell({ album, cast: { ada, noor, river, wren, ash } }) {
  await river.press('bar.more');
  await river.choose('more.leave');
  await album.take('leave', river);
  await river.press('leave.goodbye');
  await river.sees('goodbye.asked.head');
  await ada.sees('staff.care.goodbye');
  assert.ok((await wren.view()).seats.every((s) => s.goodbye === undefined), 'the group learned of it');
  await album.take('goodbye-asked', ada, river);
  await ada.press('staff.farewell', { name: 'River' });
  await album.take('goodbye-start', ada);
  await ada.press('staff.farewell.begin');
  await until('the round is for River', async () => {
    const { round } = await wren.view();
    return round?.kind === 'goodbye' && round.for === (await river.seat());
  });
  await until('the wish is met', async () => !(await ada.text()).includes(t('staff.care.goodbye')));

  await ada.press('staff.horseshoe');
  await until('a facilitator sits at the open end', () => river.driver.run(() => {
    const tiles = [...document.querySelectorAll('[data-seat]')].map((tile) => tile.getBoundingClientRect().top);
    return Math.min(...tiles.slice(1)) > tiles[0] + 20;
  }));
  await Promise.all([river.watches(ada, MOVES), ash.watches(wren, MOVES), ada.watches(river, MOVES)]);
  await wren.press('farewell.words');
  await wren.choose('card.learned');
  await wren.sees('farewell.sent');
  await album.take('kind-words', wren);
  await wren.press('close');
  await river.sees('card.learned');
  for (const other of [ada, noor, ash]) assert.ok(!(await other.text()).includes(t('card.learned')), 'a card is for the leaver alone (C-8)');
  await album.take('goodbye', ada, noor, river, wren, ash);

  const people = new Map();
  for (const person of [ada, noor, river, wren, ash]) people.set(await person.seat(), person);
  const had = [];
  for (let n = 0; n < people.size; n++) {
    const { current } = (await ada.view()).round;
    const person = people.get(current);
    had.push(person.name);
    await person.press('turn.speak');
    if (person === river) await Promise.all([ada.hears(river), album.take('goodbye-last', river, ash)]);
    await person.press('turn.done');
    await until('the turn goes on', async () => (await ada.view()).round?.current !== current);
  }
  assert.equal(had.at(-1), 'River', 'whoever leaves has the last turn (M-W1)');
  assert.equal(new Set(had).size, 5, had.join());
  assert.equal((await ada.view()).round, undefined);
}

/** The note, the end, and what each one reads then. @param {import('../run.js').Stage} stage @param {Evening} evening */
async function closing(stage, { album, cast: { ada, noor, river, wren, ash }, links }) {
  await ada.press('staff.note');
  await ada.driver.fill(t('staff.note.head'), 'Write one kind letter to yourself.');
  await ada.press('staff.text.show');
  await ada.press('staff.plan');
  await ada.press('staff.plan.go.named', { step: t('step.closing') });
  await ada.press('close');
  await wren.press('note.read');
  await wren.reads('Write one kind letter to yourself.');
  await album.take('closing', wren, river, ash, ada);
  await ada.press('staff.end.open');
  await album.take('end', ada);
  await ada.choose('staff.end.do');
  await river.isOver('farewell');
  await Promise.all([wren, ash, ada, noor].map((person) => person.isOver('ended')));
  await river.sees('state.farewell.head', { name: 'River' });
  await river.sees('card.learned');
  for (const person of [wren, ash]) await person.sees('farewell.said', { name: 'River' });
  for (const person of [river, wren, ash, ada]) await person.reads(CRISIS);
  for (const lead of [ada, noor]) await lead.sees('staff.attendance.end');
  await album.take('closed', ada, noor, river, wren, ash);
  for (const person of [ada, noor, river, wren, ash]) {
    assert.ok(await person.driver.run(() => /** @type {any} */ (window).captured.every((track) => track.readyState === 'ended')), `a device of ${person.name} is still open`);
  }
  await river.press('do.close');
  await until('nothing is left in the tab', async () => !(await river.text()).includes('River'));
  const again = await Person.in(stage, 'chromium', 'Again');
  await again.open(links.get(river));
  await again.isOver('removed'); // M-W1
  await again.sees('state.closed.head');
}

export const scenarios = [
  {
    name: 'session: a whole evening with two facilitators and four members, from arrival to the closing page (issue 5)',
    long: true,
    limit: 360_000, // seven pages and eighty pictures on a machine that may have other work
    async run(stage) {
      const hearth = await stage.hearth();
      const room = stage.room();
      const [leads, members] = await Promise.all([hearth.invite(room, 'facilitator', 2), hearth.invite(room, 'patient', 4)]);
      const people = await Promise.all(CAST.map((_, i) => enters(stage, i)));
      const [ada, noor, river, wren, ash, elm] = people;
      /** @type {Evening} */
      const evening = { album: new Album(stage, 'session'), cast: { ada, noor, river, wren, ash, elm }, links: new Map([...leads, ...members].map((link, i) => [people[i], link])) };
      const acts = { arriving, planning, round, support, limits, losses: (e) => losses(stage, e), farewell, closing: (e) => closing(stage, e) };
      for (const [name, act] of Object.entries(acts)) {
        const start = Date.now();
        await act(evening);
        stage.say(`     the ${name}: ${((Date.now() - start) / 1000).toFixed(0)} s`);
      }
      const everybody = Object.values(evening.cast).filter((person) => person !== elm);
      assert.deepEqual(everybody.flatMap((person) => person.driver.heard.errors.filter((line) => !line.includes('/nowhere'))), [], 'an error in a page');
      assert.ok(!CAST.some(([name]) => hearth.child.output.replace(/#\S+/g, '').includes(name)), 'a name is in the log (M-P3)');
    },
  },
];
