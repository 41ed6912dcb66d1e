// The room: strip, circle, notices, controls; for facilitators the panel. What
// covers it for a while lies in front, so that the circle behind stays as it is.
import { h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { room, you } from '../core/session.js';
import { t } from '../text/t.js';
import { Bar } from './bar.js';
import { Bridge } from './bridge.js';
import { Captions, CaptionWriter } from './captions.js';
import { Cover } from './cover.js';
import { covered, staff } from './flow.js';
import { GroupTextSheet } from './saying.js';
import { OnHold } from './hold.js';
import { MoreSheet } from './more.js';
import { Notices } from './noticecards.js';
import { NowSheet, nowOpen } from './now.js';
import { Panel } from './panel.js';
import { QuietBell } from './quiettime.js';
import { SeatSheet } from './seatsheet.js';
import { Sheet } from './sheet.js';
import { Stage } from './stage.js';
import { Strip } from './strip.js';
import { useWide } from './wide.js';

/** @param {{bridge: boolean, onBridged: () => void}} props */
export function Circle({ bridge, onBridged }) {
  const wide = useWide();
  const [panel, setPanel] = useState(wide);
  useEffect(() => setPanel(wide), [wide]); // a turned tablet: the drawer of a wide screen is no sheet over what is open
  const [picked, setPicked] = useState(/** @type {number|null} */ (null));
  const [privacy, setPrivacy] = useState(false);
  const away = covered.value || (you.value?.away ?? false);
  const hold = room.value?.phase === 'hold' && !staff.value;
  const front = away ? h(Cover, { key: 'cover' }) : hold ? h(OnHold, { key: 'hold' }) : bridge ? h(Bridge, { key: 'bridge', onDone: onBridged }) : null;
  useFocus(front === null);
  const drawer = staff.value && panel;
  return h('div', { class: drawer && wide ? 'room room--drawer' : 'room' },
    h('div', { class: front ? 'room__main room__main--behind' : 'room__main', inert: front !== null },
      h(Strip, { open: drawer, onPanel: () => setPanel(!panel), onPrivacy: () => setPrivacy(true) }),
      h('main', { class: 'room__stage' }, h(Stage, { onOpen: staff.value ? setPicked : undefined })),
      h('div', { class: 'below' }, h(Captions, null), h(CaptionWriter, null), h(Notices, null)),
      h(Bar, null),
      drawer && wide && h('aside', { class: 'drawer', 'aria-label': t('staff.panel') }, h(Panel, null))),
    front,
    front === null && drawer && !wide && h(Sheet, { title: t('staff.panel'), onClose: () => setPanel(false) }, h(Panel, null)),
    h(QuietBell, { key: 'bell' }),
    front === null && h(GroupTextSheet, null),
    front === null && nowOpen.value && h(NowSheet, { key: 'now' }),
    front === null && picked !== null && h(SeatSheet, { key: picked, number: picked, onClose: () => setPicked(null) }),
    front === null && privacy && h(MoreSheet, { page: 'privacy', onClose: () => setPrivacy(false) }));
}

/**
 * The focus goes to the room's headline when nothing is in front of it.
 * @param {boolean} clear
 */
function useFocus(clear) {
  useEffect(() => {
    if (clear) /** @type {HTMLElement|null} */ (document.querySelector('.top__name'))?.focus({ preventScroll: true });
  }, [clear]);
}
