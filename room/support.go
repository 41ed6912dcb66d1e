package room

import "time"

// AskSupport is the private "I need support", or takes it back. Facilitators
// alone learn of it (M-S4).
type AskSupport struct {
	By     ID
	Wanted bool
}

// AnswerSupport tells somebody that their signal was seen.
type AnswerSupport struct {
	By   ID
	Seat int
}

// The values of You.Support.
const (
	supportAsked = "asked"
	supportSeen  = "seen" // a facilitator has seen it and comes
)

func (c AskSupport) do(s *state, p *attendee) error {
	if p.is(Facilitator) {
		return ErrNotAllowed
	}
	switch {
	case !c.Wanted:
		p.support, p.supportSeen = time.Time{}, false
	case p.support.IsZero():
		p.support, p.supportSeen = s.now, false
	}
	return nil
}

// Facilitators' mark goes with the answer; what is left is the sender's own.
func (c AnswerSupport) do(s *state, _ *attendee) error {
	p, err := s.sitting(c.Seat)
	switch {
	case err != nil:
		return err
	case p.support.IsZero():
		return ErrNotAllowed
	}
	p.support, p.supportSeen = time.Time{}, true
	return nil
}

// supported is the signal as its sender sees it.
func (p *attendee) supported() string {
	switch {
	case !p.support.IsZero():
		return supportAsked
	case p.supportSeen:
		return supportSeen
	}
	return ""
}
