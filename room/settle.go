package room

import (
	"context"
	"slices"
	"time"
)

// Time bounds of coming together.
const (
	settleWithin = 3 * time.Second        // nobody is waited for longer
	shutWithin   = 500 * time.Millisecond // of telling the other nodes to stop
	glowAtMost   = yieldWithin + afterglow
)

// settling is a room that goes on from an earlier owner, until its people are
// here. Owned by the room's goroutine; the zero value has settled.
type settling struct {
	awaited []Subject // who sat and was connected; nil once the room has settled
	by      time.Time // it settles without them then
	glow    time.Time // until then an earlier owner may still forward
	shut    *shutting // nil before the first command that restricts somebody
}

// shutting is telling the other nodes to end the afterglow of this room.
type shutting struct{ done chan struct{} }

// await begins to wait for whom the record shows connected.
func (r *Room) await(rec Record, now time.Time) {
	if len(rec.Seats) > 0 {
		r.settling.glow = now.Add(glowAtMost)
	}
	for _, seat := range rec.Seats {
		if !seat.Away && r.state.holder(seat.Subject) != nil {
			r.settling.awaited = append(r.settling.awaited, seat.Subject)
		}
	}
	r.settling.by = now.Add(settleWithin)
}

// gather notes who has come, and settles when nobody is missing or the time is
// over: then everybody lets the earlier owner go. Called by the room's goroutine.
func (r *Room) gather(now time.Time) {
	s := &r.settling
	if s.awaited == nil {
		return
	}
	s.awaited = slices.DeleteFunc(s.awaited, r.here)
	if len(s.awaited) > 0 && now.Before(s.by) {
		return
	}
	r.settled()
}

// here says whether somebody need not be waited for any more: their media is
// connected, or nobody keeps a seat for them.
func (r *Room) here(subject Subject) bool {
	a := r.state.holder(subject)
	if a == nil {
		return true
	}
	p := r.handles[a.id]
	return p != nil && p.peer != nil && p.peer.Connected()
}

func (r *Room) settled() {
	r.settling.awaited = nil
	for _, p := range r.handles {
		p.tellSettled()
	}
}

// tellSettled tells a link once.
func (p *Participant) tellSettled() {
	if !p.settled {
		p.settled = true
		p.link.Settled()
	}
}

// next is the earlier of a time and the end of waiting.
func (s *settling) next(t time.Time) time.Time {
	if s.awaited != nil && (t.IsZero() || s.by.Before(t)) {
		return s.by
	}
	return t
}

// restrict makes sure of a command that has just shut somebody's path here: an
// earlier owner may forward them still. It returns nil where there is nothing
// more to do, else what the command's answer has to wait for. Called by the
// room's goroutine.
func (r *Room) restrict(cmd Command, now time.Time) *shutting {
	s, tell := &r.settling, r.house.config.Settle
	if tell == nil || !now.Before(s.glow) || !restricts(cmd) {
		return nil
	}
	if s.awaited != nil {
		r.settled()
	}
	if s.shut == nil {
		shut := &shutting{make(chan struct{})}
		s.shut = shut
		r.errands.Go(func() {
			defer close(shut.done)
			ctx, cancel := context.WithTimeout(r.house.ctx, shutWithin)
			defer cancel()
			tell(ctx, r.name, r.epoch)
		})
	}
	return s.shut
}

// restricts says whether a command takes somebody's sound, picture or place.
func restricts(cmd Command) bool {
	switch c := cmd.(type) {
	case Mute, StopVideo, StepOut, StepAside, Remove, End:
		return true
	case Pause:
		return c.Paused
	}
	return false
}

// wait waits until the other nodes have been told; nil needs no waiting.
func (s *shutting) wait() {
	if s != nil {
		<-s.done
	}
}
