/**
 * The shapes on the wire, as signaling/PROTOCOL.md describes them, and what a
 * close code asks of us. Types only, and one pure function.
 *
 * @typedef {'patient'|'facilitator'|'support'} Role
 * @typedef {'entered'|'waiting'|'seated'|'stepped_out'} Stage
 * @typedef {'waiting'|'open'|'paused'|'alone'|'hold'} Phase
 * @typedef {'noise'|'view'|'talk'} Reason a preset a facilitator gives with a mute, a stop or a step out
 *
 * @typedef {object} You
 * @property {number} id
 * @property {Role} role
 * @property {Stage} stage
 * @property {string} [name]
 * @property {number} seat -1 while none
 * @property {boolean} mic
 * @property {boolean} camera
 * @property {boolean} hand
 * @property {boolean} away
 * @property {boolean} mic_held
 * @property {boolean} video_held
 * @property {Reason} [mic_reason]
 * @property {Reason} [video_reason]
 * @property {Reason} [out_reason]
 * @property {number} muted how often a facilitator turned this microphone off; growth is news
 * @property {string} [rename] a name that waits for approval
 * @property {boolean} [late] knocked at the locked door
 *
 * @typedef {object} RoomState
 * @property {Phase} [phase] left out before admission
 * @property {boolean} locked
 * @property {number} [until] facilitators: Unix ms when alone becomes hold, or hold the end
 * @property {number} [since] facilitators: Unix ms when the session opened
 * @property {number} [free] facilitators: free patient seats
 *
 * @typedef {object} Seat
 * @property {number} seat
 * @property {string} name
 * @property {Role} role
 * @property {'here'|'lost'|'stepped_out'} state
 * @property {boolean} mic
 * @property {boolean} camera
 * @property {number} [hand] Unix ms when it was raised
 * @property {boolean} away
 * @property {number} [id] facilitators only, as all below
 * @property {string} [ref]
 * @property {boolean} [first]
 * @property {number} [since]
 * @property {boolean} [mic_held]
 * @property {boolean} [video_held]
 * @property {boolean} [ask_video]
 * @property {string} [rename]
 *
 * @typedef {object} Guest somebody in the waiting room
 * @property {number} id
 * @property {string} name
 * @property {Role} role
 * @property {string} [ref]
 * @property {boolean} [first]
 * @property {number} since
 * @property {boolean} [late] knocked at the locked door
 * @property {boolean} [moves] admission moves the seat from another device
 * @property {boolean} [out] stepped out, the seat is kept
 * @property {boolean} here connected now
 *
 * @typedef {object} Out somebody who no longer sits in the circle
 * @property {number} id
 * @property {string} name
 * @property {string} [ref]
 * @property {'left'|'left_quickly'|'lost'|'removed'|'removed_group'|'declined'|'moved'} cause
 * @property {number} at
 *
 * @typedef {'weak'|'saver'} Why a picture is not sent to us: this viewer's connection, or their wish
 *
 * @typedef {object} Paused
 * @property {number} seat
 * @property {Why} why
 *
 * @typedef {object} MediaFlow what the server's packet path tells this viewer
 * @property {boolean} high somebody wants the high layer of this person's camera
 * @property {Paused[]} paused in seat order: cameras that are on but not sent here now
 *
 * @typedef {object} View
 * @property {You} you
 * @property {RoomState} room
 * @property {Seat[]} seats taken seats in seat order
 * @property {Guest[]} waiting
 * @property {Out[]} removed
 * @property {MediaFlow} [media] left out while nothing flows
 *
 * @typedef {{type:string, seq?:number, [key:string]:any}} Message
 *
 * @typedef {object} Welcome
 * @property {'welcome'} type
 * @property {number} seq
 * @property {boolean} resumed
 * @property {number} seats
 * @property {string} ticket
 * @property {number} grace seconds a lost seat is kept
 * @property {string} rules
 * @property {string} [name] a pseudonym the clinic suggests
 * @property {string[]} [nodes]
 * @property {unknown} [ice] relays of this server, see ice.js
 * @property {View} [view]
 */

/** The version of the protocol this page speaks. */
export const VERSION = 1;

/** The sub-protocol asked for when the WebSocket is opened. */
export const SUBPROTOCOL = 'hearth.1';

/**
 * Whether a close code is final: 4000-4099 say "do not come back by yourself".
 * Everything else, 1006 from a lost network included, says "come back".
 * @param {number} code
 */
export function isFinal(code) {
  return code >= 4000 && code <= 4099;
}
