package presence

import "sync/atomic"

// Stats count what Redis did not do since Open.
type Stats struct {
	Unanswered uint64 // calls that Redis left without an answer
	Refused    uint64 // calls it answered with an error: read-only, full, loading
	Busy       uint64 // calls that found no free connection in time
	Rested     uint64 // calls that were not sent: it had not answered before
	Garbage    uint64 // answers, announcements and records that could not be read
	Stale      uint64 // calls of an owner that another has replaced, or that has given the room up: fenced
}

// counters are Stats while they grow.
type counters struct {
	unanswered, refused, busy, rested, garbage, stale atomic.Uint64
}

// Stats returns the counts. It may be called at any time.
func (s *Store) Stats() Stats {
	c := &s.stats
	return Stats{
		Unanswered: c.unanswered.Load(), Refused: c.refused.Load(), Busy: c.busy.Load(),
		Rested: c.rested.Load(), Garbage: c.garbage.Load(), Stale: c.stale.Load(),
	}
}
