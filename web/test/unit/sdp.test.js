import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leanOffer, tuneOpus } from '../../core/sdp.js';

const opus = 'minptime=10;useinbandfec=1;usedtx=1;stereo=0;maxaveragebitrate=28000';

test('every Opus format asks for FEC, DTX and mono; nothing else changes', () => {
  const sdp = ['v=0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=rtpmap:111 opus/48000/2', 'a=fmtp:111 minptime=10;useinbandfec=1', 'm=video 9 UDP/TLS/RTP/SAVPF 96 97', 'a=rtpmap:96 VP8/90000', 'a=rtpmap:97 rtx/90000', 'a=fmtp:97 apt=96', ''].join('\r\n');
  const tuned = tuneOpus(sdp).split('\r\n');
  assert.equal(tuned[3], `a=fmtp:111 ${opus}`);
  assert.deepEqual(tuned.filter((_, i) => i !== 3), sdp.split('\r\n').filter((_, i) => i !== 3));
});

test('a format without parameters gets a line of its own, right after its name', () => {
  const tuned = tuneOpus('m=audio 9 UDP/TLS/RTP/SAVPF 109\r\na=rtpmap:109 OPUS/48000/2\r\na=sendonly\r\n').split('\r\n');
  assert.deepEqual(tuned.slice(1, 4), ['a=rtpmap:109 OPUS/48000/2', 'a=fmtp:109 useinbandfec=1;usedtx=1;stereo=0;maxaveragebitrate=28000', 'a=sendonly']);
});

test('the offer tells nothing of the network', () => {
  const sdp = ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 'm=audio 53632 UDP/TLS/RTP/SAVPF 109', 'c=IN IP4 192.0.2.2', 'a=rtcp:9 IN IP4 192.0.2.2', 'a=rtcp-mux', 'a=candidate:1 1 udp 1 192.0.2.2 53632 typ host', 'a=end-of-candidates', 'a=sendonly', 'm=audio 0 UDP/TLS/RTP/SAVPF 109', 'c=IN IP6 fd00::2', 'a=bundle-only', ''].join('\r\n');
  assert.deepEqual(leanOffer(sdp).split('\r\n'), ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 'm=audio 9 UDP/TLS/RTP/SAVPF 109', 'c=IN IP4 0.0.0.0', 'a=rtcp-mux', 'a=sendonly', 'm=audio 0 UDP/TLS/RTP/SAVPF 109', 'c=IN IP4 0.0.0.0', 'a=bundle-only', '']);
});

test('a layer that rests is offered like any other: it may flow at any time without an offer', () => {
  const offered = leanOffer(['m=video 9 UDP/TLS/RTP/SAVPF 96', 'a=rid:l send', 'a=rid:h send', 'a=simulcast:send l;~h', 'a=fmtp:96 x=~y', ''].join('\r\n'));
  assert.deepEqual(offered.split('\r\n').slice(1, 5), ['a=rid:l send', 'a=rid:h send', 'a=simulcast:send l;h', 'a=fmtp:96 x=~y']);
});
