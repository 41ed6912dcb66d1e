// The page of a technical helper (S-6): who waits, who is connected, a line to
// the facilitators. Nothing of the group itself is here to be shown.
import { h } from 'preact';
import { leave, room, seats } from '../core/session.js';
import { t } from '../text/t.js';
import { attempt } from './attempt.js';
import { Button } from './button.js';
import { Frame } from './frame.js';
import { Heading } from './heading.js';
import { StaffTalk } from './stafftalk.js';
import { WaitingList } from './waitinglist.js';

/** The door first, then who is in, then words. */
export function AtDoor() {
  return h(Frame, { wide: true, class: 'page--door' },
    h('div', { class: 'door__head' },
      h(Heading, null, t('helper.head')),
      h('p', { class: 'lead' }, t('helper.body')),
      h(DoorFacts, null)),
    h('div', { class: 'panel' }, h(WaitingList, null)),
    h('div', { class: 'panel' }, h(InCircle, null), h(StaffTalk, null)),
    h('div', { class: 'door__leave' }, h(Button, { icon: 'leave', onClick: () => attempt(leave()) }, t('helper.leave'))));
}

/** Whether somebody can be let in now, and whether the door is closed to late ones. */
function DoorFacts() {
  const { phase, locked } = room.value ?? {};
  return h('p', { class: 'soft', role: 'status' }, [t(presence(phase)), t(locked ? 'staff.door.closed' : 'staff.door.open')].join(' · '));
}

/**
 * @param {import('../core/wire.js').Phase} [phase]
 * @returns {import('./flow.js').Key}
 */
function presence(phase) {
  if (phase === 'alone') return 'helper.facilitator.lost';
  return phase === 'open' || phase === 'paused' ? 'helper.facilitator.here' : 'helper.nobody';
}

/** Connections, by name. What somebody does in the circle is not told to the door. */
function InCircle() {
  const list = seats.value;
  return h('section', { class: 'part' },
    h('h2', { class: 'part__head' }, t('helper.circle'), list.length > 0 && h('span', { class: 'badge badge--quiet' }, list.length)),
    list.length === 0 && h('p', { class: 'soft' }, t('helper.circle.none')),
    h('ul', { class: 'list list--tight' }, list.map(({ seat, name, role, state }) => h('li', { key: seat, class: 'entry' },
      h('p', { class: 'entry__words entry__name' }, name, role !== 'patient' && h('span', { class: 'entry__ref' }, t(role === 'facilitator' ? 'seat.facilitator' : 'seat.support'))),
      h('p', { class: state === 'lost' ? 'entry__lost' : 'entry__note' }, t(state === 'lost' ? 'helper.lost' : 'helper.here'))))));
}
