package room

// ticks are what a facilitator has made sure of for one person in this session
// (S-14). In memory only, and gone with the seat.
type ticks struct{ alone, location, contact bool }

// Tick notes what a facilitator has made sure of; nil leaves one as it is.
type Tick struct {
	By                       ID
	Seat                     int
	Alone, Location, Contact *bool
}

func (c Tick) do(s *state, _ *attendee) error {
	p, err := s.subordinate(c.Seat)
	if err != nil {
		return err
	}
	for to, from := range map[*bool]*bool{&p.ticks.alone: c.Alone, &p.ticks.location: c.Location, &p.ticks.contact: c.Contact} {
		if from != nil {
			*to = *from
		}
	}
	return nil
}
