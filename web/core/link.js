import { Backoff } from './backoff.js';
import { Pending } from './pending.js';
import { SUBPROTOCOL, VERSION, isFinal } from './wire.js';

/**
 * One participant's link to the server. It survives its sockets:
 *
 *   connecting --welcome--> open --lost--> reconnecting --welcome--> open
 *        |                    |                 |--grace over--> lost --retry()--> reconnecting
 *        `------- refused, bye, final close ----+--------------> over
 *
 * When the room goes on at another server, or ours sends us to another one, the
 * link goes there without a word: nobody is told unless that takes long. Where a
 * socket ends without a word its server may be gone: after a short while all that
 * are known are tried, the next one first, each once and without a pause; then
 * after a longer while again.
 *
 * Where the present server leaves a restart of the media unanswered, another
 * socket is opened beside the one that says nothing, and whichever speaks first
 * has the link.
 *
 * Nothing of the browser is used directly, so the tests run it with a socket
 * and a clock of their own.
 *
 * @typedef {import('./wire.js').Message} Message
 * @typedef {import('./wire.js').Welcome} Welcome
 * @typedef {'connecting'|'open'|'reconnecting'|'lost'|'over'} LinkStatus
 *
 * @typedef {object} Socket the part of WebSocket we use
 * @property {(data: string) => void} send
 * @property {(code?: number) => void} close
 * @property {((event: any) => void)|null} onopen
 * @property {((event: {data: any}) => void)|null} onmessage
 * @property {((event: {code: number}) => void)|null} onclose
 *
 * @typedef {object} Clock
 * @property {() => number} now Unix ms
 * @property {() => number} random
 * @property {(run: () => void, ms: number) => any} after
 * @property {(timer: any) => void} cancel
 *
 * @typedef {object} Listener what the link tells its owner
 * @property {(status: LinkStatus) => void} status
 * @property {(welcome: Welcome) => void} welcome
 * @property {(event: Message) => void} event
 * @property {(text: Message) => void} [text] what somebody wrote: not numbered, never repeated
 * @property {(origins: string[]) => void} [nodes] the other servers are others now
 * @property {(code: string, after?: number) => void} over why it is final
 * @property {(until: number|null) => void} wait when the next attempt is made
 *
 * @typedef {object} Setup
 * @property {(protocol: string, server: number) => Socket} open server: which of all that are known, in turn; 0 is where the page is from
 * @property {() => number} servers how many are known; at least 1
 * @property {Clock} clock
 * @property {import('./ticket.js').TicketStore} tickets
 * @property {string} token the invitation, '' when the page was loaded without one
 * @property {Listener} on
 */

/** A socket that was silent for so long is given up; the server sends a beat every 5 s. */
export const SILENCE_MS = 12_000;

/** An attempt has so long until its socket is open, and as long again until it is welcomed; then it is given up. */
export const HELLO_MS = 10_000;

/** The same for the first round of attempts after a loss, when other servers may be better; doubled with each. */
export const AGAIN_MS = 3000;

/** A restart of the media that is not answered by then casts doubt on the socket. */
export const ANSWER_MS = 1000;

/** How a socket ends whose server is about to go, or is cut off: others serve. */
const DRAIN = 4103;

/** A move that takes longer is shown as a lost connection. */
export const MOVE_MS = 2000;

export class Link {
  /** @param {Setup} setup */
  constructor({ open, servers, clock, tickets, token, on }) {
    this.open = open;
    this.servers = servers;
    this.clock = clock;
    this.tickets = tickets;
    this.token = token;
    this.on = on;

    this.backoff = new Backoff(clock.random);
    // A reload continues the same link without knowing the ids used before it;
    // the clock keeps them growing.
    this.pending = new Pending(clock.now());
    /** @type {LinkStatus} */
    this.status = 'connecting';
    /** @type {Socket|null} */
    this.socket = null;
    this.helloId = 0;
    this.usedTicket = false;
    this.last = 0; // last seq seen
    this.server = 0; // which of the servers that are known, in turn
    this.carried = false; // the room is at another server than ours
    this.tried = 0; // attempts of this round: one to each server
    this.failed = 0; // rounds since the last welcome
    /** @type {Socket|null} */
    this.rival = null; // opened because the present socket says nothing
    this.grace = 0; // ms a lost seat is kept, 0 before the first welcome
    this.lostAt = 0;
    this.hold = 0; // seconds the server asked us to stay away
    this.refusal = '';
    this.silence = /** @type {any} */ (null);
    this.moving = /** @type {any} */ (null);
    this.nextTry = /** @type {any} */ (null);
  }

  start() {
    if (!this.token && !this.tickets.for('')) return this.finish('no_link');
    this.on.status('connecting');
    this.connect();
  }

