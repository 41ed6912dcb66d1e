/**
 * How long somebody's sound stops when something happens to the network: the
 * microphone of one page is a voice that goes on, and another page says how old
 * the newest sound of it was at most, on whichever connection it came.
 */

/** Runs before the page does: its microphone is a tone. The browsers' own fake ones beep, and silence is not sent (DTX, RFC 7587). */
function tone() {
  const ask = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (!ask) return;
  navigator.mediaDevices.getUserMedia = async (want) => {
    const stream = await ask(want);
    if (!want?.audio) return stream;
    const audio = new AudioContext();
    audio.resume();
    const [oscillator, out] = [audio.createOscillator(), audio.createMediaStreamDestination()];
    oscillator.connect(out);
    oscillator.start();
    for (const mic of stream.getAudioTracks()) stream.removeTrack(mic);
    stream.addTrack(out.stream.getAudioTracks()[0]);
    return stream;
  };
}

/** Options of a page whose voice goes on. */
export const STEADY = { before: tone };

/** From now on the page keeps count, and notes what it says of itself. @param {import('./person.js').Person} person @param {number} seat whose sound */
export function listen(person, seat) {
  return person.driver.run(async (seat) => {
    const { mediaState, seatMedia, status } = await import('/core/session.js');
    const w = /** @type {any} */ (window);
    clearInterval(w.listened?.timer);
    const seen = (w.listened = { status: new Set(), media: new Set(), gap: 0, late: 0, timer: 0 });
    let newest = performance.timeOrigin + performance.now();
    let last = performance.now();
    seen.timer = window.setInterval(() => {
      seen.late = Math.max(seen.late, performance.now() - last - 20);
      last = performance.now();
      seen.status.add(status.value);
      seen.media.add(mediaState.value);
      const [track] = seatMedia(seat).audio.getTracks();
      const receiver = w.connections.flatMap((c) => c.getReceivers()).find((r) => r.track === track);
      newest = Math.max(newest, receiver?.getSynchronizationSources()[0]?.timestamp ?? 0);
      // In Chromium a timer that is late makes no gap; Firefox learns of what came by its main thread, and a late one does.
      seen.gap = Math.max(seen.gap, performance.timeOrigin + performance.now() - newest);
    }, 20);
  }, seat);
}

/** What was noted since: the longest silence in ms, by how much the page itself was late, and all states of the link and of the media. @param {import('./person.js').Person} person */
export function listened(person) {
  return person.driver.run(() => {
    const { status, media, gap, late } = /** @type {any} */ (window).listened;
    return { status: [...status], media: [...media], gap: Math.round(gap), late: Math.round(late) };
  });
}
