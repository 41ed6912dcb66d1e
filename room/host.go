package room

import "slices"

// A technical host helps at the door (S-6): lets people in, answers who asks for
// help there, and sees whose connection is lost. The clinic's invitation brings
// it in, without anybody's admission, because nothing of the group is opened by
// that: a host has no seat, so it has no media and no grant, reads no text of the
// circle, and learns neither the clinic's references nor what the group does.
// Everybody is told that it is there, also who waits and whom it sees (M-C3).
// Who is to sit with the group is invited as support or facilitator.
//
// It is in no record: a host needs nothing kept, and comes back by its ticket.

const (
	maxHosts     = 2 // technical hosts at the door of one room
	maxHostPages = 8 // pages of theirs a room knows at once, before the knock too
)

// Hosts are the technical hosts at the door, in order of their coming.
type Hosts []HostMark

// HostMark is one technical host as others see it. Who waits reads the State
// alone.
type HostMark struct {
	Name  string `json:"name,omitempty"`
	State string `json:"state"` // "here", "lost" (reconnecting)

	// Facilitators only:
	ID    ID     `json:"id,omitempty"`
	Ref   string `json:"ref,omitempty"`
	Since int64  `json:"since,omitempty"` // at the door since
}

func (h *Hosts) same(o *Hosts) bool { return slices.Equal(*h, *o) }

// staff says whether somebody is there to help: seats and places for patients
// are not counted against them, and nobody has to let them in.
func (p *attendee) staff() bool { return p.is(Facilitator) || p.is(Host) }

// doorkeeper is the technical host at the door with the subject, nil when there
// is none.
func (s *state) doorkeeper(subject Subject) *attendee {
	for _, p := range s.people {
		if p.stage == AtDoor && p.person.Subject == subject {
			return p
		}
	}
	return nil
}

// hosts counts the technical hosts at the door.
func (s *state) hosts() (n int) {
	for _, p := range s.people {
		if p.stage == AtDoor {
			n++
		}
	}
	return n
}

// settleHosts puts hosts who have knocked at the door: at once, or on another
// device as soon as the first one has lost its connection for long enough.
func (s *state) settleHosts() {
	for _, p := range slices.Clone(s.people) {
		if p.stage != Waiting || !p.is(Host) {
			continue
		}
		if h := s.doorkeeper(p.person.Subject); h == nil || s.abandoned(h) {
			_ = s.moveHost(p) // full: a place may become free
		}
	}
}

// moveHost puts a host who waits at the door, in place of its other device.
func (s *state) moveHost(p *attendee) error {
	h := s.doorkeeper(p.person.Subject)
	if h == nil && s.hosts() >= maxHosts {
		return ErrFull
	}
	p.enterStage(AtDoor, s.now)
	if h != nil {
		p.since = h.since
		s.dismiss(h, ByeMoved)
	}
	return nil
}

// letIn is a host's admit: whoever needs a second look is left to facilitators.
func (s *state) letIn(guest ID) error {
	p := s.find(guest)
	switch {
	case p == nil || p.stage != Waiting:
		return ErrNoSuchGuest
	case p.late && s.locked, s.elsewhere(p):
		return ErrNotAllowed
	}
	return s.admit(guest)
}

// hostsHelp says whether hosts read what somebody outside asks: who waits asks
// about devices, who has stepped out is with facilitators alone.
func (s *state) hostsHelp(p *attendee) bool { return p.stage == Waiting && s.hosts() > 0 }

// staffOf is the facilitators, and with hosts the technical hosts too.
func staffOf(hosts bool) func(*attendee) bool {
	return func(q *attendee) bool { return q.leads() || hosts && q.stage == AtDoor }
}
