package room

import (
	"slices"
	"time"
)

// flowWithin is how far from now a time of a session can be: the longest is over
// much sooner.
const flowWithin = 24 * time.Hour

// flowRecord is what another owner goes on from.
func (s *state) flowRecord() FlowRecord {
	f := s.flow
	if f.at == "" {
		return FlowRecord{}
	}
	if f.closed {
		f.door = 0
	}
	return FlowRecord{
		At: f.at, Order: f.order, Length: f.length, Door: f.door, Shared: f.shared,
		Opened: millis(s.opened), Began: millis(f.began),
	}
}

func sameFlow(a, b FlowRecord) bool {
	return a.At == b.At && a.Length == b.Length && a.Door == b.Door && a.Shared == b.Shared &&
		a.Opened == b.Opened && a.Began == b.Began && slices.Equal(a.Order, b.Order)
}

// Valid says whether a record is one that a room has written.
func (r FlowRecord) Valid() bool {
	known := r.At == StepArrival || r.At == StepWindDown || slices.Contains(DefaultSteps(), r.At)
	return known && ValidSteps(r.Order) && r.Length >= MinLength && r.Length <= MaxLength &&
		r.Door >= 0 && r.Door <= MaxDoor && r.Opened >= 0 && r.Began >= 0
}

// restoreFlow goes on with an earlier owner's session, if a seat of it is kept:
// else a new session begins. The clock goes on as it was: a node's death makes no
// session longer.
func (s *state) restoreFlow(r FlowRecord) {
	if !r.Valid() || s.opened.IsZero() {
		return
	}
	s.flow = flow{order: slices.Clone(r.Order), at: r.At, since: s.now, length: r.Length, door: r.Door, shared: r.Shared}
	if opened := s.likely(r.Opened); !opened.IsZero() {
		s.opened = opened
	}
	s.flow.began = s.likely(r.Began)
}

// likely reads a time of an earlier owner, Unix ms; zero for none, and for one that
// cannot be of this session, by which it would end at once or never.
func (s *state) likely(ms int64) time.Time {
	if t := time.UnixMilli(ms); ms > 0 && s.now.Sub(t).Abs() <= flowWithin {
		return t
	}
	return time.Time{}
}
