package estimate

// delay is the round trip as the reports have it (RFC 3550, section 6.4.1).
type delay struct {
	known  bool
	mean   int64 // smoothed as in RFC 6298
	spread int64 // mean deviation, slow, so that a queue is not taken for jitter
	least  peak  // of the negative round trip: the path without queue
}

// farther is how much a round trip grows at least until a queue is suspected.
const farther = 80 * ms

func newDelay(now int64) delay {
	return delay{least: newPeak(6*second, now, -1<<62)}
}

func (d *delay) sample(rtt, now int64) {
	if rtt <= 0 || rtt > 10*second {
		return
	}
	d.least.add(-rtt, now)
	if !d.known {
		d.known, d.mean, d.spread = true, rtt, rtt/16
		return
	}
	diff := rtt - d.mean
	d.mean += diff / 8
	d.spread += (max(diff, -diff) - d.spread) / 64
}

// queue is how long packets wait on the path, beyond what its jitter explains.
func (d *delay) queue() int64 {
	if !d.known {
		return 0
	}
	return max(0, d.mean+d.least.max()-3*d.spread)
}

// grown says that there is a queue.
func (d *delay) grown() bool { return d.queue() > farther }
