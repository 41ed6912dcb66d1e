import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLarge } from '../../views/large.js';
import { layout } from '../../views/layout.js';
import { divide, speakerSeat } from '../../views/pair.js';

const stages = { '360x640': [352, 516], '820x1180': [796, 1046], '1366x768': [1342, 636], '640x360': [540, 350] };
const area = ({ w, h }) => w * h;

test('without a pin the circle has the whole stage', () => {
  assert.deepEqual(divide(352, 516, 0), { large: [], circle: { x: 0, y: 0, w: 352, h: 516 } });
});

test('pinned and speaker are both there, larger than any tile, and cover nothing (M-X4)', () => {
  for (const [name, [w, h]] of Object.entries(stages)) {
    for (const pins of [1, 2]) {
      for (const seats of [6, 10, 14, 17]) {
        const { large, circle } = divide(w, h, pins);
        const { cells } = layout(seats, circle.w, circle.h);
        const tiles = cells.map((c) => ({ ...c, x: c.x + circle.x, y: c.y + circle.y }));
        assert.equal(large.length, pins + 1);
        const all = [...large, ...tiles];
        for (const r of all) assert.ok(r.x > -0.1 && r.y > -0.1 && r.x + r.w < w + 0.1 && r.y + r.h < h + 0.1, name);
        all.forEach((a, i) => all.slice(i + 1).forEach((b) => {
          assert.ok(a.x + a.w <= b.x + 0.1 || b.x + b.w <= a.x + 0.1 || a.y + a.h <= b.y + 0.1 || b.y + b.h <= a.y + 0.1, `${name}, ${seats} seats`);
        }));
        if (seats >= 10) for (const r of large.slice(0, pins)) assert.ok(area(r) > area(tiles[0]), `${name}, ${seats} seats, ${pins} pins`);
      }
    }
  }
});

test('on a phone one pinned interpreter has room for both hands', () => {
  const { large: [interpreter, speaker] } = divide(352, 516, 1);
  assert.ok(interpreter.w >= 200 && interpreter.w / interpreter.h >= 1.2, JSON.stringify(interpreter));
  assert.ok(speaker.w >= 120);
});

const seat = (n, more = {}) => ({ seat: n, name: `S${n}`, role: 'patient', state: 'here', mic: true, camera: true, away: false, ...more });
const seats = [seat(0), seat(2, { role: 'facilitator' }), seat(4), seat(14, { role: 'support' })];
const who = { before: -1, own: 4, pins: [14] };
const at = (speaking, more = {}, list = seats) => speakerSeat(list, new Set(speaking), { ...who, ...more });

test('the speaker stays until somebody else speaks; nobody flickers', () => {
  assert.equal(at([]), 2, 'at first a facilitator');
  assert.equal(at([0]), 0);
  assert.equal(at([], { before: 0 }), 0, 'a pause between words');
  assert.equal(at([0, 2], { before: 0 }), 0, 'two at once');
  assert.equal(at([2], { before: 0 }), 2);
});

test('neither oneself nor a pinned seat is the speaker, nor a microphone that is off', () => {
  assert.equal(at([4, 14], { before: 0 }), 0);
  assert.equal(at([0], {}, [seat(0, { mic: false }), seat(2, { role: 'facilitator' })]), 2);
  assert.equal(at([0], { before: 0 }, [seat(0, { state: 'lost' }), seat(2)]), 2, 'who is gone gives the place up');
  assert.equal(at([], {}, [seat(4), seat(14)]), -1, 'nobody else is here');
});

test('a tile is large where 360 lines show more than 180', () => {
  assert.equal(isLarge({ w: 223, h: 167 }, 1), false);
  assert.equal(isLarge({ w: 223, h: 167 }, 2), true);
  assert.equal(isLarge({ w: 113, h: 85 }, 3), false, 'a phone full of small tiles asks for none');
  assert.equal(isLarge({ w: 340, h: 230 }, 1), true);
  assert.equal(isLarge({ w: 440, h: 200 }, 1), true, 'a wide tile is filled by the width');
  assert.equal(isLarge({ w: 300, h: 229 }, 0.5), false);
});
