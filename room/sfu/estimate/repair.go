package estimate

const (
	// repairShare is how much of what pictures may take goes to repairs, in percent.
	repairShare = 25
	// repairLeast is the least for it, bits a second.
	repairLeast = 32_000
	// repairBurst is how much unused allowance is kept.
	repairBurst = second / 2
	// repairAgain is the least time between two repairs of one packet.
	repairAgain = 40 * ms
)

// repairs bounds retransmissions: where a queue is full, each one pushes out
// another packet, which is then asked for in turn.
type repairs struct {
	left int64 // bits
	last int64
}

// Repair says whether a NACK may be answered with that many bytes of payload,
// and charges them. Count the packet with Sent besides.
func (d *Downlink) Repair(bytes int, now int64) bool {
	r := &d.repairs
	rate := max(d.Pictures(now)*repairShare/100, repairLeast)
	r.left += rate * min(now-r.last, repairBurst) / second
	r.left, r.last = min(r.left, rate*repairBurst/second), now
	if cost := int64(bytes) * 8; cost <= r.left {
		r.left -= cost
		return true
	}
	return false
}

// Again is how long a packet that was repaired is not repaired again: the
// round trip, queue included, for the first repair may still be on its way.
func (d *Downlink) Again() int64 { return max(d.delay.mean, repairAgain) }
