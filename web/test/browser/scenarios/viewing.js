import assert from 'node:assert/strict';
import { t } from '../../../text/t.js';
import { shots } from '../album.js';
import { gathered, guest } from '../gather.js';
import { fullRoom, show } from '../imagined.js';
import { Person } from '../person.js';
import { pause, until } from '../until.js';

/** @type {[number, number][]} */
const SIZES = [[360, 640], [820, 1180], [1366, 768], [640, 360]];

async function page(stage) {
  const hearth = await stage.hearth();
  const [link] = await hearth.invite(stage.room(), 'patient');
  const person = await Person.in(stage, 'chromium', 'River');
  await person.open(link);
  await person.at('entered');
  return person;
}

/** Sets wishes of this page. */
const wish = (person, wishes) => person.driver.run(async (wishes) => {
  const all = await import('/core/wishes.js');
  for (const [name, value] of Object.entries(wishes)) all[name].value = value;
}, wishes);

const paused = (count, why) => Array.from({ length: count }, (_, seat) => ({ seat, why })).filter(({ seat }) => seat % 4 !== 0 && seat !== 2);

/** A step up waits for bandwidth that was proven; on a busy machine that takes its time. */
const STEP_MS = 60_000;

/** The picture of somebody arrives with that many lines, and goes on. */
async function sharp(viewer, other, fits, what) {
  await until(`${viewer.name} gets ${other.name} ${what}`, async () => fits((await viewer.of(other)).height), STEP_MS);
  await viewer.watches(other);
}

const large = (viewer, other) => sharp(viewer, other, (height) => height >= 300, 'large');
const small = (viewer, other) => sharp(viewer, other, (height) => height > 0 && height <= 240, 'small');

/** A layer of one's own camera goes out, or does not any more. */
async function sends(person, rid, on) {
  await until(`${person.name} ${on ? 'sends' : 'rests'} ${rid}`, async () => {
    const before = (await person.layers())[rid] ?? 0;
    await pause(1000);
    return ((await person.layers())[rid] ?? 0) > before === on;
  }, STEP_MS);
}

/** A machine that runs four browsers stops a picture now and then by itself. */
const BY_ITSELF = 3;

/**
 * What is done is not seen: the pictures stop no more often than they do on
 * this machine in the same time without it.
 * @param {[Person, Person][]} pairs viewer and whom they watch
 * @param {() => Promise<void>} act
 */
async function unseen(pairs, act) {
  const freezes = () => Promise.all(pairs.map(async ([viewer, other]) => (await viewer.of(other)).freezes));
  const before = await freezes();
  const start = Date.now();
  await act();
  const after = await freezes();
  await pause(Math.min(Date.now() - start, 20_000));
  const later = await freezes();
  for (const [i, [viewer, other]] of pairs.entries()) {
    const [stopped, usual] = [after[i] - before[i], later[i] - after[i]];
    assert.ok(stopped <= usual + BY_ITSELF, `${other.name}'s picture stopped ${stopped} times for ${viewer.name}, and ${usual} times without a reason`);
  }
}

/** Each tile's column and row. */
const places = (person) => person.driver.run(async () => {
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  await Promise.allSettled(document.getAnimations().filter((a) => a.effect?.getComputedTiming().iterations !== Infinity).map((a) => a.finished));
  const tiles = [...document.querySelectorAll('[data-seat]')].map((tile) => ({ seat: tile.getAttribute('data-seat'), box: tile.getBoundingClientRect() }));
  const rank = (side) => [...new Set(tiles.map(({ box }) => Math.round(box[side])))].sort((a, b) => a - b);
  const [columns, rows] = [rank('left'), rank('top')];
  return tiles.map(({ seat, box }) => `${seat} at ${columns.indexOf(Math.round(box.left))}, ${rows.indexOf(Math.round(box.top))}`);
});

/** One person sends, two watch: what they draw decides what is sent. @param {'chromium'|'firefox'} browser the sender's */
const switching = (browser) => ({
  name: `viewing: a large tile gets the high layer, a small one the low, and what nobody wants is not sent (from ${browser})`,
  long: true,
  limit: 240_000,
  async run(stage) {
    const sending = browser === 'chromium' ? -1 : 0; // the facilitator's browser is Chromium
    const { staff, patients: [ash, elm] } = await gathered(stage, ['firefox', 'chromium'], { options: (i) => ({ camera: i === sending }) });
    const [sender, ...viewers] = browser === 'chromium' ? [staff, ash, elm] : [ash, staff, elm];
    /** @type {[Person, Person][]} */
    const pairs = viewers.map((viewer) => [viewer, sender]);
    for (const viewer of viewers) await large(viewer, sender);
    await unseen(pairs, async () => {
      for (const viewer of viewers) await viewer.driver.size(640, 360);
      for (const viewer of viewers) await small(viewer, sender);
      await sends(sender, 'h', false);
      await sends(sender, 'l', true);
    });
    await unseen(pairs, async () => {
      for (const viewer of viewers) await viewer.driver.size(1366, 768);
      for (const viewer of viewers) await large(viewer, sender);
    });
  },
});

