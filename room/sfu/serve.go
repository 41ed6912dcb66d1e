package sfu

// serve decides what one viewer is shown of every seat.
func (c *Circle) serve(v *Peer, now int64) {
	for seat := range c.seats {
		t := v.seats[seat].video
		p := c.holder(seat)
		if p == nil || p == v {
			t.aim(nil, topTemporal, now)
			continue
		}
		if l := p.picture(ridHigh, now); l != nil {
			t.aim(l, topTemporal, now)
		}
	}
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
