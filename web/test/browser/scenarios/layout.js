import assert from 'node:assert/strict';
import { t } from '../../../text/t.js';
import { Person } from '../person.js';
import { fullRoom, show } from '../imagined.js';
import { until } from '../until.js';

const VIEWPORTS = [[360, 640], [640, 360], [820, 1180], [1366, 768]];

/** Waits until what moves has come to rest. */
const rest = async () => {
  for (let i = 0; i < 3; i++) await new Promise((drawn) => requestAnimationFrame(drawn));
  await Promise.allSettled(document.getAnimations().filter((a) => a.effect?.getComputedTiming().iterations !== Infinity).map((a) => a.finished));
};

/** Tiles in seat order, and what surrounds them. */
const measure = () => ({
  width: innerWidth, height: innerHeight, scrolls: document.documentElement.scrollHeight > innerHeight + 1 || document.documentElement.scrollWidth > innerWidth + 1,
  tiles: [...document.querySelectorAll('[data-seat]')].map((tile) => {
    const { left, top, right, bottom } = tile.getBoundingClientRect();
    return { seat: Number(tile.getAttribute('data-seat')), left, top, right, bottom, w: right - left, h: bottom - top };
  }),
  controls: [...document.querySelectorAll('.bar button, .top button')].map((control) => {
    const { left, top, right, bottom } = control.getBoundingClientRect();
    return { name: control.textContent, left, top, right, bottom, w: right - left, h: bottom - top };
  }).filter((c) => c.w > 0),
});

/** The box of the notices, their headlines, and what they must not cover. */
const measureNotices = () => {
  const box = (element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return { words: element.textContent, left, top, right, bottom, w: right - left, h: bottom - top };
  };
  const all = (selector) => [...document.querySelectorAll(selector)];
  return {
    heads: all('.notice__head').map((head) => head.textContent), cards: all('.notices').map(box),
    tiles: all('[data-seat]').map(box), controls: all('.bar button, .top button').map(box).filter((c) => c.w > 0),
  };
};

const overlap = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;

/** Neighbours on the screen: edge to edge; between them at most the line of words, never a tile. */
function near(a, b) {
  const gapX = Math.max(a.left, b.left) - Math.min(a.right, b.right);
  const gapY = Math.max(a.top, b.top) - Math.min(a.bottom, b.bottom);
  return (gapX < 100 && gapY < -a.h / 4) || (gapY < 100 && gapX < -a.w / 4);
}

/** Corner to corner: a closed loop of an odd number of cells cannot do without one such step. */
function cornered(a, b) {
  const gapX = Math.max(a.left, b.left) - Math.min(a.right, b.right);
  const gapY = Math.max(a.top, b.top) - Math.min(a.bottom, b.bottom);
  return gapX < 60 && gapY < 60;
}

async function page(stage, browser = /** @type {'chromium'|'firefox'} */ ('chromium')) {
  const hearth = await stage.hearth();
  const [link] = await hearth.invite(stage.room(), 'patient');
  const person = await Person.in(stage, browser, 'River');
  await person.open(link);
  await person.at('entered');
  return person;
}

/**
 * A circle of so many at one size: in order, whole, inside, and nothing over anything.
 * @param {Person} person @param {number} count @param {number[]} viewport
 */
async function measured(person, count, [width, height]) {
  await person.driver.size(width, height);
  const at = `${count} seats at ${width}x${height} in ${person.driver.browser}`;
  const { tiles, controls, scrolls } = await until(`the tiles are placed, ${at}`, async () => {
    const first = await person.driver.run(measure);
    await person.driver.run(rest);
    const second = await person.driver.run(measure);
    return second.width === width && JSON.stringify(first) === JSON.stringify(second) && second.tiles.length === count && second;
  });
  assert.deepEqual(tiles.map((tile) => tile.seat), [...tiles.keys()], `seat order, ${at}`);
  assert.ok(!scrolls, `the page scrolls, ${at}`);
  for (const tile of tiles) {
    assert.ok(tile.left >= -0.5 && tile.top >= -0.5 && tile.right <= width + 0.5 && tile.bottom <= height + 0.5, `seat ${tile.seat} is outside, ${at}`);
    assert.ok(tile.w >= 99.5 && tile.h >= 74.5, `seat ${tile.seat} is ${tile.w.toFixed(1)}x${tile.h.toFixed(1)}, ${at}`);
    for (const other of tiles) assert.ok(other === tile || !overlap(tile, other), `seats ${tile.seat} and ${other.seat} overlap, ${at}`);
    for (const control of controls) assert.ok(!overlap(tile, control), `"${control.name}" covers seat ${tile.seat}, ${at}`);
  }
  for (const control of controls) assert.ok(control.w >= 43.5 && control.h >= 43.5, `"${control.name}" is ${control.w.toFixed(0)}x${control.h.toFixed(0)}, ${at} (M-X3)`);
  const steps = tiles.map((tile, i) => [tile, tiles[(i + 1) % count]]).filter(([a, b]) => !near(a, b));
  assert.ok(steps.length <= count % 2 && steps.every(([a, b]) => cornered(a, b)), `not neighbours: ${steps.map(([a, b]) => `${a.seat} and ${b.seat}`)}, ${at}`);
}

export const scenarios = [
  {
    name: 'layout: 17 tiles in four viewports, a closed loop, nothing covered (M-C1, M-C2; an imagined view)',
    light: true,
    async run(stage) {
      for (const [browser, counts] of /** @type {const} */ ([['chromium', [17, 14, 8, 3]], ['firefox', [17]]])) {
        const person = await page(stage, browser);
        for (const count of counts) {
          await show(person, fullRoom(count));
          for (const viewport of VIEWPORTS) await measured(person, count, viewport);
        }
        await person.close();
      }
    },
  },
  {
    name: 'layout: notices cover no face and no name, and none is lost (an imagined view)',
    light: true,
    async run(stage) {
      const person = await page(stage);
      const view = fullRoom(14);
      Object.assign(view.you, { mic_held: true, mic_reason: 'noise', video_held: true, video_reason: 'view' });
      view.room.phase = 'paused';
      await show(person, view);
      await person.driver.run(async () => { (await import('/core/session.js')).playBlocked.value = true; });
      const wanted = ['notice.sound.head', 'notice.paused.head', 'notice.held.head', 'notice.video.head'].map((key) => t(/** @type {any} */ (key)));
      for (const [width, height] of VIEWPORTS) {
        await person.driver.size(width, height);
        const most = height <= 480 ? 1 : 2;
        for (const open of [false, true]) {
          if (open) {
            await person.driver.shot(`${stage.out}notices-${width}x${height}.png`);
            await person.press('notice.more', { n: wanted.length - most });
          }
          await person.driver.run(rest);
          const at = `${open ? 'all notices' : 'the first notices'} at ${width}x${height}`;
          const { heads, cards, tiles, controls } = await person.driver.run(measureNotices);
          assert.deepEqual(heads, open ? wanted : wanted.slice(0, most), at);
          assert.equal(tiles.length, 14, at);
          const [box] = cards;
          assert.ok(box.left >= 0 && box.right <= width && box.h > 40 && box.h <= height * 0.5 + 1, `${JSON.stringify(box)}, ${at}`);
          for (const part of [...tiles, ...controls]) assert.ok(!overlap(box, part), `${JSON.stringify(part)} is covered, ${at}`);
        }
        await show(person, fullRoom(14)); // all is well: the list closes
        await show(person, view);
      }
    },
  },
];
