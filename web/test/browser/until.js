/** Waits for a condition by asking again and again, with a deadline; no sleeping and hoping. */

/** How much longer than usual everything may take before it counts as failed; more on a machine that has much other work. */
export const PATIENCE = Number(process.env.HEARTH_PATIENCE ?? 2);

/** @param {number} ms */
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * Resolves with the first truthy answer.
 * @template T
 * @param {string} what said when it does not come true
 * @param {() => Promise<T>|T} ask
 * @param {number} [within] ms
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(what, ask, within = 20_000) {
  const deadline = Date.now() + within * PATIENCE;
  let last;
  for (;;) {
    try {
      last = await ask();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`not within ${within * PATIENCE} ms: ${what} (last: ${describe(last)})`);
    await pause(60);
  }
}

function describe(value) {
  if (value instanceof Error) return value.message.split('\n')[0];
  return JSON.stringify(value)?.slice(0, 400);
}
