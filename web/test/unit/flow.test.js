import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { apply, inOrder } from '../../core/reduce.js';
import { ahead, serverTime, synced } from '../../core/servertime.js';
import { diff } from '../../views/announce.js';
import { countdown } from '../../views/countdown.js';
import { horseshoe } from '../../views/horseshoe.js';
import { layout } from '../../views/layout.js';
import { middleWords } from '../../views/middlewords.js';
import { earlier, nextStep, toggled } from '../../views/steps.js';
import { turnNames, turnOf, turnPart, turnSentence } from '../../views/turn.js';

const golden = (name) => JSON.parse(readFileSync(new URL(`../../../signaling/testdata/wire/${name}.json`, import.meta.url), 'utf8').split('\n')[0]);
const seat = (n, name, more = {}) => ({ seat: n, name, role: 'patient', state: 'here', mic: false, camera: true, away: false, ...more });
const you = { id: 3, role: 'patient', stage: 'seated', name: 'Maple', seat: 5, mic: false, camera: true, hand: false, away: false, mic_held: false, video_held: false, muted: 0 };
const seats = [seat(0, 'Ada', { role: 'facilitator' }), seat(3, 'Finch'), seat(5, 'Maple'), seat(7, 'Wren')];
const start = inOrder({ you, room: { phase: 'open', locked: false }, seats, waiting: [], removed: [] });
const going = { kind: 'go_around', current: 3, next: 5, lent: -1, for: -1 };
const keys = (before, after) => diff(before, after).map((m) => m.key);

test('the golden events of session, round and middle replace their part; without it there is none', () => {
  for (const [name, part] of [['server_session', 'session'], ['server_session_member', 'session'], ['server_round', 'round'], ['server_round_member', 'round'], ['server_middle', 'middle']]) {
    const event = golden(name);
    const after = apply(start, event);
    assert.ok(event[part], name);
    assert.deepEqual(after[part], event[part], name);
    assert.deepEqual({ ...after, [part]: undefined }, { ...start, [part]: undefined }, name);
  }
  assert.equal(apply({ ...start, round: going }, golden('server_round_over')).round, undefined);
  assert.equal(apply({ ...start, middle: { prompt: 'x' } }, golden('server_middle_empty')).middle, undefined);
});

test('a late joiner has the whole of it in the view (M-T1)', () => {
  const { view } = JSON.parse(readFileSync(new URL('../../../signaling/testdata/wire/server_view_facilitator.json', import.meta.url), 'utf8'));
  const whole = inOrder(view);
  assert.deepEqual([whole.session?.at, whole.round?.current, whole.middle?.prompt], [view.session.at, view.round.current, view.middle.prompt]);
});

test('the next step follows the order of today (M-T1)', () => {
  const order = ['opening', 'sharing', 'closing'];
  assert.deepEqual(['arrival', ...order, 'winddown'].map((at) => nextStep({ at, order })), ['opening', 'sharing', 'closing', 'winddown', null]);
  assert.equal(nextStep({ at: 'topic', order }), 'sharing', 'a step that was taken out while the group was in it');
  assert.equal(nextStep({ at: 'arrival', order: [] }), 'winddown');
});

test('the order can be changed, and is never empty', () => {
  const order = ['opening', 'topic', 'closing'];
  assert.deepEqual(earlier(order, 'closing'), ['opening', 'closing', 'topic']);
  assert.deepEqual(earlier(order, 'opening'), order);
  assert.deepEqual(toggled(order, 'topic'), ['opening', 'closing']);
  assert.deepEqual(toggled(order, 'sharing'), ['opening', 'topic', 'sharing', 'closing']);
  assert.deepEqual(toggled(['topic'], 'topic'), ['topic']);
  assert.deepEqual(toggled(['topic'], 'closing'), ['topic', 'closing']);
});

