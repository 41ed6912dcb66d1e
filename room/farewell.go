package room

import (
	"maps"
	"slices"
)

// Somebody's last session (M-W1). Facilitators mark it, before or during; the
// group learns of it with the goodbye round; when the session is over the
// person's access to the group ends, for as long as a removal for the group
// lasts.

// MarkLast marks somebody's last session, or takes the mark away.
type MarkLast struct {
	By   ID
	Seat int
	Last bool
}

// AskGoodbye asks facilitators for a moment to say goodbye before leaving
// (M-W2). It is no gate: leaving needs nobody.
type AskGoodbye struct {
	By     ID
	Wanted bool
}

// SendCard gives preset kind words to the person to whom a goodbye round says
// goodbye (C-8).
type SendCard struct {
	By   ID
	Card string
}

// The cards; the page owns their words.
const (
	CardThanks  = "thank_you"
	CardLearned = "learned"
	CardMiss    = "miss_you"
	CardLuck    = "good_luck"
	CardCare    = "take_care"
)

// ValidCard says whether it is one of the cards.
func ValidCard(card string) bool {
	return slices.Contains([]string{CardThanks, CardLearned, CardMiss, CardLuck, CardCare}, card)
}

func (c MarkLast) do(s *state, _ *attendee) error {
	p, err := s.subordinate(c.Seat)
	switch {
	case err != nil:
		return err
	case !p.is(Patient):
		return ErrNotAllowed
	}
	s.setLast(p.person.Subject, c.Last)
	return nil
}

func (c AskGoodbye) do(_ *state, p *attendee) error {
	if p.is(Facilitator) {
		return ErrNotAllowed
	}
	p.goodbye = c.Wanted
	return nil
}

func (c SendCard) do(s *state, p *attendee) error {
	r := s.round
	switch {
	case !ValidCard(c.Card), r.kind != RoundGoodbye, p.seat == r.leaver, p.side != 0:
		return ErrNotAllowed
	case !p.mayWrite(s.now):
		return ErrBusy
	}
	if q := s.seats[r.leaver]; q.reads() {
		s.emit(tell{q.id, Text{Kind: TextCard, Seat: p.seat, Name: p.name, Text: c.Card, At: millis(s.now)}})
	}
	return nil
}

// heedLast marks a last session that the invitation speaks of, when the person
// sits for the first time: a facilitator may have taken the mark away since.
// Whoever was never admitted keeps their access.
func (s *state) heedLast(p *attendee) {
	subject := p.person.Subject
	came := slices.ContainsFunc(s.visits, func(v visit) bool { return v.subject == subject })
	if p.person.Last && p.is(Patient) && !came {
		s.setLast(subject, true)
	}
}

// setLast keeps a mark in a new map: the old one may be on its way to Redis.
func (s *state) setLast(subject Subject, last bool) {
	if s.last[subject] == last {
		return
	}
	s.last = maps.Clone(s.last)
	if last {
		s.last[subject] = true
	} else {
		delete(s.last, subject)
	}
}

// sayGoodbyeTo lets the group know that somebody's last session is today.
func (s *state) sayGoodbyeTo(p *attendee) {
	s.setLast(p.person.Subject, true)
	p.goodbye = false
	if s.said[p.person.Subject] {
		return
	}
	s.said[p.person.Subject] = true
	s.goodbyes = append(slices.Clip(s.goodbyes), p.name)
}

// closeFarewells ends the access of everybody whose last session this was.
func (s *state) closeFarewells() {
	for subject := range s.last {
		s.bar(subject, s.now.Add(max(afterSession, s.set.Removal)), false)
	}
	s.last = map[Subject]bool{}
}

// parting is the goodbye to somebody whose last session this was, else the one
// given.
func (s *state) parting(subject Subject, bye Bye) Bye {
	if bye == ByeLeft && s.said[subject] || bye == ByeEnded && s.last[subject] {
		return ByeFarewell
	}
	return bye
}
