package sfu

import (
	"time"

	"hearth/room/sfu/allocate"
)

// highPatience is how long a publisher may take to begin its high layer after
// it was asked; highRest how long it is then left alone.
const (
	highPatience = int64(5 * time.Second)
	highRest     = int64(30 * time.Second)
	// highLinger is how long nobody has wanted the high layer before its
	// publisher is told.
	highLinger = int64(4 * time.Second)
)

// stage is what a circle has to show at this moment, the same for everybody.
// Owned by the tick.
type stage struct {
	on    uint32 // a bit for each seat with a picture
	shown [MaxSeats]shown
	high  uint32 // a bit for each seat whose high layer somebody is to be shown
}

// shown is one seat's picture.
type shown struct {
	peer      *Peer
	least     *layer // the simplest that comes in
	high      *layer // what a level of the high layer means, or nil
	slide     *layer // in place of the camera
	room      int
	candidate allocate.Candidate
}

// look takes in what every seat shows.
func (c *Circle) look(now int64) {
	s := &c.stage
	s.on, s.high = 0, 0
	for seat := range c.seats {
		s.shown[seat] = shown{}
		p := c.holder(seat)
		if p == nil {
			continue
		}
		if l := p.picture(ridLow, now); l != nil {
			s.on |= 1 << seat
			s.shown[seat] = p.shows(seat, l, now)
		}
	}
	c.rank()
}

// shows is a peer's picture, of which l is a layer, as others may be shown it.
func (p *Peer) shows(seat int, l *layer, now int64) shown {
	permit := p.permit.Load()
	s := shown{peer: p, least: l, room: permit.Room, candidate: allocate.Candidate{Seat: seat, Rank: allocate.Other}}
	if permit.Lead {
		s.candidate.Rank = allocate.Facilitator
	}
	if l.line == lineSlide {
		s.slide, s.high = l, l
		s.candidate.Rank, s.candidate.High = allocate.Slide, true
		l.weigh(&s.candidate.Bits, allocate.High7, now)
		return s
	}
	for _, l := range p.up[lineCamera].layers {
		if l.rid == ridLow {
			s.candidate.Low = true
			l.weigh(&s.candidate.Bits, allocate.Low7, now)
			continue
		}
		s.high, s.candidate.High = l, p.high.has(l.alive(now), p.Media().High, now)
		l.weigh(&s.candidate.Bits, allocate.High7, now)
	}
	return s
}

// rank says who talks and who talked last.
func (c *Circle) rank() {
	var latest [MaxSeats]int
	for i, seat := range c.floor.Recent(latest[:0]) {
		d := &c.stage.shown[seat].candidate
		if d.Rank == allocate.Slide {
			continue
		}
		switch {
		case d.Rank == allocate.Facilitator:
		case i == 0:
			d.Rank = allocate.DominantSpeaker
		default:
			d.Rank, d.Recent = allocate.LastSpeaker, uint8(i)
		}
	}
	for seat := range c.seats {
		d := &c.stage.shown[seat].candidate
		if d.Rank == allocate.Facilitator && c.floor.Talking(seat) {
			d.Rank = allocate.TalkingFacilitator
		}
	}
}

// dynacast tells every publisher whether its high layer is wanted.
func (c *Circle) dynacast(now int64) {
	for seat := range c.seats {
		p := c.holder(seat)
		if p == nil {
			continue
		}
		m := p.Media()
		m.High = p.high.wanted(c.stage.high&(1<<seat) != 0, now)
		p.tell(m)
	}
}

// highLayer is one publisher's high layer as it is asked for. Owned by the
// tick.
type highLayer struct {
	last  int64 // when somebody last wanted it; 0 for never
	since int64 // since when it is asked for and does not come; 0 while it does
}

// wanted tells whether to ask for the layer; it lingers after the last wish.
// What nobody has ever looked at is wanted, so that the first picture is a good
// one.
func (h *highLayer) wanted(now bool, at int64) bool {
	if now || h.last == 0 {
		h.last = at
	}
	return at-h.last < highLinger
}

// has tells whether the layer can be had. A publisher that does not send it
// though it was asked, for want of bandwidth or of power, is left alone for a
// while.
func (h *highLayer) has(alive, asked bool, now int64) bool {
	switch {
	case alive, h.since != 0 && now-h.since > highPatience+highRest:
		h.since = 0
	case asked && h.since == 0:
		h.since = now
	}
	return h.since == 0 || now-h.since <= highPatience
}
