package arrivals

const (
	ringSize  = 1024 // numbers looked back on, from the newest
	lateLimit = 256  // and from the first one that is not reported
	// staleLimit is how many packets in a row may be too old before their
	// numbers are taken as new ones, of a sender that has begun anew.
	staleLimit = 16

	tick = 250_000 // nanoseconds, the unit of arrival times
)

// Stats counts what a Recorder did not report once and plainly.
type Stats struct {
	Duplicate  uint64 // packets whose number had been there
	Stale      uint64 // packets too late to report
	Restarts   uint64 // jumps of the numbers, which forget what was not reported
	Unreported uint64 // numbers given up: forgotten by a jump, or Append was not called in time
	Messages   uint64 // messages made
}

// Recorder keeps when packets arrived until it is reported. The zero value
// is ready. It is 8.5 KB, and not safe for concurrent use: one lock of the peer is to be held
// over each call.
type Recorder struct {
	// The ring: of the numbers before next, whether each arrived, and when.
	started bool
	next    int64 // one past the newest number, as it would be had it never wrapped
	base    int64 // the first that is not reported; base == next: none
	got     [ringSize / 64]uint64
	at      [ringSize]int64 // in ticks, where got
	stale   int             // packets in a row that were too old

	pace  pace
	round round
	count uint8 // of messages, for their receiver to see losses
	stats Stats
}

// Received files the arrival of a packet: its transport-wide sequence number, its
// size in bytes as RTP, and the time in nanoseconds.
func (r *Recorder) Received(seq uint16, size int, now int64) {
	n := r.next + int64(int16(seq-uint16(r.next)))
	switch {
	case !r.started || n-r.next >= ringSize:
		r.restart(n)
	case n >= r.next:
		r.advance(n)
	case n < r.next-ringSize || n < r.base-lateLimit:
		r.stats.Stale++
		if r.stale++; r.stale < staleLimit {
			return
		}
		r.restart(n)
	case r.has(n):
		r.stats.Duplicate++
		return
	}
	r.file(n, floorDiv(now, tick))
	r.pace.arrived(size, now)
}

// file marks a number that is in the ring's reach as arrived.
func (r *Recorder) file(n, at int64) {
	i := n & (ringSize - 1)
	r.got[i/64] |= 1 << (i % 64)
	r.at[i] = at
	r.base = min(r.base, n)
	r.stale = 0
}

func (r *Recorder) has(n int64) bool {
	i := n & (ringSize - 1)
	return r.got[i/64]&(1<<(i%64)) != 0
}

// advance makes n the newest number; those it skips are missing so far.
func (r *Recorder) advance(n int64) {
	r.clear(r.next, n+1)
	r.next = n + 1
	if lost := r.next - ringSize - r.base; lost > 0 {
		r.stats.Unreported += uint64(lost)
		r.base += lost
	}
}

// clear forgets what was in the ring for the numbers from a up to b, at most
// ringSize, a word at a time.
func (r *Recorder) clear(a, b int64) {
	for a < b {
		i := a & (ringSize - 1)
		n := min(64-i%64, b-a)
		r.got[i/64] &^= (1<<n - 1) << (i % 64)
		a += n
	}
}

// restart begins with n as the only number.
func (r *Recorder) restart(n int64) {
	if r.started {
		r.stats.Restarts++
		r.stats.Unreported += uint64(r.next - r.base)
	}
	r.started, r.base, r.next, r.stale = true, n, n+1, 0
	r.got = [ringSize / 64]uint64{}
	r.round, r.pace.waiting = round{}, 0
}

// Stats is what was counted so far.
func (r *Recorder) Stats() Stats { return r.stats }

// floorDiv rounds towards minus infinity, for clocks that start anywhere.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
