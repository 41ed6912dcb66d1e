import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missing } from '../../core/support.js';

const browser = (userAgent, more = {}) => ({ RTCPeerConnection: class {}, WebSocket: class {}, navigator: { userAgent, mediaDevices: { getUserMedia() {} } }, ...more });

test('browsers that can take part, and those that cannot (M-A13)', () => {
  const safari = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1';
  const inside = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 [FBAN/FBIOS;FBAV/400]';
  assert.equal(missing(browser(safari)), null);
  assert.equal(missing(browser(inside)), null);
  assert.equal(missing(browser(safari, { RTCPeerConnection: undefined })), 'unsupported');
  assert.equal(missing(browser(inside, { navigator: { userAgent: inside } })), 'in_app');
  assert.equal(missing(browser(safari, { navigator: { userAgent: safari, mediaDevices: {} } })), 'unsupported');
});
