import { Person } from './person.js';
import { until } from './until.js';

/** People who are already in, for scenarios that begin later than the door. */

const NAMES = ['Ash', 'Elm', 'Wren', 'Birch', 'Sage', 'Lark', 'Heron', 'Juniper'];

/** Somebody at the door, in the waiting room. */
export async function guest(stage, browser, name, link, options) {
  const person = await Person.in(stage, browser, name, options);
  await person.open(link);
  await person.at('entered');
  await person.driver.run(async ([name, camera]) => {
    const { devices, knock, openDevices } = await import('/core/session.js');
    await openDevices({ camera });
    if (devices.value.mic !== 'ready') throw new Error(`microphone ${devices.value.mic}`);
    await knock({ name, camera });
  }, [name, options?.camera ?? true]);
  return person;
}

/**
 * A circle: a facilitator in Chromium and one patient for each browser named,
 * admitted in that order and all connected; who was admitted last may still see the
 * bridge. at: the server each patient comes to, after the facilitator has come to hearth.
 * @param {import('./run.js').Stage} stage
 * @param {('chromium'|'firefox')[]} browsers
 */
export async function gathered(stage, browsers, { hearth = null, at = /** @type {((i: number) => import('./server.js').Hearth)|null} */ (null), names = NAMES, options = (i) => undefined } = {}) {
  const server = hearth ?? (await stage.hearth());
  const room = stage.room();
  const [staffLinks, patientLinks] = await Promise.all([server.invite(room, 'facilitator', 1), server.invite(room, 'patient', browsers.length)]);
  const comes = guest(stage, 'chromium', 'Ada', staffLinks[0], options(-1));
  if (at) await comes;
  const [staff, ...patients] = await Promise.all([
    comes, ...browsers.map((browser, i) => guest(stage, browser, names[i], patientLinks[i].replace(server.origin, at?.(i).origin ?? server.origin), options(i))),
  ]);
  await staff.at('seated');
  for (const person of patients) await staff.admit(person);
  const all = [staff, ...patients];
  for (const person of all) await until(`${person.name} is connected`, async () => (await person.state()).media === 'connected');
  return { staff, patients, server, room, links: { staff: staffLinks, patients: patientLinks }, invite: async (role = 'patient') => (await server.invite(room, role))[0] };
}
