// Package arrivals makes the feedback a publisher's bandwidth estimator lives on:
// when each of its packets arrived, by transport-wide sequence number
// (draft-holmer-rmcat-transport-wide-cc-extensions-01).
//
// One Recorder belongs to one PeerConnection. Every packet that carries the
// extension and passed SRTP goes into Received: sound, all layers, RTX and
// padding, also those that are not passed on because of a mute - a packet that is
// left out is a loss to the browser, and it would send less. The tick asks
// Append for messages until there is none:
//
//	for {
//		message := r.Append(buf[:0], ours, theirs, now)
//		if len(message) == 0 {
//			break
//		}
//		send(message)
//	}
//
// A message is due 50 ms after the one before if it costs no more than 5 % of the
// bytes that came in, else after 250 ms, and after 500 ms while hardly
// anything arrives; never if nothing did. The numbers between two messages
// overlap where a packet came late: the later message starts at it and says
// again what was said of those after it, which browsers expect.
//
// A hostile sender buys little with jumping numbers: a ring of 1,024 numbers bounds the
// work of a message, longer jumps forget what is in the ring, and four
// messages of at most 1,200 bytes end a round.
//
// Nothing allocates, nothing reads a clock. Times are nanoseconds of one monotonic
// clock.
package arrivals
