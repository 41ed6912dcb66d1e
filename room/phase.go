package room

import (
	"slices"
	"time"
)

// settle draws what follows from every change, whatever the change was:
// facilitators who wait are seated, technical hosts stand at the door, the phase
// follows who leads the room, and an empty room starts to count.
func (s *state) settle() {
	if s.over != endNot {
		return
	}
	s.seatFacilitators()
	s.settleHosts()
	s.settleSides()
	s.settlePhase()
	s.settleFlow()
	s.settleRound()
	s.settleAttendance()
	if !s.empty() {
		s.idleSince = time.Time{}
	} else if s.idleSince.IsZero() {
		s.idleSince = s.now
	}
}

// seatFacilitators reserves seats for facilitators, who wait for nobody.
func (s *state) seatFacilitators() {
	for _, p := range s.people {
		if p.stage == Waiting && p.is(Facilitator) && p.serial == 0 && s.holder(p.person.Subject) == nil {
			_ = s.reserve(p) // full: a seat may become free
		}
	}
}

// settlePhase is the rule of M-A9 and M-F10.
//
//	waiting --first facilitator sits--> open
//	open --last one lost--> alone --grace over--> hold --HoldClose--> the end
//	open --last one leaves--> hold;  alone, hold --any facilitator--> open
func (s *state) settlePhase() {
	connected, kept := s.leaders()
	before := s.base
	switch {
	case connected:
		s.base = PhaseOpen
		if s.opened.IsZero() {
			s.opened = s.now
		}
	case kept:
		s.base = PhaseAlone
	case s.opened.IsZero():
		s.base = PhaseWaiting
	default:
		s.base = PhaseHold
	}
	if s.base == PhaseHold && before != PhaseHold {
		s.heldSince = s.now
	}
}

// leaders says whether a facilitator is here, and whether one's seat is kept.
func (s *state) leaders() (connected, kept bool) {
	for _, p := range s.seats {
		if p != nil && p.is(Facilitator) && p.stage == Seated && p.side == 0 {
			connected = connected || p.connected
			kept = true
		}
	}
	return connected, kept
}

// empty says whether nobody is connected and no seat is kept.
func (s *state) empty() bool {
	for _, p := range s.people {
		if p.connected || p.inCircle() {
			return false
		}
	}
	return true
}

// phase is the phase as everybody in the circle reads it.
func (s *state) phase() Phase {
	if s.paused && (s.base == PhaseOpen || s.base == PhaseAlone) {
		return PhasePaused
	}
	return s.base
}

// flows says whether any media flows between the seats of the circle.
func (s *state) flows() bool {
	return s.over == endNot && (s.base == PhaseOpen || s.base == PhaseAlone)
}

// until is when the phase changes by itself, zero when it does not.
func (s *state) until() time.Time {
	switch s.base {
	case PhaseAlone:
		var last time.Time
		for _, p := range s.seats {
			if p != nil && p.is(Facilitator) && p.stage == Seated && p.side == 0 && p.lostAt.After(last) {
				last = p.lostAt
			}
		}
		return last.Add(s.set.Grace)
	case PhaseHold:
		return s.heldSince.Add(s.set.HoldClose)
	}
	return time.Time{}
}

// end ends the session for everyone, whoever is away just now too: no ticket of
// it is good any more (M-F12).
func (s *state) end() error {
	s.ended = s.nextGen()
	s.endBars()
	err := s.closeAll(ByeEnded, endOver)
	s.closeFarewells()
	return err
}

// closeAll ends everybody's part and the room.
func (s *state) closeAll(bye Bye, how ending) error {
	for _, p := range slices.Clone(s.people) {
		s.dismiss(p, s.parting(p.person.Subject, bye))
	}
	s.shut(how)
	return nil
}

// drain ends the room here but keeps its seats in the record: the next owner
// gives everybody their own back.
func (s *state) drain() error {
	for _, p := range s.people {
		_ = s.lost(p)
		s.emit(farewell{p.id, ByeElsewhere})
	}
	s.shut(endRelease)
	return nil
}

func (s *state) shut(how ending) {
	s.over = how
	s.emit(closing{how})
}
