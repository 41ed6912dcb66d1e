// The group rules and the limits of privacy (NEEDS 5.1, 5.2). Everybody agrees
// to this text before coming in; its version is the hash of this file, so a
// changed rule is shown and agreed to again.

/** @type {readonly {title: string, text: string}[]} */
export const rules = [
  { title: 'What is said here stays here.', text: 'Please don’t share names or stories from the group with anyone outside.' },
  { title: 'You choose what you share.', text: 'You can pass at any time. You don’t need to say why.' },
  { title: 'We treat each other with respect.', text: 'No put-downs, no mocking, no harm.' },
  { title: 'Everyone is safe here.', text: 'Threats or scaring others are not accepted. The person has to leave at once.' },
  { title: 'Come with a clear head.', text: 'Please don’t join after drinking or using drugs. Call us instead.' },
  { title: 'Keep it one group.', text: 'Please don’t date or form private pairs with other members while you are here.' },
  { title: 'Be here each time.', text: 'If you can’t come, tell us before. If you miss often, we will talk about it together.' },
  { title: 'Say goodbye.', text: 'If you decide to stop, come one last time so the group can say goodbye.' },
  { title: 'Be alone in the room.', text: 'Close the door if you can. Use headphones.' },
  { title: 'No recording.', text: 'No photos, no screenshots, no apps that take notes.' },
  { title: 'Keep your link to yourself.', text: 'It is only for you.' },
];

/** What the facilitators cannot keep private; shown with the rules. */
export const limits =
  'The facilitators keep what you say private. There is one limit: if someone may be in danger, they have to act to keep people safe. ' +
  'Other members promise to keep things private too. We can’t control what they do. So share only what feels right for you.';