/** @param {'chromium'|'firefox'} browser whose ICE is restarted */
const restarting = (browser) => ({
  name: `viewing: an ICE restart is not seen, and a calm connection has none, in the waiting room too (${browser})`,
  long: true,
  async run(stage) {
    const { staff, patients: [ash], invite } = await gathered(stage, [browser]);
    const waits = await guest(stage, browser, 'Wren', await invite());
    await until('connected in the waiting room', async () => (await waits.state()).media === 'connected');
    const all = [staff, ash, waits];
    const before = await Promise.all(all.map((p) => p.ice()));
    await pause(8000);
    assert.deepEqual(await Promise.all(all.map((p) => p.ice())), before, 'ICE was restarted for nothing');
    await waits.close();
    await unseen([[ash, staff], [staff, ash]], async () => {
      await ash.driver.run(() => { dispatchEvent(new Event('online')); });
      await until('ICE was restarted', async () => !before.includes(await ash.ice()));
      await until('it is connected', async () => (await ash.state()).media === 'connected');
      await Promise.all([ash.watches(staff, { frames: 30, within: STEP_MS }), staff.watches(ash, { frames: 30, within: STEP_MS })]);
    });
    assert.equal(await ash.driver.run(() => /** @type {any} */ (window).connections.length), 1, 'it is still the first connection');
  },
});

