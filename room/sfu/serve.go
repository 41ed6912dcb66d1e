package sfu

import (
	"time"

	"hearth/room/sfu/allocate"
	"hearth/room/sfu/estimate"
)

// planEvery is how often a viewer's bandwidth is shared out anew, if nothing
// else calls for it.
const planEvery = int64(100 * time.Millisecond)

// The keyframes of a full circle are more than a second of a weak downlink, and
// voices stand behind them. So pictures begin one by one and small, unless the DTLS
// handshake - two round trips and some three kilobytes - was so quick that the
// path cannot be a weak one. Then all begin at once, within the rate that the
// handshake had.
const (
	quickHandshake = int64(50 * time.Millisecond)
	keyframePace   = int64(150 * time.Millisecond)
	// handshakeBits is what a handshake weighs, both ways; quickMost the most that
	// a path is taken for because of it: every picture of a full circle.
	handshakeBits = 20_000
	quickMost     = 4_000_000
	// handshakeOfAnother is what a handshake counts for after an ICE restart, where
	// it took less: the path then begins like any other, though not one by one.
	handshakeOfAnother = int64(40 * time.Millisecond)
)

// viewing is how one viewer is served. Owned by the tick.
type viewing struct {
	plan     allocate.Plan
	choices  [allocate.Seats]allocate.Choice
	next     int64  // when it is planned again
	on       uint32 // the seats it was planned for
	wish     *wish  // it was planned by
	received epoch  // of the grant it was begun under
	paths    int32  // how many the peer had found by then
}

// serve decides what one viewer is shown of every seat.
func (c *Circle) serve(v *Peer, now int64) {
	permit := v.permit.Load()
	on, foreign := c.visible(v, permit)
	if v.view.received != permit.receive {
		v.begin(permit.receive, now)
	}
	wish := v.wish.Load()
	budget := v.budget(now)
	if now >= v.view.next || on != v.view.on || wish != v.view.wish {
		c.plan(v, on, wish, budget, now)
	}
	var paused []Paused
	for seat := range c.seats {
		if foreign&(1<<seat) != 0 {
			v.seats[seat].video.aim(nil, 0, now)
			paused = append(paused, Paused{seat, WhyCodec})
			continue
		}
		paused = c.show(v, seat, paused, now)
	}
	v.tell(MediaState{High: v.Media().High, Paused: paused})
}

// visible are the seats with a picture that a viewer may be shown, and those
// whose picture the viewer's browser has no decoder for.
func (c *Circle) visible(v *Peer, permit *permit) (on, foreign uint32) {
	for seat := range c.seats {
		s := &c.stage.shown[seat]
		if c.stage.on&(1<<seat) == 0 || s.peer == v || s.room != permit.Room || seat == permit.Seat {
			continue
		}
		if v.offer.codecs.takes(s.least) {
			on |= 1 << seat
		} else {
			foreign |= 1 << seat
		}
	}
	return on, foreign
}

// begin forgets wishes of the plan: the viewer has just come, or come back. What
// is known of the path stays true of the same path, once pictures went over it.
func (v *Peer) begin(received epoch, now int64) {
	before, paths, took := v.view.paths, v.paths.Load(), v.handshake.Load()
	quick := took != 0 && took <= quickHandshake
	v.view = viewing{received: received, paths: paths}
	v.down.mu.Lock()
	defer v.down.mu.Unlock()
	if path := &v.down.path; paths == before && path.Used() {
		quick = quick && path.Pictures(now) >= estimate.Start
	} else {
		*path = estimate.New(now)
		if quick {
			path.Quick(min(handshakeBits*int64(time.Second)/took, quickMost), took/2, now)
		}
	}
	if paths != before {
		for _, s := range v.seats {
			s.audio.heard.After(s.audio.rewriter.head)
			s.video.heard.After(s.video.rewriter.head)
		}
	}
	if v.view.plan.Quick = quick; !quick {
		v.view.plan.Pace = keyframePace
	}
}

// budget is what pictures may take now, and sends the padding of a probe that
// is under way.
func (v *Peer) budget(now int64) int64 {
	v.down.mu.Lock()
	defer v.down.mu.Unlock()
	if pad := v.down.path.Tick(now); pad > 0 {
		v.pad(pad, now)
	}
	return v.down.path.Pictures(now)
}

// plan shares the budget out, and tries whether there is more where that
// would help.
func (c *Circle) plan(v *Peer, on uint32, w *wish, budget, now int64) {
	var candidates [allocate.Seats]allocate.Candidate
	n := 0
	for seat := range c.seats {
		if on&(1<<seat) == 0 {
			continue
		}
		s := &c.stage.shown[seat]
		candidates[n] = s.candidate
		candidates[n].High = s.candidate.High && v.offer.codecs.takes(s.high)
		candidates[n].Large, candidates[n].Pinned = w.large[seat], w.pinned[seat]
		n++
	}
	v.view.choices = *v.view.plan.Next(now, budget, w.saver, candidates[:n])
	v.view.on, v.view.wish, v.view.next = on, w, now+planEvery
	if need := v.view.plan.Need(); need > 0 {
		v.down.mu.Lock()
		v.down.path.Probe(need, now)
		v.down.mu.Unlock()
	}
}

// show aims one seat's picture by the plan, and adds the seat to those that
// are paused.
func (c *Circle) show(v *Peer, seat int, paused []Paused, now int64) []Paused {
	t, choice := v.seats[seat].video, v.view.choices[seat]
	if v.view.on&(1<<seat) == 0 {
		if c.holder(seat) == nil {
			t.aim(nil, 0, now)
		}
		return paused // nothing comes in: what there was goes on when it comes back
	}
	s := &c.stage.shown[seat]
	if choice.Level.High() {
		c.stage.high |= 1 << seat
	}
	switch {
	case choice.Level == allocate.Off:
		t.aim(nil, 0, now)
		return append(paused, Paused{seat, because(choice.Why)})
	case s.slide != nil:
		t.aim(s.slide, temporalTop(choice.Level), now)
	case choice.Level.High():
		t.aim(s.peer.picture(ridHigh, now), temporalTop(choice.Level), now)
	default:
		t.aim(s.peer.picture(ridLow, now), temporalTop(choice.Level), now)
	}
	return paused
}

// temporalTop is the highest temporal layer of a level; the best levels have
// all there are.
func temporalTop(l allocate.Level) uint8 {
	if top := l.Temporal(); top < 2 {
		return top
	}
	return topTemporal
}

func because(w allocate.Why) Why {
	if w == allocate.Saver {
		return WhySaver
	}
	return WhyWeak
}

// picture is the layer a peer shows: the slide in place of the camera; of the
// camera the layer wanted, or whichever comes in. Nil while nothing does.
func (p *Peer) picture(rid string, now int64) *layer {
	permit := p.permit.Load()
	if _, ok := permit.sends(lineSlide); ok {
		if l := p.up[lineSlide].choose("", now); l != nil {
			return l
		}
	}
	if _, ok := permit.sends(lineCamera); ok {
		return p.up[lineCamera].choose(rid, now)
	}
	return nil
}
