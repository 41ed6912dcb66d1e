/** The real clock: everything that waits is given one, so that tests can move it by hand. @type {import('./link.js').Clock} */
export const clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  after: (run, ms) => setTimeout(run, ms),
  cancel: (timer) => clearTimeout(timer),
};
