/**
 * The shapes on the wire, as signaling/PROTOCOL.md describes them, and what a
 * close code asks of us. Types only, and one pure function.
 *
 * @typedef {'patient'|'facilitator'|'support'|'host'} Role host: people read "technical helper" (S-6)
 * @typedef {'entered'|'waiting'|'seated'|'stepped_out'|'door'} Stage door: a technical helper, who never sits
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
 * @property {'five_minutes'|'soon'|'later'} [notice] while waiting: when the group starts
 * @property {'asked'|'seen'} [support] the private signal, and whether a facilitator has answered
 * @property {boolean} [side] in a side room, with the seats whose state is `side`
 * @property {boolean} [goodbye] asked for a moment to say goodbye
 * @property {boolean} [back] asked to come back to the circle, from a side room or from outside
 *
 * @typedef {object} Helper a technical helper who is there; announced to everybody (M-C3)
 * @property {'here'|'lost'} state
 * @property {string} [name] in the circle and to helpers; left out before admission (M-A8)
 * @property {number} [id] facilitators only, as below
 * @property {string} [ref]
 * @property {number} [since]
 *
 * @typedef {object} RoomState
 * @property {Phase} [phase] left out before admission
 * @property {boolean} locked
 * @property {number} [until] facilitators: Unix ms when alone becomes hold, or hold the end
 * @property {number} [since] facilitators: Unix ms when the session opened
 * @property {number} [free] facilitators: free patient seats
 * @property {boolean} [text] everybody may write to the group
 * @property {'five_minutes'|'soon'|'later'} [notice] facilitators and helpers: what the waiting room is told
 * @property {Helper[]} [hosts] left out while there is none
 *
 * @typedef {object} Seat
 * @property {number} seat
 * @property {string} name
 * @property {Role} role
 * @property {'here'|'lost'|'stepped_out'|'side'} state side: in a side room with oneself
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
 * @property {number} [support] needs support, since
 * @property {number} [side] the number of the side room they are in
 * @property {boolean} [goodbye] asks for a moment to say goodbye
 * @property {number} [back] asks to come back to the circle, since
 * @property {boolean} [last] marked: their last session
 * @property {boolean} [alone] ticks of facilitators, as the two below
 * @property {boolean} [location]
 * @property {boolean} [contact]
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
 * @typedef {object} Present one person of the attendance
 * @property {string} name
 * @property {string} [ref]
 * @property {boolean} [first]
 * @property {number} [since] here since, Unix ms; left out while not here
 * @property {number} spent seconds before that
 * @property {Out['cause']} [cause] why they went
 *
 * @typedef {object} Attendance facilitators only; kept nowhere
 * @property {number} [expected] members of the roster, where there is one
 * @property {number} here
 * @property {number} [absent] of the roster, not come at all
 * @property {Present[]} people in order of their coming
 *
 * @typedef {'weak'|'saver'|'codec'} Why a picture is not sent to us: this viewer's connection, their wish, or a form this device cannot show
 *
 * @typedef {object} Paused
 * @property {number} seat
 * @property {Why} why
 *
 * @typedef {object} MediaFlow what the server's packet path tells this viewer
 * @property {boolean} high somebody wants the high layer of this person's camera
 * @property {Paused[]} paused in seat order: cameras that are on but not sent here now
 *
 * @typedef {'arrival'|'opening'|'topic'|'sharing'|'processing'|'closing'|'winddown'} Step
 *
 * @typedef {object} Flow where the session is; times in Unix ms of the server's clock
 * @property {Step} at
 * @property {number} since
 * @property {Step[]} order the planned steps between arrival and winding down
 * @property {string[]} [goodbyes] to whom the group said goodbye today
 * @property {number} [ends] the planned end; members have it while it is shared
 * @property {number} [length] facilitators only, as all below: minutes
 * @property {number} [began]
 * @property {number} [hard] when it ends by itself
 * @property {'ten'|'five'|'over'|'last_ten'|'last_five'} [hint]
 * @property {boolean} [shared] members see the planned end
 * @property {number} [door] minutes until the door closes by itself
 * @property {number} [closes] when it will
 *
 * @typedef {object} Round a turn that passes along the seats
 * @property {'go_around'|'goodbye'} kind
 * @property {number} current a seat
 * @property {number} next -1: nobody
 * @property {number} lent the member who may pass the turn on, -1
 * @property {number} for of a goodbye: whose last session it is, -1
 * @property {number[]} [passed] facilitators only, as below
 * @property {number[]} [later]
 *
 * @typedef {object} Quiet
 * @property {'writing'|'breathing'} kind
 * @property {number} from
 * @property {number} ends
 *
 * @typedef {object} Middle what lies in the middle of the circle
 * @property {boolean} [horseshoe]
 * @property {string} [prompt]
 * @property {string} [note] homework; members see it while closing
 * @property {Quiet} [quiet]
 *
 * @typedef {object} View
 * @property {You} you
 * @property {RoomState} room
 * @property {Seat[]} seats taken seats in seat order
 * @property {Guest[]} waiting
 * @property {Out[]} removed
 * @property {Flow} [session] from admission on
 * @property {Round} [round] left out while there is none
 * @property {Middle} [middle] left out while it is empty
 * @property {Attendance} [attendance]
 * @property {MediaFlow} [media] left out while nothing flows
 *
 * @typedef {{type:string, seq?:number, [key:string]:any}} Message
 *
 * @typedef {object} Welcome
 * @property {'welcome'} type
 * @property {number} seq
 * @property {boolean} resumed
 * @property {number} seats
 * @property {number} now the server's clock, Unix ms
 * @property {string} ticket
 * @property {number} grace seconds a lost seat is kept
 * @property {string} rules
 * @property {string} [name] a pseudonym the clinic suggests
 * @property {string[]} [nodes]
 * @property {boolean} [settled] a room that moved here has come together
 * @property {boolean} [carried] the room is at another server than this one
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
