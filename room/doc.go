// Package room holds the rules of a group therapy room: who may come in, who
// sits where, who is heard, and who decides. It imports nothing of ours.
//
// The rules themselves are pure: state.apply takes a command and a time and
// returns what follows from it, without a clock, a goroutine, a lock or I/O.
// One goroutine per room (Room.run) owns that state. After each command it
// derives three things from it and passes on whatever changed:
//
//   - the grants: what the packet path may send and receive for each peer,
//   - the views: what each person may see of the room,
//   - the record: what has to survive the owner's death, kept in Redis.
//
// Because all three are derived and compared rather than emitted by hand, no
// rule can be forgotten on the way out.
//
// Rooms opens rooms and lets people in; a Participant is somebody's hold on
// one. DESIGN.md beside this file says why the rules are what they are.
package room
