import assert from 'node:assert/strict';
import { t } from '../../../text/t.js';
import { Person } from '../person.js';
import { until } from '../until.js';

/** The main job, on real input: two browsers, two people, one circle (issue 2, point 1). */
export const scenarios = [
  {
    name: 'journey: a facilitator in Chromium and a patient in Firefox meet',
    async run(stage) {
      const hearth = await stage.hearth();
      const room = stage.room();
      const [[staffLink], [link]] = await Promise.all([hearth.invite(room, 'facilitator'), hearth.invite(room, 'patient')]);
      const ada = await Person.in(stage, 'chromium', 'Ada');
      const maple = await Person.in(stage, 'firefox', 'Maple');

      await ada.join(staffLink);
      await ada.at('seated');

      await maple.open(link);
      await maple.at('entered');
      assert.equal(await maple.driver.run(() => location.hash), '', 'the token is still in the address');
      await maple.sees('join.fact.record');
      await maple.chooseName();
      await maple.check();
      await maple.sees('rules.head');
      await maple.press('rules.go');
      await maple.sees('rules.need');
      await maple.goIn();
      await maple.sees('waiting.head');
      await until('the path is ready before admission', async () => (await maple.state()).media === 'connected');
      const waiting = await maple.view();
      assert.deepEqual([waiting.seats, waiting.waiting, waiting.room.phase], [[], [], undefined], 'the waiting room tells of nobody (M-A8)');
      const early = await maple.sent();
      assert.deepEqual(early, { audio: 0, video: 0 }, 'nothing leaves the device before admission');

      await ada.press('staff.admit.named', { name: 'Maple' });
      await maple.at('seated');
      await Promise.all([ada.watches(maple), maple.watches(ada)]);
      assert.equal((await ada.of(maple)).audio, 0, 'the microphone is off on entry (M-C8)');
      await until('the picture is on the screen', async () => {
        const sight = await maple.sightOf(await ada.seat());
        return sight.shown && sight.time > 0 && sight.width > 0;
      });

      await maple.clear();
      await maple.press('bar.mic.off');
      await ada.press('bar.mic.off');
      await Promise.all([ada.hears(maple), maple.hears(ada)]);
      await until('the ring shows who speaks', async () => (await ada.driver.run(async () => [...(await import('/core/session.js')).speaking.value])).includes(await maple.seat()));

      await maple.press('bar.mic.on');
      await ada.nothing(maple, 'audio');
      await maple.press('bar.camera');
      await ada.nothing(maple, 'video');
      assert.ok(await maple.driver.run(() => /** @type {any} */ (window).captured.filter((track) => track.kind === 'video').every((track) => track.readyState === 'ended')), 'the camera is still open');
      await maple.press('bar.camera');
      await ada.watches(maple);
      await maple.command('leave', { quick: false }).catch(() => {});
      await until('she has left', async () => (await ada.view()).seats.length === 1);
    },
  },
];
