package room

import (
	"slices"
	"time"
)

// visit is how long somebody was there (S-18 of the seed, S-13). In memory only,
// and gone with the session. Owned by the state.
type visit struct {
	subject Subject
	role    Role
	name    string
	ref     string
	first   bool
	since   time.Time // in the circle since; zero while not
	spent   time.Duration
	cause   string // why they went
}

// settleAttendance notes who came and who went. Time stepped out counts, and so
// does the grace after a lost connection.
func (s *state) settleAttendance() {
	var here [maxDeparted + 1]bool
	for _, p := range s.seats {
		if p != nil && p.inCircle() && !p.ghost() {
			here[s.attend(p)] = true
		}
	}
	for i := range s.visits {
		if v := &s.visits[i]; !v.since.IsZero() && !here[i+1] {
			v.spent += s.now.Sub(v.since)
			v.since, v.cause = time.Time{}, s.causeOf(v.subject)
		}
	}
}

// attend notes that somebody is here, and returns their place in the list,
// counted from 1; 0 where the list is full.
func (s *state) attend(p *attendee) int {
	if p.visit == 0 {
		p.visit = 1 + slices.IndexFunc(s.visits, func(v visit) bool { return v.subject == p.person.Subject })
	}
	if p.visit == 0 {
		if len(s.visits) >= maxDeparted {
			return 0
		}
		s.visits = append(s.visits, visit{subject: p.person.Subject})
		p.visit = len(s.visits)
	}
	v := &s.visits[p.visit-1]
	v.role, v.name, v.ref, v.first, v.cause = p.person.Role, p.name, p.person.Ref, p.person.First, ""
	if v.since.IsZero() {
		v.since = s.now
	}
	return p.visit
}

// causeOf is why somebody went, as the list of departures has it.
func (s *state) causeOf(subject Subject) string {
	i := slices.IndexFunc(s.departed, func(d departure) bool { return d.subject == subject })
	if i < 0 {
		return causeLeft
	}
	return s.departed[i].Cause
}

// Attendance is who was there, for facilitators. It is theirs to keep or to
// forget; the server forgets it with the session. Never changed after it was
// handed out.
type Attendance struct {
	Expected int     `json:"expected,omitempty"` // members of the roster; 0 without one
	Here     int     `json:"here"`               // members with a seat now
	Absent   int     `json:"absent,omitempty"`   // of the roster, who have not come at all
	People   []Visit `json:"people"`             // in order of their first coming
}

// Visit is one member's part in the session.
type Visit struct {
	Name  string `json:"name"`
	Ref   string `json:"ref,omitempty"`
	First bool   `json:"first,omitempty"`
	Since int64  `json:"since,omitempty"` // here since, Unix ms; absent while not here
	Spent int    `json:"spent"`           // seconds before that
	Cause string `json:"cause,omitempty"` // why they went, as in Out
}

func (a *Attendance) same(b *Attendance) bool {
	return a.Expected == b.Expected && a.Here == b.Here && a.Absent == b.Absent && slices.Equal(a.People, b.People)
}

// attendance is nil before anybody has come and where nobody is expected.
func (s *state) attendance() *Attendance {
	a := &Attendance{Expected: len(s.roster), Absent: len(s.roster), People: []Visit{}}
	for _, v := range s.visits {
		if v.role != Patient {
			continue
		}
		if s.roster[v.subject] {
			a.Absent--
		}
		if !v.since.IsZero() {
			a.Here++
		}
		a.People = append(a.People, Visit{
			Name: v.name, Ref: v.ref, First: v.first, Since: millis(v.since),
			Spent: int(v.spent / time.Second), Cause: v.cause,
		})
	}
	if len(a.People) == 0 && len(s.roster) == 0 {
		return nil
	}
	return a
}
