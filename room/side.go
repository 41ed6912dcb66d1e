package room

import "time"

// A side room is one facilitator and one other person who have stepped out of
// the circle together (C-6, M-F4): they see and hear each other and nobody else.
// The group sees both as stepped out. Both stay Seated, so that the facilitator
// can go on leading; their media has a group of its own (Grant.Room).

// StepAside steps out together with a person who sits, or who was stepped out
// before. Another facilitator has to stay with the group.
type StepAside struct {
	By   ID
	Seat int
}

// ComeBack ends the side room of a seat: both are in the circle again.
type ComeBack struct {
	By   ID
	Seat int
}

// AskBack says that somebody who is outside, in a side room or alone, would like
// to be with the group again, or takes it back. Facilitators alone learn of it,
// and decide: to the group the person has stepped out, as before.
type AskBack struct {
	By     ID
	Wanted bool
}

func (c StepAside) do(s *state, p *attendee) error {
	q, err := s.subordinate(c.Seat)
	switch {
	case err != nil:
		return err
	case p.side != 0 || q.side != 0:
		return ErrNotAllowed
	case !s.leadsBut(p):
		return ErrNoFacilitator
	}
	if q.stage != Seated {
		q.enterStage(Seated, s.now)
		q.outReason = ""
	}
	s.sides++
	for _, a := range []*attendee{p, q} {
		a.silence()
		a.side, a.since, a.back = s.sides, s.now, time.Time{}
	}
	return nil
}

func (c ComeBack) do(s *state, _ *attendee) error {
	p, err := s.sitting(c.Seat)
	switch {
	case err != nil:
		return err
	case p.side == 0:
		return ErrNotAllowed
	}
	for _, q := range s.inSide(p.side) {
		q.leaveSide()
	}
	return nil
}

func (c AskBack) do(s *state, p *attendee) error {
	switch {
	case p.stage == Seated && p.side == 0:
		return ErrNotAllowed
	case !c.Wanted:
		p.back = time.Time{}
	case p.back.IsZero():
		p.back = s.now
	}
	return nil
}

// leaveSide brings somebody back to the circle, microphone off.
func (p *attendee) leaveSide() {
	p.silence()
	p.side, p.back = 0, time.Time{}
}

// leadsBut says whether another facilitator is here and in the circle.
func (s *state) leadsBut(p *attendee) bool {
	for _, q := range s.seats {
		if q != nil && q != p && q.is(Facilitator) && q.stage == Seated && q.side == 0 && q.connected {
			return true
		}
	}
	return false
}

// inSide are the people of a side room.
func (s *state) inSide(side int) (pair []*attendee) {
	for _, p := range s.seats {
		if p != nil && p.stage == Seated && p.side == side {
			pair = append(pair, p)
		}
	}
	return pair
}

// settleSides ends a side room that one of the two has left: the facilitator is
// in the circle again, and the other person waits outside for somebody to come.
func (s *state) settleSides() {
	for _, p := range s.seats {
		if p == nil || p.side == 0 || len(s.inSide(p.side)) == 2 {
			continue
		}
		asked := p.back
		p.leaveSide()
		if !p.is(Facilitator) && p.stage == Seated {
			p.enterStage(SteppedOut, s.now)
			p.back = asked
		}
	}
}

// sideSeats is the circle as the people of a side room see it: each other as
// they are, everybody else from outside.
func (s *state) sideSeats(seats []Seat, side int) []Seat {
	own := make([]Seat, len(seats))
	copy(own, seats)
	for i, seat := range own {
		if p := s.seats[seat.Seat]; p.side == side {
			own[i].State = seatSide
			own[i].Mic, own[i].Camera = p.mic && !p.away, p.camera && !p.away
		}
	}
	return own
}
