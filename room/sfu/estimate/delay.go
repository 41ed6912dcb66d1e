package estimate

// delay is the round trip as the reports have it (RFC 3550, section 6.4.1).
type delay struct {
	known  bool
	mean   int64 // smoothed as in RFC 6298
	last   int64 // sample
	spread int64 // mean step from one to the next: jitter makes it large, a queue does not
	least  peak  // of the negative round trip: the path without queue
}

// leastFor is a fifth of how long the shortest round trip is remembered. It has to
// outlast a queue that stands, and to end after the path has become a longer one.
const leastFor = 30 * second

// farther is how much a round trip grows at least until a queue is suspected.
const farther = 80 * ms

func newDelay(now int64) delay {
	return delay{least: newPeak(leastFor, now, -1<<62)}
}

func (d *delay) sample(rtt, now int64) {
	if rtt <= 0 || rtt > 10*second {
		return
	}
	d.least.add(-rtt, now)
	if !d.known {
		d.known, d.mean, d.last, d.spread = true, rtt, rtt, rtt/16
		return
	}
	d.mean += (rtt - d.mean) / 8
	d.spread += (max(rtt-d.last, d.last-rtt) - d.spread) / 32
	d.last = rtt
}

// queue is how long packets wait on the path, beyond what its jitter explains.
// Packets that keep their order have steps of a fifth of what the jitter spans.
func (d *delay) queue() int64 {
	if !d.known {
		return 0
	}
	return max(0, d.mean+d.least.max()-5*d.spread)
}

// still says that round trips show no queue at all: neither the mean nor the
// latest is noticeably longer than the shortest.
func (d *delay) still() bool {
	return d.known && max(d.mean, d.last)+d.least.max() < nearby
}

// nearby is how far above the shortest a round trip counts as the same.
const nearby = 25 * ms

// grown says that there is a queue.
func (d *delay) grown() bool { return d.queue() > farther }