test('who has the turn, who is next, and what each may do (S-2, C-4)', () => {
  assert.deepEqual([3, 5, 7].map((n) => turnOf(going, n)), ['now', 'next', null]);
  assert.equal(turnOf(null, 3), null);
  const part = (own, role, lent = -1) => turnPart({ ...going, lent }, { seat: own, role });
  assert.equal(part(3, 'patient'), 'own');
  assert.equal(part(5, 'patient'), null, 'being next is no power');
  assert.equal(part(5, 'patient', 5), 'lead');
  assert.equal(part(3, 'patient', 3), 'own', 'the own turn comes first');
  assert.equal(part(0, 'facilitator'), 'lead');
  assert.equal(turnPart(going, { seat: -1, role: 'patient' }), null);
});

test('the turn is one sentence from where one sits', () => {
  const says = (round, own) => turnSentence(round, seats, own).key;
  assert.equal(says(going, 3), 'turn.own.next');
  assert.equal(says(going, 5), 'turn.yours.next');
  assert.equal(says(going, 7), 'turn.now.next');
  assert.equal(says({ ...going, next: -1 }, 7), 'turn.now');
  assert.equal(says({ ...going, next: -1 }, 3), 'turn.own');
  assert.deepEqual(turnNames({ ...going, next: 11 }, seats), { now: 'Finch', next: '', lent: '', leaver: '' });
});

test('one message for each turn; a pass and a turn that was taken sound the same (M-C6)', () => {
  const at = (current, next, more = {}) => ({ ...start, round: { ...going, current, next, ...more } });
  assert.deepEqual(keys(start, at(3, 5)), ['say.turn.yours']);
  assert.deepEqual(keys(at(3, 5), at(5, 7)), ['say.turn.you']);
  assert.deepEqual(keys(at(5, 7), at(7, -1)), ['say.turn']);
  assert.deepEqual(keys(at(7, -1), start), ['say.round.over']);
  assert.deepEqual(keys(at(3, 5), at(3, 7)), [], 'another order behind it is no news');
  assert.deepEqual(diff(at(3, 7), at(7, 0)), diff(at(3, 7), at(7, 0, { passed: [3], later: [3] })), 'a pass is heard');
  assert.deepEqual(keys(at(3, 7), at(3, 7, { lent: 5 })), ['say.lent']);
  assert.deepEqual(keys(at(3, 7, { lent: 5 }), at(3, 7)), ['say.lent.back']);
  assert.deepEqual(keys(at(3, 7), at(3, 7, { lent: 7 })), [], 'what is lent to others is theirs');
});

test('steps, the card, the note and quiet times are said once', () => {
  const session = { at: 'opening', since: 1, order: ['opening', 'sharing'] };
  const said = (before, after) => keys({ ...start, ...before }, { ...start, ...after });
  assert.deepEqual(diff({ ...start, session }, { ...start, session: { ...session, at: 'sharing' } }), [{ key: 'say.step', params: { step: 'Sharing' } }]);
  assert.deepEqual(said({ session }, { session: { ...session, ends: 5, hint: 'ten' } }), [], 'a hint or a plan is no step');
  assert.deepEqual(said({}, { middle: { prompt: 'Who?' } }), ['say.prompt']);
  assert.deepEqual(said({ middle: { prompt: 'Who?' } }, { middle: { prompt: 'Who?', note: 'Write.' } }), ['say.note']);
  assert.deepEqual(said({ middle: { prompt: 'Who?' } }, {}), []);
  const quiet = { kind: 'writing', from: 1, ends: 9 };
  assert.deepEqual(said({}, { middle: { quiet } }), ['say.quiet.writing']);
  assert.deepEqual(said({ middle: { quiet } }, {}), ['say.quiet.over']);
});

test('a quiet time counts by the server’s clock, whatever the device’s says (C-3)', () => {
  synced(5_000_000, 1_000_000);
  assert.equal(serverTime(1_000_250), 5_000_250);
  synced(undefined, 7);
  assert.equal(ahead.value, 4_000_000, 'a welcome without a time changes nothing');
  synced(0, 0);
  assert.deepEqual(countdown(10_000, 7_400), { left: 3000, next: 600 });
  assert.deepEqual(countdown(10_000, 7_000), { left: 3000, next: 1000 });
  assert.deepEqual(countdown(10_000, 9_999), { left: 1000, next: 1 });
  assert.deepEqual(countdown(10_000, 10_000), { left: 0, next: 0 });
  assert.deepEqual(countdown(10_000, 90_000), { left: 0, next: 0 });
  for (let now = 0, shown = Infinity; now < 10_000;) {
    const { left, next } = countdown(10_000, now);
    assert.ok(left < shown && next > 0, `${now}`);
    shown = left;
    now += next;
  }
});

