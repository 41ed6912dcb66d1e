package room

// What a round is moved by.
type (
	// StartRound begins a round, in place of one that goes on.
	StartRound struct {
		By    ID
		Kind  RoundKind
		From  int  // the first seat, -1 for the lowest
		Staff bool // facilitators have a turn too
		For   int  // of a goodbye: whose last session it is; -1 otherwise
	}
	// EndRound ends it.
	EndRound struct{ By ID }
	// NextTurn passes the turn on: who has it, a facilitator, or the member to
	// whom it was lent.
	NextTurn struct{ By ID }
	// PassTurn declines one's own turn, or with Later asks to be asked again.
	PassTurn struct {
		By    ID
		Later bool
	}
	// GiveTurn gives the turn to a seat, whoever would be next.
	GiveTurn struct {
		By   ID
		Seat int
	}
	// LendTurn lets a member pass the turn on for the group; -1 takes it back.
	LendTurn struct {
		By   ID
		Seat int
	}
)

func (c StartRound) do(s *state, _ *attendee) error {
	r := round{kind: c.Kind, first: max(c.From, 0), current: -1, lent: -1, leaver: -1, staff: c.Staff}
	switch {
	case c.From >= len(s.seats):
		return ErrNoSuchSeat
	case c.Kind == RoundGoodbye:
		p, err := s.subordinate(c.For)
		if err != nil {
			return err
		}
		if !p.present() {
			return ErrNotAllowed
		}
		r.leaver, r.staff = c.For, true
	case c.Kind != RoundGoAround:
		return ErrNotAllowed
	}
	if c.From < 0 && r.leaver >= 0 {
		r.first = (r.leaver + 1) % len(s.seats) // round the circle, back to them
	}
	r.current = r.first - 1
	if r.current = s.nextIn(&r); r.current < 0 {
		return ErrNotAllowed // nobody to ask
	}
	if r.leaver >= 0 {
		s.sayGoodbyeTo(s.seats[r.leaver])
	}
	s.round = r
	return nil
}

func (c EndRound) do(s *state, _ *attendee) error { s.round = round{}; return nil }

func (c NextTurn) do(s *state, p *attendee) error {
	r := &s.round
	switch {
	case r.kind == "":
		return ErrNotAllowed
	case !p.is(Facilitator) && p.seat != r.current && p.seat != r.lent:
		return ErrNotAllowed
	}
	if q := s.seats[r.current]; q != nil && !q.present() {
		r.later = r.later.with(r.current) // offered later
	} else {
		r.finish(r.current)
	}
	s.passOn()
	return nil
}

func (c PassTurn) do(s *state, p *attendee) error {
	r := &s.round
	if r.kind == "" || p.seat != r.current {
		return ErrNotAllowed
	}
	if c.Later && !r.again {
		r.later = r.later.with(p.seat)
	} else {
		r.finish(p.seat)
	}
	r.passed = r.passed.with(p.seat)
	s.passOn()
	return nil
}

func (c GiveTurn) do(s *state, _ *attendee) error {
	p, err := s.sitting(c.Seat)
	switch {
	case err != nil:
		return err
	case s.round.kind == "" || !p.present() || p.is(Support):
		return ErrNotAllowed
	}
	r := &s.round
	r.current, r.done, r.later = c.Seat, r.done.minus(c.Seat), r.later.minus(c.Seat)
	return nil
}

func (c LendTurn) do(s *state, _ *attendee) error {
	if s.round.kind == "" {
		return ErrNotAllowed
	}
	if c.Seat != -1 {
		p, err := s.subordinate(c.Seat)
		switch {
		case err != nil:
			return err
		case !p.is(Patient):
			return ErrNotAllowed
		}
	}
	s.round.lent = c.Seat
	return nil
}
