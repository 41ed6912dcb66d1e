// Whom a line between staff reaches: other facilitators, and a technical helper
// only where the writer wants it or nobody else is there. Pure.

/**
 * @param {{helper: boolean, others: boolean, helped: boolean, too: boolean}} who helper: the writer is one; others: another facilitator sits here; helped: a helper is there; too: the writer wants the helper to read it
 * @returns {{hosts: boolean, label: 'helper.talk.label'|'staff.talk.label'|'staff.talk.both'|'staff.talk.helper'}}
 */
export function talkReach({ helper, others, helped, too }) {
  if (helper) return { hosts: false, label: 'helper.talk.label' }; // always reaches both
  if (!helped) return { hosts: false, label: 'staff.talk.label' };
  if (!others) return { hosts: true, label: 'staff.talk.helper' };
  return { hosts: too, label: too ? 'staff.talk.both' : 'staff.talk.label' };
}
