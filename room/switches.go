package room

import "time"

// switchOwn sets a person's own switches, all or none of them. While waiting
// one may only choose whether to come in with the camera on.
func (s *state) switchOwn(p *attendee, sw Switches) error {
	hold := s.holds[p.person.Subject]
	switch {
	case p.stage != Seated && (sw.Mic != nil || sw.Hand != nil || sw.Away != nil):
		return ErrNotAllowed
	case hold.Mic && on(sw.Mic), hold.Video && on(sw.Camera):
		return ErrHeld
	}
	if sw.Mic != nil {
		p.switchMic(*sw.Mic)
	}
	if sw.Camera != nil {
		p.camera = *sw.Camera
	}
	if sw.Hand != nil {
		s.raise(p, *sw.Hand)
	}
	if sw.Away != nil {
		p.away = *sw.Away
	}
	return nil
}

func on(b *bool) bool { return b != nil && *b }

// switchMic turns the microphone on or off; once it is on again, why it was
// turned off is over.
func (p *attendee) switchMic(on bool) {
	p.mic = on
	if on {
		p.micReason = ""
	}
}

// raise keeps the time of the first raising: that is the place in the queue, and
// no two have the same (S-3).
func (s *state) raise(p *attendee, up bool) {
	switch {
	case !up:
		p.hand = time.Time{}
	case p.hand.IsZero():
		if p.hand = s.now; p.hand.Sub(s.lastHand) < time.Millisecond {
			p.hand = s.lastHand.Add(time.Millisecond)
		}
		s.lastHand = p.hand
	}
}

// askVideo asks for a stopped picture back.
func (s *state) askVideo(p *attendee) error {
	if !s.holds[p.person.Subject].Video {
		return ErrNotAllowed
	}
	p.askVideo = true
	return nil
}
