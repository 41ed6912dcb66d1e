package room

// grant derives what the packet path may do for one attendee. This is the only
// place that opens it.
func (s *state) grant(p *attendee) Grant {
	if p.stage != Seated || p.ghost() || s.over != endNot || p.side == 0 && !s.flows() {
		return NoGrant
	}
	hold := s.holds[p.person.Subject]
	sends := !p.away && !(s.paused && p.is(Patient))
	return Grant{
		Seat:    p.seat,
		Audio:   sends && p.mic && !hold.Mic,
		Video:   sends && p.camera && !hold.Video,
		Slide:   sends && p.is(Facilitator),
		Receive: !p.away,
		Lead:    p.is(Facilitator),
		Room:    p.side,
	}
}
