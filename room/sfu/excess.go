package sfu

import "time"

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

// excess is what a sender has sent too much. It belongs to the goroutine that
// reads its SRTP.
type excess struct {
	began   int64 // of this moment
	dropped int   // in it
	moments bucket
}

func newExcess(now int64) excess {
	return excess{began: now, moments: newBucket(1, excessMoments*excessPrice, now)}
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