  /** Tries now: the person asked, or the network came back. */
  retry() {
    if (this.status === 'over' || this.status === 'open') return;
    if (this.status === 'lost') {
      this.lostAt = this.clock.now();
      this.become('reconnecting');
    }
    if (this.socket) this.server++; // the attempt under way takes too long
    this.tried = 0;
    this.backoff.reset();
    this.connect();
  }

  /**
   * The device may be on another network: the socket could be dead without
   * anybody knowing, so another one takes the link over.
   */
  networkChanged() {
    if (this.status !== 'open') return this.retry();
    this.drop();
    this.come(0);
  }

  /**
   * @param {string} type
   * @param {object} [fields]
   * @returns {Promise<any>} the `ok`, or rejects with {code}
   */
  command(type, fields = {}) {
    if (this.status === 'over') return Promise.reject({ code: 'over' });
    const { command, answer } = this.pending.add(type, fields);
    if (command && this.status === 'open') this.send(command);
    if (command?.restart && this.status === 'open') this.watch(ANSWER_MS, () => this.doubt());
    return answer;
  }

  /**
   * Goes for good. Best effort and without waiting: the page may be gone in a moment.
   * @param {boolean} quick
   */
  leave(quick) {
    this.sayLeave(quick);
    if (this.status !== 'over') this.finish('left');
  }

  /** The message alone, for a page that has no time for more. @param {boolean} quick */
  sayLeave(quick) {
    if (this.status === 'open') this.send({ type: 'leave', id: this.pending.id(), quick });
  }

  connect() {
    this.drop();
    this.clock.cancel(this.nextTry);
    this.on.wait(null);
    this.refusal = '';
    this.hold = 0;
    const socket = this.open(SUBPROTOCOL, this.server);
    this.use(socket);
    this.watch(this.patience());
    socket.onopen = () => this.hello();
  }

  /** @param {Socket} socket the one and only from now on */
  use(socket) {
    this.socket = socket;
    socket.onmessage = (event) => this.read(event.data);
    socket.onclose = (event) => this.closed(event.code);
  }

  /** How long an attempt may take, half of its way. */
  patience() {
    return this.grace ? Math.min(HELLO_MS, AGAIN_MS * 2 ** this.failed) : HELLO_MS;
  }

  /** Nobody answers here. Another server may: once its socket is open the link goes there. A word from here ends that. */
  doubt() {
    const rival = this.open(SUBPROTOCOL, this.server + 1);
    this.rival = rival;
    rival.onclose = () => this.spare();
    rival.onopen = () => {
      this.rival = null;
      this.drop();
      this.server++;
      this.unseen();
      this.use(rival);
      this.hello();
    };
    this.watch(AGAIN_MS, () => {
      if (this.servers() > 2) this.server++; // neither this one nor that: a third comes first
      this.closed(1006);
    });
  }

  /** Ends what doubt began. */
  spare() {
    const rival = this.rival;
    this.rival = null;
    if (!rival) return;
    rival.onopen = rival.onclose = null;
    rival.close();
  }

  hello() {
    this.watch(this.patience());
    const ticket = this.tickets.for(this.token);
    this.helloId = this.pending.id();
    this.usedTicket = ticket !== '';
    const who = ticket ? { resume: ticket, last: this.last } : { token: this.token };
    this.send({ type: 'hello', v: VERSION, id: this.helloId, ...who });
  }

  /** @param {any} data */
  read(data) {
    const message = decode(data);
    if (!message) return;
    this.spare();
    if (this.status === 'open') this.watch(SILENCE_MS);
    switch (message.type) {
      case 'beat': return;
      case 'welcome': return this.welcomed(/** @type {any} */ (message));
      case 'ok': return this.pending.settle(message);
      case 'error': return this.refused(message);
      case 'text': return this.on.text?.(message);
      case 'nodes': return this.on.nodes?.(message.nodes);
      case 'bye': return this.finish(message.code);
      default: return this.event(message);
    }
  }

  /** @param {Welcome} welcome */
  welcomed(welcome) {
    this.last = welcome.seq;
    this.grace = welcome.grace * 1000;
    this.carried = welcome.carried === true;
    this.tickets.keep(welcome.ticket, this.token);
    this.backoff.reset();
    this.tried = this.failed = 0;
    this.server %= this.servers(); // stays the same one when others become known
    this.clock.cancel(this.moving);
    this.watch(SILENCE_MS);
    this.on.welcome(welcome);
    this.become('open');
    for (const command of this.pending.unanswered()) this.send(command);
  }

