package sfu

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"hearth/room/sfu/speaker"
)

// Circle is the packet path of one room. Safe for concurrent use.
type Circle struct {
	// Static.
	sfu   *SFU
	seats int

	// receivers are the peers whose grant lets them receive: a snapshot that
	// is replaced and never changed. The grant is tested again for every
	// packet; the snapshot only spares asking those who wait outside.
	receivers atomic.Pointer[[]*Peer]
	holders   []atomic.Pointer[Peer] // who sends on each seat; written under mu
	floor     *speaker.Detector      // who talks; owned by the tick, its intakes by everybody

	stage stage // owned by the tick

	mu     sync.Mutex
	peers  []*Peer // guarded by mu
	closed bool    // guarded by mu
}

func newCircle(s *SFU, seats int) *Circle {
	c := &Circle{sfu: s, seats: seats, holders: make([]atomic.Pointer[Peer], seats), floor: speaker.NewDetector(seats)}
	c.receivers.Store(&[]*Peer{})
	return c
}

// Connect answers a client's offer. The peer begins with NoGrant: ICE and
// DTLS complete, and no packet is forwarded either way. On an error nothing
// is left behind; it is ErrOffer for an offer that is not the circle's.
// changed is called when Peer.Media or Peer.Connected gives something new, on the goroutine of
// all circles: it has to return at once. Nil for nobody.
func (c *Circle) Connect(ctx context.Context, text string, changed func()) (*Peer, string, error) {
	o, err := parseOffer(text, c.seats)
	if err != nil {
		c.sfu.stats.refused.Add(1)
		return nil, "", err
	}
	if changed == nil {
		changed = func() {}
	}
	p := newPeer(c, o, changed)
	answer, err := p.answer(ctx)
	if err != nil {
		p.Close()
		return nil, "", err
	}
	c.sfu.stats.offers.Add(1)
	return p, answer, nil
}

// Close ends all peers and returns at once; the teardown goes on behind it.
func (c *Circle) Close() {
	c.mu.Lock()
	c.closed = true
	peers := slices.Clone(c.peers)
	c.mu.Unlock()
	for _, p := range peers {
		p.Close()
	}
	c.sfu.forget(c)
}

func (c *Circle) add(p *Peer) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return ErrClosed
	}
	c.peers = append(c.peers, p)
	return nil
}

// remove shuts a peer's path and forgets it.
func (c *Circle) remove(p *Peer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.peers = slices.DeleteFunc(c.peers, func(q *Peer) bool { return q == p })
	c.grant(p, NoGrant)
	c.sfu.stats.paused.Add(-int64(len(p.Media().Paused)))
	for _, u := range p.up {
		for _, l := range u.layers {
			l.forget()
		}
	}
}

// allow puts a grant in force.
func (c *Circle) allow(p *Peer, g Grant) {
	if g.Seat < 0 || g.Seat >= c.seats {
		g.Seat = -1
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.Contains(c.peers, p) {
		return // closed
	}
	if g.Seat >= 0 {
		if q := c.holders[g.Seat].Load(); q != nil && q != p {
			c.grant(q, q.permit.Load().unseated())
		}
	}
	c.grant(p, g)
	c.sfu.hurry()
}

// grant replaces a peer's permit and what follows from it. The caller holds mu.
func (c *Circle) grant(p *Peer, g Grant) {
	was := p.permit.Load()
	p.permit.Store(was.after(g))
	if was.Seat >= 0 && was.Seat != g.Seat {
		c.holders[was.Seat].CompareAndSwap(p, nil)
	}
	if g.Seat >= 0 && c.holders[g.Seat].Swap(p) != p {
		c.floor.Intake(g.Seat).Reset()
	}
	if was.Receive != g.Receive {
		c.snapshot()
	}
}

// snapshot rebuilds the receivers. The caller holds mu.
func (c *Circle) snapshot() {
	receivers := make([]*Peer, 0, len(c.peers))
	for _, p := range c.peers {
		if p.permit.Load().Receive {
			receivers = append(receivers, p)
		}
	}
	c.receivers.Store(&receivers)
}

// refresh makes everything a peer receives begin anew, because its transport
// has just come up.
func (c *Circle) refresh(p *Peer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	is := *p.permit.Load()
	is.receive++
	p.permit.Store(&is)
	c.sfu.hurry()
}

// holder is who sends on a seat, or nil.
func (c *Circle) holder(seat int) *Peer { return c.holders[seat].Load() }

// members are the peers at this moment.
func (c *Circle) members() []*Peer {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.peers)
}
