package room

import (
	"slices"
	"time"
)

// advance brings the room to the present time before a command is applied:
// whatever has run out has run out.
func (s *state) advance() {
	if s.over != endNot {
		return
	}
	for _, p := range slices.Clone(s.people) {
		s.age(p)
	}
	s.keepBars()
	s.settle()
	s.passDoor()
	s.passQuiet()
	switch {
	case s.base == PhaseHold && s.due(s.until()):
		_ = s.end()
	case s.due(s.hardEnd(s.flow.length)): // M-T3
		_ = s.end()
	case !s.idleSince.IsZero() && s.due(s.idleSince.Add(idleFor)):
		s.endBars()
		s.closeFarewells()
		_ = s.closeAll(ByeTimeout, endOver)
	}
}

// due says whether the time has come.
func (s *state) due(t time.Time) bool { return !s.now.Before(t) }

// age lets time pass for one attendee.
func (s *state) age(p *attendee) {
	if !slices.Contains(s.people, p) {
		return // went with somebody just before
	}
	if !p.connected && s.due(p.lostAt.Add(s.set.Grace)) {
		s.expire(p)
		return
	}
	p.dark = !p.connected && s.due(p.lostAt.Add(showLostAfter))
	switch {
	case p.stage == Entered && s.due(p.since.Add(enteredFor)):
		s.dismiss(p, ByeTimeout)
	case p.stage == Waiting:
		s.reclaim(p)
	}
}

// expire frees what was kept for somebody who did not come back.
func (s *state) expire(p *attendee) {
	if p.inCircle() {
		s.depart(p, causeLost)
	}
	s.dismiss(p, ByeLost)
}

// reclaim gives a waiting second device the seat its first one has lost.
func (s *state) reclaim(p *attendee) {
	h := s.holder(p.person.Subject)
	if h != nil && h.is(p.person.Role) && s.abandoned(h) {
		s.takeOver(p, h)
	}
}

// next is when time alone will change something, zero when nothing is to come.
func (s *state) next() time.Time {
	var first time.Time
	consider := func(t time.Time) {
		if t.After(s.now) && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	if s.over != endNot {
		return first
	}
	for _, p := range s.people {
		s.deadlines(p, consider)
	}
	for subject := range s.session {
		consider(s.removed[subject].Add(-sessionBar / 2).Add(time.Second))
	}
	s.flowDeadlines(consider)
	consider(s.middle.quietEnds)
	if s.base == PhaseHold {
		consider(s.until())
	}
	if !s.idleSince.IsZero() {
		consider(s.idleSince.Add(idleFor))
	}
	return first
}

func (s *state) deadlines(p *attendee, consider func(time.Time)) {
	if p.stage == Entered {
		consider(p.since.Add(enteredFor))
	}
	if p.connected {
		return
	}
	consider(p.lostAt.Add(showLostAfter))
	consider(p.lostAt.Add(reclaimAfter))
	consider(p.lostAt.Add(s.set.Grace))
}
