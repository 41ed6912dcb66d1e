import assert from 'node:assert/strict';
import { gathered, guest } from '../gather.js';
import { until } from '../until.js';

/**
 * A device without VP8 sends H.264, and others see it: real encoders and
 * decoders. The page itself prefers VP8, so its wishes are replaced.
 */

/**
 * Runs before the page does: what is sent and what can be shown, by the names
 * of codecs. H.264 is offered in the one form that every browser has.
 * @param {{sends: string, shows: string[]}} codecs
 */
function onlyCodecs({ sends, shows }) {
  const real = RTCRtpTransceiver.prototype.setCodecPreferences;
  RTCRtpTransceiver.prototype.setCodecPreferences = function (wanted) {
    if (this.receiver.track.kind !== 'video') return real.call(this, wanted);
    const names = this.direction === 'recvonly' ? shows : [sends];
    const known = RTCRtpReceiver.getCapabilities('video')?.codecs ?? [];
    return real.call(this, known.filter(({ mimeType, sdpFmtpLine = '' }) => mimeType === 'video/rtx' || names.includes(mimeType)
      && (mimeType !== 'video/H264' || (/packetization-mode=1/.test(sdpFmtpLine) && /profile-level-id=42e01f/i.test(sdpFmtpLine)))));
  };
}

const PEOPLE = {
  both: { sends: 'video/VP8', shows: ['video/VP8', 'video/H264'] },
  h264: { sends: 'video/H264', shows: ['video/VP8', 'video/H264'] },
  vp8: { sends: 'video/VP8', shows: ['video/VP8'] },
};

/** @param {keyof typeof PEOPLE} kind */
const who = (kind) => ({ before: onlyCodecs, arg: PEOPLE[kind] });

/** Whether this browser can make H.264 at all: not every build may. */
async function encodes(stage) {
  const page = await (await stage.chromium()).newPage();
  const can = await page.evaluate(() => RTCRtpSender.getCapabilities('video')?.codecs.some(({ mimeType }) => mimeType === 'video/H264'));
  await page.close();
  return can;
}

/** The codecs this browser sends its camera in, and decodes a seat from. */
function codecs(person, seat) {
  return person.driver.run(async (seat) => {
    const connection = /** @type {any} */ (window).connections.filter((c) => c.connectionState !== 'closed').at(-1);
    const reports = [...(await connection.getStats()).values()];
    const name = (report) => reports.find(({ id }) => id === report.codecId)?.mimeType;
    return {
      sent: reports.filter((r) => r.type === 'outbound-rtp' && r.kind === 'video' && r.packetsSent > 0).map(name),
      seen: reports.filter((r) => r.type === 'inbound-rtp' && r.kind === 'video' && Number(r.mid) === 4 + 2 * seat).map(name).at(0),
    };
  }, seat);
}

export const scenarios = [
  {
    name: 'h264: who has no VP8 is seen by all who can, and the others are told',
    long: true,
    limit: 240_000, // three pages that encode and decode, all on one machine
    async run(stage) {
      if (!(await encodes(stage))) return stage.say('     (this browser has no encoder for H.264)');
      const { staff, patients: [wren], invite } = await gathered(stage, ['chromium'], { names: ['Wren'], options: (i) => who(i < 0 ? 'both' : 'h264') });
      const elm = await guest(stage, 'chromium', 'Elm', await invite(), who('vp8'));
      await staff.admit(elm);
      const seat = await wren.seat();

      // Wren's picture, and what Wren sees of those who send VP8.
      await staff.watches(wren, { within: 60_000 });
      for (const other of [staff, elm]) await wren.watches(other, { within: 60_000 });
      assert.deepEqual([...new Set((await codecs(wren, 0)).sent)], ['video/H264']);
      assert.equal((await codecs(staff, seat)).seen, 'video/H264');
      await until('it is on the screen', async () => {
        const sight = await staff.sightOf(seat);
        return sight.shown && sight.width > 0;
      });

      // Elm's browser has no decoder for it (or says so): no packet, and the reason.
      await until('the reason is told', async () => (await elm.view()).media.paused.some((p) => p.seat === seat && /** @type {string} */ (p.why) === 'codec'));
      await elm.nothing(seat, 'video');
      await elm.watches(staff, { within: 60_000 });

      // The same seat with VP8 and with H.264 again: one stream, nothing freezes for long.
      const next = async (kind, leaver) => {
        await leaver.driver.run(async () => (await import('/core/session.js')).leave());
        await until('the seat is free', async () => !(await staff.view()).seats.some((s) => s.seat === seat));
        await leaver.close();
        const newcomer = await guest(stage, 'chromium', kind === 'both' ? 'Lark' : 'Heron', await invite(), who(kind));
        await staff.admit(newcomer);
        assert.equal(await newcomer.seat(), seat, 'the seat is handed on');
        await staff.watches(seat, { within: 60_000 });
        return newcomer;
      };
      const lark = await next('both', wren);
      await elm.watches(seat, { within: 60_000 });
      assert.equal((await codecs(staff, seat)).seen, 'video/VP8');
      await next('h264', lark);
      assert.equal((await codecs(staff, seat)).seen, 'video/H264');
    },
  },
];
