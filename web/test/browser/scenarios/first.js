import assert from 'node:assert/strict';
import { Person } from '../person.js';
import { until } from '../until.js';

/** Counts what the person does, from the first moment of the page on. */
const count = () => {
  const done = { presses: 0, keys: 0 };
  /** @type {any} */ (window).done = done;
  addEventListener('pointerdown', (event) => { if (event.isTrusted) done.presses++; }, true);
  addEventListener('keydown', (event) => { if (event.isTrusted) done.keys++; }, true);
};

/** A browser that asks, and a person who takes their time to answer. */
const slowToAllow = () => {
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  const answered = new Promise((allow) => { /** @type {any} */ (window).allow = allow; });
  navigator.mediaDevices.getUserMedia = async (want) => { await answered; return ask(want); };
};

/** The three presses of the way in. */
async function wayIn(person) {
  await person.press('join.continue');
  await person.tick('rules.agree');
  await person.press('rules.go');
  await person.sees('waiting.head');
}

export const scenarios = [
  {
    name: 'first: three presses from the link to the waiting room, nothing foreign, no cookie (M-A1, M-S2)',
    light: true,
    async run(stage) {
      const hearth = await stage.hearth();
      for (const browser of /** @type {const} */ (['chromium', 'firefox'])) {
        const [link] = await hearth.invite(stage.room(), 'patient');
        const person = await Person.in(stage, browser, 'First', { before: count });
        await person.driver.size(360, 640);
        await person.open(link);
        await person.at('entered');
        await person.sees('leave.quickly');
        await person.sees('join.history'); // M-S2: said where the button is first seen
        const offered = await person.driver.run(() => /** @type {HTMLInputElement} */ (document.querySelector('#name')).value);
        await wayIn(person);
        assert.deepEqual(await person.driver.run(() => /** @type {any} */ (window).done), { presses: 3, keys: 0 }, browser);
        assert.ok(offered.length > 1);
        assert.equal((await person.view()).you.name, offered, 'the name that was offered');
        const { requests } = person.driver.heard;
        assert.ok(requests.some((url) => url.endsWith('/views/app.js')), 'requests were not counted');
        assert.deepEqual(requests.filter((url) => !/^(data|blob|about):/.test(url) && new URL(url).host !== new URL(hearth.origin).host), []);
        assert.deepEqual(await person.driver.cookies(), []);
        assert.equal(await person.driver.run(() => document.cookie), '');
        await person.close();
      }
    },
  },
  {
    name: 'first: where a part of the page does not come, it says what to do, and nothing of that is left afterwards',
    light: true,
    async run(stage) {
      const hearth = await stage.hearth();
      const [link] = await hearth.invite(stage.room(), 'patient');
      const person = await Person.in(stage, 'chromium', 'Late');
      const words = 'please load it again';
      await person.driver.page.route('**/core/link.js', (route) => route.abort('internetdisconnected'));
      await person.open(link);
      await person.reads(words);
      await person.driver.size(360, 640);
      await person.driver.shot(`${stage.out}loading-360x640.png`);
      await person.driver.page.unroute('**/core/link.js');
      await person.driver.reload();
      await person.at('entered');
      assert.equal(await person.driver.run((words) => document.body.textContent?.includes(words), words), false);
    },
  },
  {
    name: 'first: a camera that is allowed late comes on, or stays off when it was turned off',
    light: true,
    async run(stage) {
      const hearth = await stage.hearth();
      const links = await hearth.invite(stage.room(), 'patient', 2);
      const [on, off] = await Promise.all(['On', 'Off'].map((name) => Person.in(stage, 'chromium', name, { before: slowToAllow })));
      const videos = (person) => person.driver.run(() => /** @type {any} */ (window).captured.filter((track) => track.kind === 'video').map((track) => track.readyState).join());
      const allow = (person) => person.driver.run(() => { /** @type {any} */ (window).allow(); });

      await on.open(links[0]);
      await on.at('entered');
      await wayIn(on);
      assert.equal((await on.view()).you.camera, false);
      await allow(on);
      await until('the camera is on', async () => (await on.view()).you.camera);
      assert.equal(await videos(on), 'live');

      await off.open(links[1]);
      await off.chooseName();
      await off.driver.press('radio', 'Camera off');
      await allow(off);
      await until('the camera is closed again', async () => (await videos(off)) === 'ended');
    },
  },
];
