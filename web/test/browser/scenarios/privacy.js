import assert from 'node:assert/strict';
import { gathered } from '../gather.js';
import { until } from '../until.js';

/** Words that must not be seen from outside (M-S6). */
const TELLING = /therap|rehab|recover|addict|group|clinic|patient|counsel|mental|health/i;

export const scenarios = [
  {
    name: 'privacy: no other origin, no cookie, no storage but the ticket, a neutral outside (M-S6, M-P5)',
    async run(stage) {
      const { staff, patients, server } = await gathered(stage, ['firefox', 'chromium']);
      await Promise.all(patients.map((p) => p.watches(staff)));
      const [, ash] = patients;
      for (const person of [staff, ...patients]) {
        const { requests } = person.driver.heard;
        assert.ok(requests.length > 20, 'requests were not counted');
        const foreign = requests.filter((url) => !/^(data|blob|about):/.test(url) && !url.replace(/^ws/, 'http').startsWith(server.origin));
        assert.deepEqual(foreign, []);
        assert.ok(requests.every((url) => !/eyJ/.test(url.replace(/#.*/, ''))), 'a token was in a request');
        const kept = await person.driver.run(async () => ({
          cookie: document.cookie, local: localStorage.length, session: Object.keys(sessionStorage),
          databases: (await indexedDB.databases()).length, caches: 'caches' in window ? (await caches.keys()).length : 0,
          workers: navigator.serviceWorker ? (await navigator.serviceWorker.getRegistrations()).length : 0,
          hash: location.hash, title: document.title, head: document.head.innerHTML, path: location.pathname,
        }));
        assert.deepEqual([kept.cookie, kept.local, kept.session, kept.databases, kept.caches, kept.workers, kept.hash, kept.path], ['', 0, ['hearth'], 0, 0, 0, '', '/']);
        assert.equal(kept.title, 'Meeting');
        assert.doesNotMatch(kept.head, TELLING);
        assert.deepEqual(person.driver.heard.errors, []);
        assert.ok(!person.driver.heard.console.some((line) => /Content.Security.Policy|violates/i.test(line)), person.driver.heard.console.join('\n'));
      }
      await ash.driver.run(async () => (await import('/core/session.js')).leave());
      await until('the ticket is gone', async () => (await ash.driver.run(() => sessionStorage.length)) === 0);
    },
  },
];
