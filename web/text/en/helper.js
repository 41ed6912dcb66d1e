// About a technical helper (S-6): the helper's own page, and how everybody else
// knows that one is there.

/** @satisfies {Record<string, string>} */
export const helper = {
  // The helper's own pages
  'helper.lead': 'You help with the door and with devices. You need no camera and no microphone.',
  'helper.name': 'What should people call you?',
  'helper.before': 'Before you begin',
  'helper.go': 'Go to the door',
  'helper.head': 'You are at the door',
  'helper.body': 'You do not see, hear or read the group. Everybody knows that you are here.',
  'helper.facilitator.here': 'A facilitator is here',
  'helper.facilitator.lost': 'The facilitator lost connection',
  'helper.nobody': 'People can come in when a facilitator is here',
  'helper.facilitators': 'A facilitator decides about this.',
  'helper.circle': 'In the circle',
  'helper.circle.none': 'Nobody is in the circle yet.',
  'helper.here': 'connected',
  'helper.lost': 'reconnecting',
  'helper.talk': 'With the facilitators',
  'helper.talk.label': 'To the facilitators',
  'helper.talk.note': 'Facilitators and technical helpers read this. It is not kept.',
  'helper.leave': 'Leave the door',

  // For everybody else
  'helper.known': 'A technical helper is at the door today. They do not see or hear the group.',
  'helper.waiting': 'A facilitator will let you in. Only they and a technical helper can see that you are here.',
  'helper.ask': 'Only the facilitators and a technical helper can read this. It is not kept.',
  'helper.answered': 'Facilitator or helper',
  'helper.strip.one': 'Technical helper here',
  'helper.strip.other': '{n} technical helpers here',
  'helper.short': 'Helper here',
  'helper.notice.head': '{name} is here as a technical helper',
  'helper.notice.body': 'They help at the door. They cannot see or hear the group.',
  'helper.privacy': 'Technical helper: {name}. Helps with the door and with devices. Does not see, hear or read the group.',
};
