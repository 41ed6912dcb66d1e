import assert from 'node:assert/strict';
import { guest } from '../gather.js';
import { Person } from '../person.js';
import { until } from '../until.js';

/** Somebody who said no when the browser asked, and later allows it by the lock. */
const blocked = () => {
  const w = /** @type {any} */ (window);
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  w.blocked = true;
  navigator.mediaDevices.getUserMedia = async (want) => {
    if (w.blocked) throw new DOMException('', 'NotAllowedError');
    return ask(want);
  };
};

/** A call takes the microphone: its track ends by itself. */
const call = () => {
  const mic = /** @type {any} */ (window).captured.findLast((track) => track.kind === 'audio');
  mic.stop();
  mic.dispatchEvent(new Event('ended'));
};

export const scenarios = [
  {
    name: 'microphone: blocked, one just listens; taken by a call, one tap brings it back (M-X5, M-M5)',
    light: true,
    async run(stage) {
      const hearth = await stage.hearth();
      const room = stage.room();
      const [[lead], [link]] = await Promise.all([hearth.invite(room, 'facilitator'), hearth.invite(room, 'patient')]);
      const staff = await guest(stage, 'chromium', 'Ada', lead, { camera: false });
      const wren = await Person.in(stage, 'chromium', 'Wren', { before: blocked });
      await wren.open(link);
      await wren.chooseName();
      await wren.sees('notice.blocked.head');
      await wren.press('notice.blocked.how');
      await wren.sees('how.head');
      await wren.press('check.again'); // still blocked: both ways are there again
      await wren.press('notice.blocked.listen');
      await wren.sees('check.listen');
      await wren.goIn();
      await staff.admit(wren);
      await staff.press('bar.mic.off');
      await wren.hears(staff);
      await wren.press('bar.mic.off');
      await wren.sees('code.mic');
      assert.equal((await wren.view()).you.mic, false);

      await wren.driver.run(() => { /** @type {any} */ (window).blocked = false; });
      await wren.press('bar.mic.off');
      await staff.hears(wren);
      await wren.driver.run(call);
      await wren.sees('notice.mic.ended.head');
      const seat = await wren.seat();
      const on = async () => (await staff.view()).seats.find((s) => s.seat === seat)?.mic;
      await until('everybody sees that it is off', async () => (await on()) === false);
      await wren.press('notice.repair');
      await until('it is on again', on);
      await staff.hears(wren);
    },
  },
];
