package room

import "slices"

// The causes facilitators read in Out.Cause (M-F11).
const (
	causeLeft     = "left"
	causeQuick    = "left_quickly"
	causeLost     = "lost"
	causeRemoved  = "removed"
	causeGroup    = "removed_group"
	causeDeclined = "declined"
	causeMoved    = "moved"
)

// departure is one line of the facilitators' list of people who went, and the
// subject a removal can be lifted for.
type departure struct {
	Out
	subject Subject
}

// liftable says whether a facilitator can still change something about it.
func (d departure) liftable() bool {
	return d.Cause == causeRemoved || d.Cause == causeGroup || d.Cause == causeDeclined
}

// depart notes that somebody went, and why. One line per person is enough.
func (s *state) depart(p *attendee, cause string) {
	if p.name == "" {
		return
	}
	s.forgetDeparture(p.person.Subject)
	if len(s.departed) >= maxDeparted {
		s.dropDeparture()
	}
	s.departed = append(s.departed, departure{
		Out:     Out{ID: p.id, Name: p.name, Ref: p.person.Ref, Cause: cause, At: s.now.UnixMilli()},
		subject: p.person.Subject,
	})
}

// forgetDeparture takes somebody off the list who sits again, or whose latest
// departure replaces an older one.
func (s *state) forgetDeparture(subject Subject) {
	s.departed = slices.DeleteFunc(s.departed, func(d departure) bool { return d.subject == subject })
}

// dropDeparture makes room: the oldest line that nothing can be done about.
func (s *state) dropDeparture() {
	i := max(0, slices.IndexFunc(s.departed, func(d departure) bool { return !d.liftable() }))
	s.departed = slices.Delete(s.departed, i, i+1)
}
