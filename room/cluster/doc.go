// Package cluster decides which of many nodes serves a room. It stands between
// the rooms of a node and the presence store: whoever wants a room that
// another node owns asks that node first, and takes the room over only when
// the owner is certainly not serving it any more. And it watches its own node:
// one that others may take for dead shuts its packet path before they act.
//
// Everything here is policy. Redis, the other nodes and the rooms come in
// through small ports, and all times are those of package time, so that whole
// clusters and their faults are tested in virtual time.
//
// # What is known of a node
//
// A node lives while it answers on its internal port, or while its stamp in
// Redis advances: every node announces itself twice a second. One that is
// unreachable for us but goes on announcing keeps its rooms.
//
// # How two owners are avoided
//
// The thief waits longer than the owner forwards. Times run from the last
// stamp of the owner in Redis, or from the moment it stopped to answer.
//
//	owner:  0.7 s  no announcement went through: asks all others, again and again
//	        1.5 s  still none, and one of them does not answer: silent
//	        2.5 s  still so: its people are sent to other nodes, its rooms stay
//	        6.5 s  still so: its rooms close
//	thief:  1.0 s  the owner's port refuses the connection: takes over
//	        2.0 s  the owner does not answer twice 500 ms in a row: takes over
//
// Nobody has to want a room for these questions: a node that has left out two
// announcements is asked all the time. After 2.0 to 2.2 s, whoever is connected
// through this node to a room there is told to come back, and finds the answer
// known: before the theft the owner is asked but once more, for 300 ms.
//
// A node that finds that it stood still for a second is silent at once, and
// goes on when Redis, or every other node, confirms that its rooms are its own,
// and no other node says that one is not.
// While Redis is away and the other nodes answer, rooms simply go on: nobody
// can take one over without Redis.
//
// A node that cannot announce itself asks every other one about every room of
// its own, in rounds of 400 ms: so it hears within a round that another node,
// which does not reach it, is about to take one. Each is asked 4 questions at a
// time; rooms for which a round has no time come first in the next one. Before a
// silence ends all rooms are asked about, however many they are, and a node that
// falls silent in the middle of that makes it be tried again.
//
// A process that is started again under another id, at the same internal URL, is
// told from the one before, which is forgotten once it has left out two
// announcements. Two processes of one id take each other's rooms without a
// question, and two at one URL because whoever asks for the one is answered by the
// other: where Config.URL is set they notice, and say so (Doubled). No node asks
// itself: what announces itself at its own URL is taken for its past, until there
// turn out to be two; then for a node that does not answer.
//
// After Redis was away, or has lost its data, claims wait for 1.5 s, until every
// living node can be seen again, and for 3 s where one of them does not answer:
// its renewal tells Redis by then what it owns.
//
// # What is promised, and what is not
//
// Under any two of these faults at once, two owners do not forward for one room
// for longer than 500 ms: a node killed, frozen, or gone with its host; a node
// cut from Redis, from the others, or from all, or reaching others that do not
// reach it; Redis frozen, slow, refusing, empty, or a replica that is behind. The
// test plays random evenings of them.
//
// Three at once can split a room until one of them ends, where they hide a node
// from all who could tell: an owner that is cut from Redis, which is emptied,
// while a third node starts that has never heard of the owner. A firewall that
// refuses connections, rather than drop them, makes a living node look like a
// process that is gone: in a cluster of two, an owner behind it that is cut from
// Redis as well goes on, and is taken over.
//
// With Redis away, and one host gone silently, all rooms of the cluster end: none
// of the nodes that are left can know that it is not the one that is cut off. All
// of them fall silent about a second after the second of the two, send their
// people on after one more, and close their rooms 5 s after they fell silent. No
// room opens again before Redis is back. A process that ends while its host stays
// is no such case: its port refuses, and the others go on.
package cluster
