package sfu

import (
	"sync"
	"time"
)

// What one participant may send beyond its limits before it counts as an
// attack and its m-line is shut. A sender, or this server, that stood still has
// all that waited meanwhile read at once: thousands of packets, perhaps, but in
// one moment. So moments are counted, not packets.
const (
	excessMoment  = int64(250 * time.Millisecond)
	excessPackets = 12 // dropped in a moment, and it counts
	excessMoments = 12 // that count at once, and one more every excessPrice seconds
	excessPrice   = 2
)

// excess is what a sender has sent too much. The caller serialises.
type excess struct {
	began   int64 // of this moment
	dropped int   // in it
	moments bucket
}

func newExcess(now int64) excess {
	return excess{began: now, moments: newBucket(1, excessMoments*excessPrice, now)}
}

// What a participant may send of what no m-line's limit is charged for: at a time
// and at once, as much as all its m-lines may carry together. So who sends on as usual
// on a line that was shut, or of a kind we do not understand, is only not heard.
const (
	strayPackets = micPackets + 2*videoPackets // a second
	strayBurst   = 2                           // seconds' worth at once
)

// strays are those packets of one participant: malformed, of no m-line, of one
// that was shut, and RTCP beyond its limit or that nothing is done with, once for
// each stream it is handed over for. They have cost their decryption. What is
// dropped because its sender may not be heard or seen is not among them: its
// m-line's limit has counted it. Both goroutines that read from the participant
// meet here.
type strays struct {
	mu     sync.Mutex
	some   bucket // guarded by mu
	excess excess // guarded by mu
}

func newStrays(now int64) *strays {
	return &strays{some: newBucket(strayPackets, strayBurst*strayPackets, now), excess: newExcess(now)}
}

// drop counts one, and tells whether that is too many, and whether its sender
// has to go.
func (s *strays) drop(now int64) (tooMany, stop bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.some.take(1, now) {
		return false, false
	}
	return true, s.excess.drop(now)
}

// drop counts a packet that was dropped for being too many, and tells whether
// its sender has to stop.
func (e *excess) drop(now int64) (stop bool) {
	if now-e.began >= excessMoment {
		e.began, e.dropped = now, 0
	}
	e.dropped++
	return e.dropped == excessPackets && !e.moments.take(excessPrice, now)
}
