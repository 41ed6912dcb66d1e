package room

import "maps"

// everyPatient as a seat number means all patients of the circle.
const everyPatient = -1

// targets are the seats a command aims at: one, or every patient's.
func (s *state) targets(seat int) ([]*attendee, error) {
	if seat != everyPatient {
		p, err := s.placed(seat)
		return []*attendee{p}, err
	}
	var all []*attendee
	for _, p := range s.seats {
		if p != nil && p.is(Patient) && p.inCircle() {
			all = append(all, p)
		}
	}
	return all, nil
}

// subordinate is the seat's holder, unless it is a facilitator: facilitators
// are equal, and nothing but a plain mute aims at one (M-F9).
func (s *state) subordinate(seat int) (*attendee, error) {
	p, err := s.sitting(seat)
	if err == nil && p.is(Facilitator) {
		return nil, ErrNotAllowed
	}
	return p, err
}

func validReason(r string) bool {
	return r == "" || r == ReasonNoise || r == ReasonView || r == ReasonTalk
}

// mute turns microphones off at the server (M-F1). Without a hold their owners
// may turn them on again; with one they may not until it is released (M-F2).
func (s *state) mute(c Mute) error {
	who, err := s.targets(c.Seat)
	switch {
	case err != nil:
		return err
	case !validReason(c.Reason), c.Hold && c.Seat != everyPatient && who[0].is(Facilitator):
		return ErrNotAllowed
	}
	for _, p := range who {
		s.muteOne(p, c.Hold, c.Reason)
	}
	return nil
}

func (s *state) muteOne(p *attendee, hold bool, reason string) {
	h := s.holds[p.person.Subject]
	if p.mic || hold && !h.Mic {
		p.muted++
		p.micReason = reason
	}
	p.mic = false
	if hold {
		h.Mic = true
		s.setHold(p.person.Subject, h)
	}
}

// stopVideo turns a camera off until it is released (M-F3).
func (s *state) stopVideo(c StopVideo) error {
	p, err := s.placed(c.Seat)
	if err != nil {
		return err
	}
	if p.is(Facilitator) || !validReason(c.Reason) {
		return ErrNotAllowed
	}
	h := s.holds[p.person.Subject]
	h.Video = true
	s.setHold(p.person.Subject, h)
	p.camera, p.askVideo, p.videoReason = false, false, c.Reason
	return nil
}

// release ends holds and turns nothing on: only the owner can (M-C7).
func (s *state) release(c Release) error {
	who, err := s.targets(c.Seat)
	if err != nil {
		return err
	}
	for _, p := range who {
		h := s.holds[p.person.Subject]
		h.Mic = h.Mic && !c.Mic
		if c.Video {
			h.Video, p.askVideo, p.videoReason = false, false, ""
		}
		s.setHold(p.person.Subject, h)
	}
	return nil
}

// setHold replaces a person's hold in a new map: the old one may be on its way
// to Redis.
func (s *state) setHold(subject Subject, h Hold) {
	if s.holds[subject] == h {
		return
	}
	s.holds = maps.Clone(s.holds)
	if h == (Hold{}) {
		delete(s.holds, subject)
		return
	}
	s.holds[subject] = h
}

func (s *state) lowerHand(seat int) error {
	p, err := s.sitting(seat)
	if err != nil {
		return err
	}
	s.raise(p, false)
	return nil
}

// stepOut moves somebody to the waiting room and keeps their seat (M-F4).
func (s *state) stepOut(c StepOut) error {
	p, err := s.subordinate(c.Seat)
	switch {
	case err != nil:
		return err
	case !validReason(c.Reason):
		return ErrNotAllowed
	case p.stage == SteppedOut:
		return nil
	}
	p.silence()
	p.outReason = c.Reason
	p.enterStage(SteppedOut, s.now)
	return nil
}

// invite says whether a seated facilitator may make invitations for a role. A
// closed group's members are on a list, so one for a patient would open nothing.
func (s *state) invite(r Role) error {
	if r.String() == "" || r == Patient && s.closed {
		return ErrNotAllowed
	}
	return nil
}
