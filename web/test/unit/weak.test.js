import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NEWS_MS, REST_MS, SAY_MS, Weak } from '../../core/weak.js';
import { FakeClock } from './fakes.js';

function world() {
  const clock = new FakeClock();
  return { clock, weak: new Weak(clock) };
}

test('a weak moment is not worth a word, a weak while is', () => {
  const { clock, weak } = world();
  weak.told(true);
  clock.move(SAY_MS - 1);
  weak.told(false);
  clock.move(60_000);
  assert.equal(weak.said.value, false);
  weak.told(true);
  clock.move(SAY_MS);
  assert.equal(weak.said.value, true);
});

test('the words stay while it comes and goes, and go by themselves', () => {
  const { clock, weak } = world();
  weak.told(true);
  clock.move(SAY_MS);
  for (let i = 0; i < 20; i++) {
    weak.told(false);
    clock.move(REST_MS - 1);
    weak.told(true);
    clock.move(500);
    assert.equal(weak.said.value, true);
  }
  weak.told(false);
  clock.move(REST_MS);
  assert.equal(weak.said.value, false);
});

test('it is news again only after a long good time', () => {
  const { clock, weak } = world();
  const once = () => { weak.told(true); clock.move(SAY_MS); const { spell } = weak; weak.told(false); clock.move(REST_MS); return spell; };
  const first = once();
  clock.move(60_000);
  assert.equal(once(), first);
  clock.move(NEWS_MS);
  assert.equal(once(), first + 1);
});

test('stopped, nothing is said any more', () => {
  const { clock, weak } = world();
  weak.told(true);
  weak.stop();
  clock.move(60_000);
  assert.equal(weak.said.value, false);
});
