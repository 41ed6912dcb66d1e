import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { t } from '../../text/t.js';
import { actWords, notices } from '../../views/notices.js';
import { states, wayWords } from '../../views/states.js';
import { literals } from './literals.js';

/** Every word of a state is compared with NEEDS 4.6. */

/** A page of its own. */
const page = (name) => () => ({ head: t(`state.${name}.head`), body: t(`state.${name}.body`, { n: '{n}' }), buttons: states[name].acts.map((act) => t(wayWords[act])) });

const you = { role: 'patient', stage: 'seated', mic: false, camera: true, hand: false, mic_held: false, video_held: false, muted: 0 };
const calm = { status: 'open', media: 'connected', devices: { mic: 'ready', camera: 'ready' }, playBlocked: false, weak: null, asked: false, room: { phase: 'open', locked: false } };

/** A notice in the circle. */
const notice = (facts, own = {}) => () => {
  const [{ head, body, acts }] = notices({ ...calm, ...facts, you: { ...you, ...own } });
  return { head: t(head), body: t(body), buttons: acts.map((act) => t(actWords[act])) };
};

/** Part of a view, which has to name these texts. */
const view = (file, head, body, ...buttons) => () => {
  const named = literals(readFileSync(new URL(`../../views/${file}`, import.meta.url), 'utf8'));
  for (const key of [head, body, ...buttons]) assert.ok(named.includes(key), `${file} does not name ${key}`);
  return { head: t(head), body: t(body), buttons: buttons.map((key) => t(key)) };
};

/**
 * The table of NEEDS 4.6, word for word, and where the page says it.
 * more: buttons beyond those, which lead to a person (NEEDS 4.1) or put a notice away.
 * instead: another body, on purpose; because: why.
 */
