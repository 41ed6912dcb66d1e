package room

// SwapSeats exchanges who sits on two seats, one of which may be empty (C-5).
type SwapSeats struct {
	By   ID
	A, B int
}

func (c SwapSeats) do(s *state, _ *attendee) error {
	if c.A < 0 || c.B < 0 || c.A >= len(s.seats) || c.B >= len(s.seats) {
		return ErrNoSuchSeat
	}
	a, b := s.seats[c.A], s.seats[c.B]
	switch {
	case a == nil && b == nil:
		return ErrNoSuchSeat
	case !a.movable() || !b.movable():
		return ErrNotAllowed // on the way in, or not back yet
	}
	s.seats[c.A], s.seats[c.B] = b, a
	if a != nil {
		a.seat = c.B
	}
	if b != nil {
		b.seat = c.A
	}
	s.round.swap(c.A, c.B)
	return nil
}

// movable says whether a seat is empty or its person can be seen to move.
func (p *attendee) movable() bool {
	return p == nil || p.inCircle() && !p.ghost() && p.serial == 0
}
