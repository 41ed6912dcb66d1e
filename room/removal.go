package room

import (
	"context"
	"maps"
	"slices"
	"time"
)

// barred says whether a subject is removed now.
func (s *state) barred(subject Subject) bool { return s.now.Before(s.removed[subject]) }

// remove ends somebody's part now, wherever they are, on all their devices
// (M-F5). For the session that means until it ends, and a little longer; for
// the group as long as the operator set (M-F6).
func (s *state) remove(c Remove) error {
	p, err := s.removable(c)
	switch {
	case err != nil:
		return err
	case !ValidParting(c.Reason):
		return ErrNotAllowed
	}
	s.tellWhy(p, c.Reason)
	subject, cause, lasts := p.person.Subject, causeRemoved, sessionBar
	if c.Group {
		cause, lasts = causeGroup, max(sessionBar, s.set.Removal)
	}
	s.depart(p, cause)
	s.bar(subject, s.now.Add(lasts), !c.Group || s.set.Removal == 0)
	s.dismissAll(subject)
	return nil
}

// tellWithin is how long the answer to a removal waits for the store.
const tellWithin = 250 * time.Millisecond

// telling is closed when the store has heard of a removal, or did not listen. Who
// removes somebody is answered then: an owner that dies before has not answered,
// so the page asks the next one again, and those milliseconds let nobody back in.
// The removal itself waits for nothing. Nil for other commands, and while the
// store is away. Called by the room's goroutine.
func (r *Room) telling(cmd Command) <-chan struct{} {
	if _, yes := cmd.(Remove); !yes {
		return nil
	}
	return r.book.telling()
}

// waitTold waits, within bounds; nil needs no waiting.
func waitTold(ctx context.Context, told <-chan struct{}) {
	if told == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, tellWithin)
	defer cancel()
	select {
	case <-told:
	case <-ctx.Done():
	}
}

// tellWhy gives the preset to somebody who has to go, before their goodbye.
func (s *state) tellWhy(p *attendee, reason string) {
	if reason != "" {
		s.emit(tell{p.id, Text{Kind: TextReason, Seat: -1, Text: reason, At: millis(s.now)}})
	}
}

// removable finds whom the command aims at: a seat, somebody who waits, or a
// technical host.
func (s *state) removable(c Remove) (*attendee, error) {
	if c.Guest == 0 {
		return s.subordinate(c.Seat)
	}
	p := s.find(c.Guest)
	switch {
	case p == nil || p.stage != Waiting && p.stage != SteppedOut && p.stage != AtDoor:
		return nil, ErrNoSuchGuest
	case p.is(Facilitator):
		return nil, ErrNotAllowed
	}
	return p, nil
}

// dismissAll ends every device of a removed person.
func (s *state) dismissAll(subject Subject) {
	for _, p := range slices.Clone(s.people) {
		if p.person.Subject == subject {
			s.dismiss(p, ByeRemoved)
		}
	}
}

// bar keeps a subject out, here at once and in Redis as soon as it answers.
func (s *state) bar(subject Subject, until time.Time, session bool) {
	s.setRemoved(subject, until)
	s.setSession(subject, session)
	s.emit(bar{subject, until})
}

// barHere follows a removal that Redis knew of and this room did not. How long
// it lasts is Redis's affair.
func (s *state) barHere(subject Subject) {
	s.setRemoved(subject, s.now.Add(afterSession))
	s.dismissAll(subject)
}

func (s *state) setRemoved(subject Subject, until time.Time) {
	s.removed = maps.Clone(s.removed)
	s.removed[subject] = until
}

// setSession says whether a removal is for the session only, in a new map: the
// old one may be on its way to Redis.
func (s *state) setSession(subject Subject, session bool) {
	if s.session[subject] == session {
		return
	}
	s.session = maps.Clone(s.session)
	if session {
		s.session[subject] = true
	} else {
		delete(s.session, subject)
	}
}

// lift lets somebody come back who was removed or declined in this session.
func (s *state) lift(who ID) error {
	i := slices.IndexFunc(s.departed, func(d departure) bool { return d.ID == who && d.liftable() })
	if i < 0 {
		return ErrNoSuchGuest
	}
	d := s.departed[i]
	s.departed = slices.Delete(s.departed, i, i+1)
	delete(s.declined, d.subject)
	if d.Cause != causeDeclined {
		s.setSession(d.subject, false)
		s.removed = maps.Clone(s.removed)
		delete(s.removed, d.subject)
		s.emit(unbar{d.subject})
	}
	return nil
}

// keepBars renews removals for the session long before they lapse; a session
// may be longer than anybody planned.
func (s *state) keepBars() {
	for subject := range s.session {
		if s.removed[subject].Sub(s.now) < sessionBar/2 {
			s.bar(subject, s.now.Add(sessionBar), true)
		}
	}
}

// endBars lets removals for the session outlive it only by a little.
func (s *state) endBars() {
	for subject := range s.session {
		s.setRemoved(subject, s.now.Add(afterSession))
		s.emit(bar{subject, s.now.Add(afterSession)})
	}
	s.session = map[Subject]bool{}
}
