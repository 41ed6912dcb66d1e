// The facilitator's panel: people first, the room after, the end last.
import { h } from 'preact';
import { AttendancePart } from './attendance.js';
import { CareList } from './carelist.js';
import { FlowPart } from './flowpart.js';
import { GoneList } from './gonelist.js';
import { HelperPart } from './helperpart.js';
import { MiddlePart } from './middlepart.js';
import { Ending, Powers } from './powers.js';
import { RoundPart } from './roundpart.js';
import { StaffTalk } from './stafftalk.js';
import { WaitingList } from './waitinglist.js';

/** The same in the drawer of a wide screen and in the sheet of a phone. */
export function Panel() {
  return h('div', { class: 'panel' }, h(WaitingList, null), h(CareList, null), h(FlowPart, null), h(RoundPart, null), h(MiddlePart, null), h(Powers, null), h(HelperPart, null), h(StaffTalk, null), h(AttendancePart, null), h(GoneList, null), h(Ending, null));
}
