import { createInterface } from 'node:readline';
import { openChromium, openFirefox } from './browsers.js';
import { chromiumDriver, firefoxDriver } from './drivers.js';
import { Person } from './person.js';
import { listen, listened } from './sound.js';
import { pause, until } from './until.js';

/**
 * One patient alone in a browser, for a driver that is no browser
 * (cmd/hearth/chaos_page_test.go): knocks, and once admitted listens to a seat.
 * Says "knocked", "listening", and after a line on its input what was heard. Ends
 * with its input.
 *
 *   node listener.js chromium|firefox LINK SEAT
 */
const [name, link, seat] = process.argv.slice(2);
const browser = name === 'firefox' ? await openFirefox() : await openChromium();
const lines = createInterface({ input: process.stdin });
lines.on('close', async () => {
  await browser.close().catch(() => {});
  process.exit(0);
});
const person = new Person(name === 'firefox' ? await firefoxDriver(browser) : await chromiumDriver(browser), 'Elm');
await person.open(link);
await person.at('entered');
await person.driver.run(async () => {
  const { knock, openDevices } = await import('/core/session.js');
  await openDevices({ camera: true });
  await knock({ name: 'Elm', camera: true });
});
console.log('knocked');
await person.at('seated');
await until('connected', async () => (await person.state()).media === 'connected');
await person.driver.run(async () => (await import('/core/session.js')).setMic(true));
await pause(3000); // what joining costs is over
await listen(person, Number(seat));
console.log('listening');
lines.once('line', async () => console.log(JSON.stringify(await listened(person))));
