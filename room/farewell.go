package room

// sayGoodbyeTo lets the group know that somebody's last session is today.
func (s *state) sayGoodbyeTo(p *attendee) {}
