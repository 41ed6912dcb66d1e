import { until } from './until.js';

/** Whether pictures for looking at are taken: `npm run pictures`. They check nothing, and take a while. */
export const PICTURES = Boolean(process.env.HEARTH_PICTURES);

/** Sizes people look from: an old phone, a tablet, a laptop. */
export const PHONE = /** @type {const} */ ([360, 640]);
/** A phone on its side. */
export const TURNED = /** @type {const} */ ([640, 360]);
export const TABLET = /** @type {const} */ ([820, 1180]);
export const LAPTOP = /** @type {const} */ ([1366, 768]);

/** What moves has come to rest, or nearly: a slow breath never does. */
const rest = async () => {
  for (let i = 0; i < 2; i++) await new Promise((drawn) => requestAnimationFrame(drawn));
  const ends = document.getAnimations().filter((a) => a.effect?.getComputedTiming().iterations !== Infinity).map((a) => a.finished);
  await Promise.race([Promise.allSettled(ends), new Promise((late) => setTimeout(late, 1500))]);
};

/**
 * One page at several sizes, into test/out/; it stays at the last one.
 * @param {import('./run.js').Stage} stage @param {import('./person.js').Person} person @param {string} name @param {(readonly [number, number])[]} sizes
 */
export async function shots(stage, person, name, sizes = [PHONE, TABLET, LAPTOP]) {
  if (!PICTURES) return;
  for (const [width, height] of sizes) {
    await person.driver.size(width, height);
    await person.driver.run(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(drawn, 700)))));
    await person.driver.shot(`${stage.out}${name}-${width}x${height}.png`);
  }
}

/**
 * Pictures for looking at, in test/out/, numbered in the order they are taken:
 * `session-03-round-river-360x640.png`.
 */
export class Album {
  /** @param {import('./run.js').Stage} stage @param {string} name */
  constructor(stage, name) {
    this.out = stage.out;
    this.name = name;
    this.pages = 0;
  }

  /**
   * The same moment as each of these people sees it, on their own screens.
   * @param {string} what
   * @param {import('./person.js').Person[]} people
   */
  async take(what, ...people) {
    const number = String(++this.pages).padStart(2, '0');
    if (!PICTURES) return;
    for (const person of people) {
      const [width, height] = await person.driver.run(() => [innerWidth, innerHeight]);
      await person.driver.run(rest);
      await person.driver.shot(`${this.out}${this.name}-${number}-${what}-${person.name.toLowerCase()}-${width}x${height}.png`);
    }
  }

  /** One person's page at several sizes, and back to the first. @param {string} what @param {import('./person.js').Person} person @param {(readonly [number, number])[]} sizes */
  async sizes(what, person, sizes) {
    if (!PICTURES) return this.take(what);
    const [width, height] = await person.driver.run(() => [innerWidth, innerHeight]);
    for (const [w, h] of sizes) {
      await person.driver.size(w, h);
      await until(`the page is ${w} wide`, () => person.driver.run((w) => innerWidth === w, w));
      await this.take(what, person);
      this.pages--;
    }
    this.pages++;
    await person.driver.size(width, height);
  }
}
