// Every state that fills the page (NEEDS 4.6): which code leads to it, and what
// one can do there. The words are in the catalogue under state.<name>.

/**
 * What a button on a state's page does.
 * @typedef {'reach'|'help'|'helpnow'|'retry'|'return'|'here'|'now'|'copy'|'leave'|'clear'} Act return: again with the invitation, while this page still has it; here: take the link over from the other window
 */

/**
 * What each button says.
 * @satisfies {Record<Act, import('../text/t.js').Key>}
 */
export const wayWords = {
  reach: 'reach.open', help: 'help.open', helpnow: 'help.now', retry: 'do.retry', return: 'do.retry',
  here: 'do.here', now: 'do.now', copy: 'copy.link', leave: 'do.leave', clear: 'do.close',
};

/**
 * @typedef {{acts: Act[], more?: boolean}} State more: the state has a third line
 */

/** @satisfies {Record<string, State>} */
export const states = {
  boot: { acts: [] },
  expired: { acts: ['reach', 'help'] },
  badlink: { acts: ['retry', 'reach'] },
  nolink: { acts: ['reach', 'help'] },
  gone: { acts: ['return', 'reach', 'help'] },
  roster: { acts: ['reach', 'help'] },
  full: { acts: ['reach', 'help'] },
  waitingfull: { acts: ['retry', 'reach'] },
  inapp: { acts: ['copy'] },
  old: { acts: ['copy'] },
  lost: { acts: ['retry', 'reach'] },
  reconnect: { acts: ['leave'] },
  restart: { acts: ['now'] },
  removed: { acts: ['reach', 'helpnow'] },
  closed: { acts: ['reach', 'helpnow'] },
  declined: { acts: ['reach', 'help'] },
  notallowed: { acts: ['reach', 'help'] },
  moved: { acts: [] },
  replaced: { acts: ['here'] },
  ended: { acts: ['clear', 'help'], more: true },
  left: { acts: ['clear', 'help'], more: true },
  farewell: { acts: ['clear', 'help'], more: true },
  trouble: { acts: ['retry', 'reach'] },
};

/** @typedef {keyof typeof states} StateName */

/** @type {Map<string, StateName>} */
const codes = new Map(Object.entries({
  link_invalid: 'badlink', link_expired: 'expired', no_link: 'nolink', gone: 'gone', timeout: 'gone',
  not_on_roster: 'roster', full: 'full', waiting_full: 'waitingfull', removed: 'removed', declined: 'declined', not_allowed: 'notallowed',
  moved: 'moved', replaced: 'replaced', left: 'left', farewell: 'farewell', lost: 'lost', ended: 'ended', unsupported: 'old', in_app: 'inapp',
}));

/**
 * The state a stable code leads to. A code this page does not know is trouble
 * of ours, never of the person.
 * @param {string} code
 * @returns {StateName}
 */
export function stateOf(code) {
  return codes.get(code) ?? 'trouble';
}