  /** @param {Message} message */
  refused(message) {
    if (message.id === this.helloId && this.status !== 'open') {
      this.refusal = message.code;
      this.hold = message.after ?? 0;
      return; // a close follows and says whether to come back
    }
    if (message.id) return this.pending.settle(message);
    this.refusal = message.code;
  }

  /** @param {Message} event */
  event(event) {
    if (typeof event.seq !== 'number') return;
    if (event.seq <= this.last) return; // replayed, and seen already
    if (event.seq > this.last + 1) return this.closed(4100); // one is missing: have it replayed
    this.last = event.seq;
    if (event.type === 'ticket') return this.tickets.keep(event.ticket, this.token);
    this.on.event(event);
    if (event.type === 'move') this.follow(this.carried ? 0 : 1); // the server that has had the room is about to end
  }

  /** Goes on without a pause: any server knows the way to the room. @param {number} step how many servers further */
  follow(step) {
    this.unseen();
    this.server += step;
    this.connect();
  }

  /** Another socket is made, and nobody is told yet. */
  unseen() {
    this.lostAt = this.clock.now();
    this.status = 'reconnecting';
    this.clock.cancel(this.moving);
    this.moving = this.clock.after(() => this.on.status(this.status), MOVE_MS);
  }

  /** @param {number} code */
  closed(code) {
    if (code === DRAIN && this.status === 'open' && this.servers() > 1) return this.follow(1);
    this.drop();
    if (this.status !== 'open' || isGone(code)) this.server++;
    if (this.refusal === 'gone' && this.usedTicket && this.token) return this.again();
    if (isFinal(code)) return this.finish(reason(code, this.refusal));
    this.come(this.pause(code));
  }

  /**
   * How long until the next attempt, ms. In a round there is no pause: a server
   * that is gone holds nobody up.
   * @param {number} code how the last one ended, or the open socket
   */
  pause(code) {
    if (this.status !== 'open') {
      if (++this.tried < this.servers() && isGone(code) && !this.hold) return 0;
      this.tried = 0;
      this.failed++;
    }
    return Math.max(this.backoff.next(), this.hold * 1000);
  }

  /** The ticket is worth nothing any more; the invitation still is. */
  again() {
    this.tickets.clear();
    this.last = 0;
    this.connect();
  }

  /**
   * Comes back in a while, unless the seat is no longer kept by then.
   * @param {number} delay ms
   */
  come(delay) {
    const now = this.clock.now();
    if (this.status === 'open') {
      this.lostAt = now;
      this.become('reconnecting');
    }
    if (this.status === 'reconnecting' && now - this.lostAt >= this.grace) return this.giveUp();
    if (this.status === 'lost') return;
    if (delay === 0) return this.connect();
    this.nextTry = this.clock.after(() => this.connect(), delay);
    this.on.wait(now + delay);
  }

  giveUp() {
    this.drop();
    this.clock.cancel(this.moving);
    this.pending.rejectAll('lost');
    this.on.wait(null);
    this.become('lost');
  }

  /** @param {string} code */
  finish(code) {
    this.clock.cancel(this.nextTry);
    this.clock.cancel(this.moving);
    if (code === 'replaced') this.tickets.hold(); // the person may come back to this page; it never does so by itself
    else this.tickets.clear();
    this.on.wait(null);
    this.status = 'over';
    this.pending.rejectAll('over');
    this.drop();
    this.on.over(code, this.hold || undefined);
    this.on.status('over');
  }

  /** Closes the socket, after what was sent, and listens no longer: nothing it still says matters. */
  drop() {
    const socket = this.socket;
    this.socket = null;
    this.clock.cancel(this.silence);
    this.spare();
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  /**
   * @param {number} ms how long the socket may be silent from now on
   * @param {() => void} [then]
   */
  watch(ms, then = () => this.closed(1006)) {
    this.clock.cancel(this.silence);
    this.silence = this.clock.after(then, ms);
  }

  /** @param {LinkStatus} status */
  become(status) {
    this.status = status;
    this.on.status(status);
  }

  /** @param {object} message */
  send(message) {
    this.socket?.send(JSON.stringify(message));
  }
}

/**
 * @param {any} data
 * @returns {Message|null}
 */
function decode(data) {
  try {
    const message = JSON.parse(data);
    return message && typeof message.type === 'string' ? message : null;
  } catch {
    return null;
  }
}

/** Whether a server whose socket ends so is gone, about to end, or cannot serve anybody: others come first. @param {number} code 1006: it said nothing */
function isGone(code) {
  return code === DRAIN || code === 1001 || code === 1006 || code === 1012;
}

/**
 * @param {number} code
 * @param {string} refusal
 */
function reason(code, refusal) {
  if (refusal) return refusal;
  return code === 4001 ? 'replaced' : code === 4002 ? 'protocol' : 'bye';
}