export const scenarios = [
  switching('chromium'),
  switching('firefox'),
  {
    name: 'viewing: the data saver leaves one picture and keeps its promise (S-11)',
    long: true,
    limit: 240_000,
    async run(stage) {
      const { staff, patients: [ash, elm] } = await gathered(stage, ['chromium', 'firefox']);
      const others = [staff, elm];
      for (const other of others) await ash.watches(other);
      await staff.driver.run(async () => (await import('/core/session.js')).setMic(true));
      const saver = async () => {
        await ash.press('bar.more');
        await ash.driver.page.getByRole('switch').click();
        await ash.press('close');
      };
      await saver();
      await until('the server says who is paused', async () => (await ash.view()).media.paused.filter((p) => p.why === 'saver').length === 1);
      const paused = (await ash.view()).media.paused.map((p) => p.seat);
      for (const seat of paused) await ash.nothing(seat, 'video', { drain: 500 });
      await until('the tiles say why', async () => (await ash.text()).split(t('seat.paused.saver')).length === 2);
      const seats = await Promise.all(others.map((p) => p.seat()));
      const [one] = seats.filter((seat) => !paused.includes(seat));
      await Promise.all([ash.watches(one), ash.hears(staff), elm.watches(ash)]);
      await pause(3000); // encoders come to rest at the new rate
      const [start, bytes] = [Date.now(), await ash.traffic()];
      await pause(8000);
      const rate = (await ash.traffic() - bytes) / (Date.now() - start) * 3.6; // megabytes an hour
      assert.ok(rate <= 150, `${rate.toFixed(0)} MB an hour`);
      stage.say(`     the data saver: ${rate.toFixed(0)} MB an hour`);
      await saver();
      for (const other of others) await ash.watches(other, { within: STEP_MS });
    },
  },
  restarting('chromium'),
  restarting('firefox'),
  {
    name: 'viewing: two silent seconds, and ICE is restarted without waiting for its own time',
    long: true,
    async run(stage) {
      const { staff, patients: [ash, elm] } = await gathered(stage, ['chromium', 'firefox']);
      for (const person of [ash, elm]) {
        await Promise.all([person.watches(staff), staff.watches(person)]);
        const before = await person.ice();
        await person.driver.run(async () => { // from now on the counters stand still, as on a dead path
          const connection = /** @type {any} */ (window).connections.at(-1);
          const still = await connection.getStats();
          connection.getStats = async () => still;
          for (const { receiver } of connection.getTransceivers()) receiver.getSynchronizationSources = () => [];
        });
        const start = Date.now();
        await until('ICE was restarted', async () => await person.ice() !== before, 10_000);
        assert.ok(Date.now() - start < 6000, `after ${Date.now() - start} ms`);
        await person.driver.run(() => {
          const connection = /** @type {any} */ (window).connections.at(-1);
          delete connection.getStats;
          for (const { receiver } of connection.getTransceivers()) delete receiver.getSynchronizationSources;
        });
        await until('it is connected', async () => (await person.state()).media === 'connected');
        await Promise.all([person.watches(staff), staff.watches(person)]);
        assert.equal(await person.driver.run(() => /** @type {any} */ (window).connections.length), 1, 'it is still the first connection');
      }
    },
  },
  {
    name: 'viewing: a pinned interpreter and whoever speaks are large; the circle keeps its order (M-X4, M-C2)',
    long: true,
    async run(stage) {
      const { staff, patients: [ash, elm], invite } = await gathered(stage, ['firefox', 'chromium']);
      const signer = await guest(stage, 'chromium', 'Lark', await invite('support'));
      await staff.admit(signer);
      const seat = await signer.seat();
      await ash.watches(signer);
      const order = await ash.driver.run(() => [...document.querySelectorAll('[data-seat]')].map((tile) => tile.getAttribute('data-seat')));
      await ash.press('pin.on', { name: 'Lark' });
      const shown = () => ash.driver.run(() => [...document.querySelectorAll('[data-large]')].map((tile) => ({ seat: Number(tile.getAttribute('data-large')), w: /** @type {HTMLElement} */ (tile).offsetWidth, time: tile.querySelector('video')?.currentTime ?? 0 })));
      await until('the interpreter and a facilitator are large', async () => (await shown()).map((s) => s.seat).join() === [seat, await staff.seat()].join());
      await elm.driver.run(async () => (await import('/core/session.js')).setMic(true));
      await speaksOn(elm);
      await until('then whoever speaks', async () => (await shown()).map((s) => s.seat).join() === [seat, await elm.seat()].join());
      const first = await shown();
      await until('both pictures move', async () => (await shown()).every((s, i) => s.time > first[i].time));
      assert.deepEqual(await ash.driver.run(() => [...document.querySelectorAll('[data-seat]')].map((tile) => tile.getAttribute('data-seat'))), order);
      await ash.press('pin.off', { name: 'Lark' });
      await until('everything is as before', async () => (await shown()).length === 0);
    },
  },
  {
    name: 'viewing: paused pictures and their notice move nobody; each tile says why (an imagined view)',
    light: true,
    async run(stage) {
      const person = await page(stage);
      const everywhere = async (look) => {
        for (const [width, height] of SIZES) {
          await person.driver.size(width, height);
          for (const count of [6, 14, 17]) await look(count, `${count} seats at ${width}x${height}`, height);
        }
      };
      const before = new Map();
      await everywhere(async (count, at) => {
        await show(person, fullRoom(count));
        before.set(at, await places(person));
      });
      await everywhere(async (count, at, height) => {
        await show(person, fullRoom(count, { paused: paused(count, 'weak') }));
        assert.ok((await person.text()).includes(t('seat.paused.weak')), `no tile says why: ${at}`);
        await person.sees('notice.weak.head'); // after two seconds of it
        if (height > 400) assert.deepEqual(await places(person), before.get(at), at);
      });
      await person.press('ok');
      await until('the words are put away', async () => !(await person.text()).includes(t('notice.weak.head')));
    },
  },
  {
    name: 'viewing: pictures of a weak connection, saved data and pinned support (imagined views)',
    light: true,
    pictures: true,
    async run(stage) {
      const person = await page(stage);
      for (const count of [6, 14, 17]) {
        await show(person, fullRoom(count, { paused: paused(count, 'weak') }));
        await person.sees('notice.weak.head');
        await shots(stage, person, `weak-${count}`, SIZES);
      }
      await show(person, fullRoom(14, { paused: paused(14, 'saver') }));
      await shots(stage, person, 'saver-14', SIZES);
      await person.press('bar.more');
      await shots(stage, person, 'more', SIZES);
      await person.press('close');
      for (const { count, pins } of [{ count: 8, pins: [5] }, { count: 14, pins: [11] }, { count: 17, pins: [3, 4] }]) {
        await show(person, fullRoom(count, { support: pins }));
        await shots(stage, person, `pinnable-${count}`, [[360, 640]]);
        await wish(person, { pinned: pins });
        await shots(stage, person, `pinned-${count}`, SIZES);
      }
    },
  },
];

/** A fake microphone beeps for a moment now and then; this is a voice that goes on. @param {import('../person.js').Person} person */
function speaksOn(person) {
  return person.driver.run(async () => {
    const audio = new AudioContext();
    await audio.resume();
    const tone = audio.createOscillator();
    const out = audio.createMediaStreamDestination();
    tone.connect(out);
    tone.start();
    const connection = /** @type {any} */ (window).connections.filter((c) => c.connectionState !== 'closed').at(-1);
    await connection.getSenders()[0].replaceTrack(out.stream.getAudioTracks()[0]);
  });
}
