// Package estimate says how much one subscriber's downlink carries.
//
// A browser that is sent abs-send-time answers with REMB
// (draft-alvestrand-rmcat-remb): the result of the delay-based half of
// draft-ietf-rmcat-gcc, made at the receiver. Three things about it decide how
// it is read here. It counts pictures alone, because browsers keep sound out of
// the receive-side estimate, and payload without headers. It grows to at most
// 1.5 times what arrives, so it says little about a path that is not used. And
// it is missing for up to five seconds at the start.
//
// So the estimate here is of the whole path, in bits on the wire: what REMB
// says about pictures plus the sound that went beside them, within a bound that
// answers to loss (section 6 of the draft, with a test that tells congestion from
// a bad radio), within what was really sent, and raised above REMB only by a
// probe that arrived without harm.
//
// Everything is plain values: no clock, no goroutine, no allocation. One
// Downlink belongs to whoever holds its subscriber's lock. Times are
// nanoseconds of one monotonic clock and never go back.
package estimate
