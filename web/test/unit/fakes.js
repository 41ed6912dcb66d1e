/** A clock that only moves when told. */
export class FakeClock {
  constructor(start = 1_000_000) {
    this.time = start;
    this.timers = [];
    this.serial = 0;
  }

  now = () => this.time;
  random = () => 0.5;

  after = (run, ms) => {
    const timer = { at: this.time + ms, run, serial: ++this.serial };
    this.timers.push(timer);
    return timer;
  };

  cancel = (timer) => {
    this.timers = this.timers.filter((t) => t !== timer);
  };

  /** Time goes by while no timer runs, as on a device that sleeps: they come late. */
  sleep(ms) {
    this.time += ms;
    for (const timer of this.timers) timer.at = Math.max(timer.at, this.time);
  }

  /** Moves on and runs what falls due, in order. */
  move(ms) {
    const until = this.time + ms;
    for (;;) {
      const [due] = this.timers.filter((t) => t.at <= until).sort((a, b) => a.at - b.at || a.serial - b.serial);
      if (!due) break;
      this.time = due.at;
      this.cancel(due);
      due.run();
    }
    this.time = until;
  }
}

/** Sockets a test plays the server of. */
export class FakeNetwork {
  sockets = [];

  open = (protocol) => {
    const socket = {
      protocol, sent: [], closed: false, onopen: null, onmessage: null, onclose: null,
      send: (data) => socket.sent.push(JSON.parse(data)),
      close: () => { socket.closed = true; },
      // the server's side
      accept: () => socket.onopen?.({}),
      say: (message) => socket.onmessage?.({ data: JSON.stringify(message) }),
      end: (code) => socket.onclose?.({ code }),
    };
    this.sockets.push(socket);
    return socket;
  };

  get last() {
    return this.sockets.at(-1);
  }
}

/** sessionStorage in memory. */
export class FakeStorage {
  map = new Map();
  getItem = (key) => this.map.get(key) ?? null;
  setItem = (key, value) => { this.map.set(key, String(value)); };
  removeItem = (key) => { this.map.delete(key); };
  clear = () => this.map.clear();
  get length() { return this.map.size; }
}

/** A MediaStream as far as we use it. */
export class FakeStream {
  constructor(tracks = []) { this.tracks = [...tracks]; }
  getTracks() { return [...this.tracks]; }
  addTrack(track) { this.tracks.push(track); }
  removeTrack(track) { this.tracks = this.tracks.filter((t) => t !== track); }
}

/** A local track. */
export class FakeTrack {
  constructor(kind) { this.kind = kind; this.readyState = 'live'; this.enabled = true; }
  stop() { this.readyState = 'ended'; }
}