const rows = [
  { state: 'Link expired / not yet valid', head: "This link isn't open right now", body: 'It works from 10 minutes before the session. Your clinic can send a new one.', buttons: ['How to reach us'], at: page('expired'), more: ['Get help'] },
  { state: 'Bad / used-up link', head: "We can't open this link", body: 'It may be incomplete. Try the link in your message again, or ask your clinic.', buttons: ['Try again', 'How to reach us'], at: page('badlink') },
  { state: 'Not on roster (closed)', head: 'This group has a fixed set of members', body: 'Your clinic can tell you which group is yours.', buttons: ['How to reach us'], at: page('roster'), more: ['Get help'] },
  { state: 'Full', head: 'All seats are taken', body: 'The group stays small so that everyone has room. Please contact your clinic.', buttons: ['How to reach us'], at: page('full'), more: ['Get help'] },
  { state: 'Door closed', head: 'The group has started', body: "The door is closed so the group isn't disturbed. The facilitator knows you're here.", buttons: ['Wait here', 'Leave'], at: view('waiting.js', 'state.locked.head', 'state.locked.body', 'waiting.here', 'waiting.leave') },
  { state: 'In-app browser', head: "Let's open this in your browser", body: "The app you're in can't use the camera. Copy the link, then open it in Safari or Chrome.", buttons: ['Copy link'], at: page('inapp') },
  { state: 'Camera/mic blocked', head: "Your browser isn't sharing your microphone", body: 'Tap the lock by the address, then allow the microphone. You can also just listen.', buttons: ['Show me how', 'Listen only'], at: view('check.js', 'notice.blocked.head', 'notice.blocked.body', 'notice.blocked.how', 'notice.blocked.listen') },
  { state: 'Mic taken by a call', head: 'Your microphone stopped', body: 'A phone call or another app used it.', buttons: ['Turn it back on'], at: notice({ devices: { mic: 'ended', camera: 'ready' } }) },
  { state: 'Weak connection', head: 'Sound first', body: 'Your connection is weak. We paused some pictures so you can hear.', buttons: ['OK'], at: notice({ weak: 1 }) },
  { state: 'Reconnecting', head: 'One moment', body: "Your connection dropped. Your seat is kept. We're trying again.", buttons: ['Leave'], at: notice({ status: 'reconnecting' }) },
  {
    state: 'Reconnecting, outside the circle', head: 'One moment', body: "Your connection dropped. Your seat is kept. We're trying again.", buttons: ['Leave'], at: page('reconnect'),
    instead: "Your connection dropped. Your place is kept. We're trying again.", because: 'who is at the door or waits has no seat yet',
  },
  {
    state: 'Reconnect failed (120 s)', head: "You're not connected", body: "Your seat stays yours today. Try again when you're ready.", buttons: ['Try again', 'How to reach us'], at: page('lost'),
    instead: "Try again when you're ready. You may come to the waiting room first.", because: 'after the grace time the seat may be another person’s already',
  },
  { state: 'Facilitator lost', head: 'Your facilitator is coming back', body: 'Their connection dropped. You can wait here together.', buttons: ['Leave'], at: notice({ room: { phase: 'alone', locked: false } }), more: ['OK'] },
  { state: 'Hold', head: 'The group is paused', body: 'There is no facilitator right now. Sound and picture are off until one is back.', buttons: ['Wait', 'Get help now', 'Leave'], at: view('hold.js', 'notice.hold.head', 'notice.hold.body', 'notice.hold.wait', 'help.now', 'do.leave') },
  { state: 'Room paused by facilitator', head: 'A short pause', body: "The facilitator paused the room. You don't need to do anything.", buttons: [], at: notice({ room: { phase: 'paused', locked: false } }) },
  { state: 'Muted on hold', head: 'Your microphone is off for now', body: 'The facilitator turned it off. You can raise your hand.', buttons: ['Raise hand'], at: notice({}, { mic_held: true }), more: ['OK'] },
  { state: 'Video stopped, no reason given', head: 'Your picture is off for now', body: 'You can ask to turn it on again.', buttons: ['Ask'], at: notice({}, { video_held: true }), more: ['OK'] },
  {
    state: 'Video stopped, with a reason', head: 'Your picture is off for now', body: '{reason} You can ask to turn it on again.', buttons: ['Ask'], at: notice({}, { video_held: true, video_reason: 'view' }), more: ['OK'],
    instead: 'I turned off your picture because someone else was in view. Please ask when you are alone.', because: 'the reason is in the facilitator’s own words, and they say how to ask',
  },
  { state: 'Stepped out', head: "You're in the waiting room", body: 'A facilitator will talk with you here. Your seat is kept.', buttons: ['Get help now', 'Leave'], at: view('waiting.js', 'state.out.head', 'state.out.body', 'help.now', 'waiting.leave') },
  { state: 'Removed', head: "You've left the group for today", body: 'A facilitator ended your part in this session. Your clinic can talk with you about it.', buttons: ['How to reach us', 'Get help now'], at: page('removed') },
  { state: 'Moved device', head: "You're now on your other device", body: 'This page is closed.', buttons: [], at: page('moved') },
  { state: 'Session ended', head: 'Thank you for being here', body: 'Take a moment before you go on with your day.', buttons: ['Close and clear', 'Get help'], at: page('ended') },
  { state: 'Server restarting / try again', head: 'Please wait a moment', body: "We're getting the room ready. We'll try again in {n} seconds.", buttons: ['Try now'], at: page('restart') },
  { state: 'Not supported browser', head: 'This browser is too old', body: 'Please use a current Safari, Chrome, Firefox or Edge.', buttons: ['Copy link'], at: page('old') },
];

/** Apostrophes as NEEDS writes them. */
const plain = (text) => text.replaceAll('’', "'");

for (const { state, head, body, buttons, at, more = [], instead, because } of rows) {
  test(`NEEDS 4.6: ${state}`, () => {
    const page = at();
    assert.equal(plain(page.head), head);
    assert.equal(plain(page.body), instead ?? body, because);
    assert.notEqual(instead, body, 'no exception any more');
    assert.deepEqual(page.buttons.filter((words) => !more.includes(words)), buttons);
    for (const words of more) assert.ok(page.buttons.includes(words), `there is no "${words}" any more`);
  });
}