test('the middle: what the group does comes before hands and voices', () => {
  const session = { at: 'sharing', since: 1, order: [] };
  const words = (more, now = {}) => middleWords({ ...start, session, ...more }, { speaker: '', quiet: null, roomy: true, ...now });
  assert.deepEqual(words({}).top, { key: 'step.sharing' });
  assert.equal(words({ session: undefined }).top?.key, 'circle.here');
  assert.deepEqual(words({}).main, { key: 'circle.quiet' });
  assert.equal(words({}, { speaker: 'Wren' }).main.key, 'circle.speaking');
  const hands = [seat(0, 'Ada'), seat(3, 'Finch', { hand: 2 }), seat(5, 'Maple'), seat(7, 'Wren', { hand: 4 })];
  assert.deepEqual([words({ seats: hands }).main.key, words({ seats: hands }).below?.key], ['circle.hand', 'circle.queue']);
  assert.deepEqual([words({ seats: hands, round: going }).main.key, words({ seats: hands, round: going }).below], ['turn.yours.next', null]);
  const middle = { prompt: 'Who helped you?' };
  assert.deepEqual([words({ round: going, middle }).main, words({ round: going, middle }).below?.key], [{ text: 'Who helped you?' }, 'turn.yours.next']);
  assert.equal(words({ round: going, middle }, { roomy: false }).main.key, 'turn.yours.next', 'a card without room is elsewhere');
  const quiet = { kind: 'breathing', from: 1, ends: 2 };
  assert.deepEqual(words({ middle: { ...middle, quiet } }, { quiet: '2:00' }).main, { key: 'quiet.breathing', params: { time: '2:00' } });
  assert.equal(words({ middle: { quiet } }).main.key, 'circle.quiet', 'its time is over');
});

const stages = { '360x640': [352, 516], '820x1180': [796, 1046], '1366x768': [1342, 636], '640x360': [540, 350] };

test('a horseshoe: the facilitator at the open end, everybody between the same two (C-1)', () => {
  for (const [name, [w, h]] of Object.entries(stages)) {
    for (let n = 3; n <= 17; n++) {
      for (const leader of [0, 1, n - 1]) {
        const { cells, middle } = horseshoe(leader, n, w, h, h);
        const what = `${n} seats, leader ${leader}, ${name}`;
        assert.equal(cells.length, n, what);
        const [tile] = cells;
        for (const c of cells) {
          assert.ok(c, what);
          assert.ok(c.x >= -0.1 && c.y >= -0.1 && c.x + c.w <= w + 0.1 && c.y + c.h <= h + 0.1 && Math.abs(c.w - tile.w) < 0.1 && Math.abs(c.h - tile.h) < 0.1, what);
        }
        const all = middle ? [...cells, middle] : cells;
        all.forEach((a, i) => all.slice(i + 1).forEach((b) => {
          assert.ok(a.x + a.w <= b.x + 0.1 || b.x + b.w <= a.x + 0.1 || a.y + a.h <= b.y + 0.1 || b.y + b.h <= a.y + 0.1, `${what}: overlap`);
        }));
        const top = Math.min(...cells.map((c) => c.y));
        assert.ok(Math.abs(cells[leader].y - top) < 0.1 && Math.abs(cells[leader].x + tile.w / 2 - w / 2) < 1, `${what}: not in the middle of the first row`);
        for (const c of cells) if (c !== cells[leader] && Math.abs(c.y - top) < 0.1) assert.ok(Math.abs(c.x - cells[leader].x) >= tile.w * 1.4, `${what}: the end is not open`);
      }
    }
  }
  assert.deepEqual(horseshoe(-1, 6, 352, 516, 516), layout(6, 352, 516));
  assert.deepEqual(horseshoe(0, 2, 352, 516, 516), layout(2, 352, 516));
});
