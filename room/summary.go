package room

import "time"

// Summary is who was in a session and for how long, without any name (S-13).
type Summary struct {
	Room  string
	Began time.Time // when the first facilitator sat
	Ended time.Time
	// Over is false where another owner of the room goes on with the session, or
	// may; that one tells of the rest, beginning anew.
	Over   bool
	People []Stay // in order of their first coming; everybody who sat
}

// Stay is one person's part in a session.
type Stay struct {
	Subject Subject
	Ref     string // the clinic's reference, "" without one
	Role    Role
	Spent   time.Duration // in the circle; stepped out and lost within the grace count
	Cause   string        // why they went, as in Out; "ended" for who stayed to the end
}

// causeEnded is the cause of who was there to the end.
const causeEnded = "ended"

// summary is what there is to tell at the end of a room; false where nobody sat.
func (s *state) summary(name string) (Summary, bool) {
	if len(s.visits) == 0 {
		return Summary{}, false
	}
	sum := Summary{Room: name, Began: s.opened, Ended: s.now, Over: s.over == endOver}
	for _, v := range s.visits {
		stay := Stay{Subject: v.subject, Ref: v.ref, Role: v.role, Spent: v.spent, Cause: v.cause}
		if !v.since.IsZero() {
			stay.Spent += s.now.Sub(v.since)
			stay.Cause = causeEnded
		}
		sum.People = append(sum.People, stay)
	}
	return sum, true
}

// report hands the summary on. A room that a bug has closed has none: what its
// state says cannot be trusted.
func (r *Room) report() {
	if r.house.config.Ended == nil || r.state.over == endNot {
		return
	}
	if sum, some := r.state.summary(r.name); some {
		r.house.config.Ended(sum)
	}
}
