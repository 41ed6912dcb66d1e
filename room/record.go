package room

import (
	"maps"
	"slices"
	"time"
)

// record derives what has to survive the owner of the room. The maps are shared
// with the state, which never changes a map it has published.
func (s *state) record() Record {
	r := Record{
		Holds: s.holds, Removed: s.removed, Session: s.session,
		Locked: s.locked, Paused: s.paused, Ended: s.ended,
		Flow: s.flowRecord(), Round: s.roundRecord(), Last: s.last,
	}
	for _, p := range s.seats {
		if p != nil {
			r.Seats = append(r.Seats, p.record())
		}
	}
	return r
}

func (p *attendee) record() SeatRecord {
	return SeatRecord{
		Subject: p.person.Subject, Role: p.person.Role, Number: p.seat, Generation: p.gen,
		Away: !p.connected || p.outside(), Out: p.outside(),
	}
}

// outside says whether the next owner finds somebody stepped out: nobody is
// with them any more in a side room.
func (p *attendee) outside() bool {
	return p.stage == SteppedOut || p.side != 0 && !p.is(Facilitator)
}

// sameRecord says whether two records remember the same.
func sameRecord(a, b Record) bool {
	return a.Locked == b.Locked && a.Paused == b.Paused && a.Ended == b.Ended &&
		sameFlow(a.Flow, b.Flow) && a.Round == b.Round &&
		slices.Equal(a.Seats, b.Seats) &&
		maps.Equal(a.Holds, b.Holds) &&
		maps.Equal(a.Session, b.Session) &&
		maps.Equal(a.Last, b.Last) &&
		maps.EqualFunc(a.Removed, b.Removed, time.Time.Equal)
}

// restore takes over what an earlier owner left. What does not fit the rules of
// today, such as a seat above a smaller number of seats, is dropped.
func (s *state) restore(r Record) {
	s.locked, s.paused = r.Locked, r.Paused
	s.ended, s.gen = r.Ended, r.Ended
	if r.Holds != nil {
		s.holds = maps.Clone(r.Holds)
	}
	for subject, until := range r.Removed {
		s.restoreRemoval(subject, until, r.Session[subject])
	}
	if r.Last != nil {
		s.last = maps.Clone(r.Last)
	}
	for _, seat := range r.Seats {
		s.restoreSeat(seat)
	}
	s.restoreFlow(r.Flow)
	s.restoreRound(r.Round)
}

// restoreRemoval keeps a removal that still holds.
func (s *state) restoreRemoval(subject Subject, until time.Time, session bool) {
	if !s.now.Before(until) {
		return
	}
	s.removed[subject] = until
	if session {
		s.session[subject] = true
	}
}

func (s *state) restoreSeat(r SeatRecord) {
	if r.Number < 0 || r.Number >= len(s.seats) || s.seats[r.Number] != nil ||
		r.Subject == "" || s.barred(r.Subject) || s.holder(r.Subject) != nil || s.full(r.Role) {
		return
	}
	p := &attendee{
		id: s.newID(), person: Person{Subject: r.Subject, Role: r.Role, Seat: r.Number},
		gen: r.Generation, seat: r.Number, stage: Seated, since: s.now, lostAt: s.now, dark: true,
	}
	if r.Out {
		p.stage = SteppedOut
	}
	s.people = append(s.people, p)
	s.seats[r.Number] = p
	s.gen = max(s.gen, r.Generation)
	s.opened = s.now // people sat here: the session goes on
}
