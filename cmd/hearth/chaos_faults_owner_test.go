package main

import (
	"testing"
	"time"

	"hearth/room/sfu/sfutest"
)

// What happens to the server in which a room is live.
var ownerFaults = []fault{
	{"owner killed", true, ownerKilled},
	{"owner killed, and the next one", false, ownersKilled},
	{"owner frozen until it is taken over, then resumed", true, func(t *testing.T, c *chaos) { ownerFrozen(t, c, 0) }},
	{"owner frozen for 2 s, then resumed", false, func(t *testing.T, c *chaos) { ownerFrozen(t, c, 2*time.Second) }},
	{"owner frozen for 0.7 s, then resumed", false, func(t *testing.T, c *chaos) { ownerFrozen(t, c, 700*time.Millisecond) }},
	{"owner starved: a tenth of its time", false, ownerStarved},
}

// The bound of two servers that forward for one room, with what the slices of
// time may add at both ends.
const (
	togetherPromise = 500 * time.Millisecond
	togetherBound   = togetherPromise + 2*sliceLength
)

// ears are those of everybody.
func (g *group) ears() (all []*ear) {
	for _, p := range g.people {
		all = append(all, p.ear)
	}
	return all
}

// oneForwards notes for how long two servers forwarded together.
func (g *group) oneForwards(bound time.Duration) {
	g.t.Helper()
	g.clinic.chaos.took(g.t, "two servers forward together", "500 ms", together(g.ears()...), bound)
}

// stick makes everybody keep every connection they ever had, and send on all
// of them: a stale owner has everything it needs to go on.
func (g *group) stick() {
	for _, p := range g.people {
		p.mu.Lock()
		p.sticky = true
		p.mu.Unlock()
	}
}

func ownerKilled(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 2})
	g := f.decided()
	g.reset()
	f.owner().kill()
	g.whole(2 * patience)
	if gap := g.record("longest gap in the sound", "p95 < 3 s"); gap > 15*time.Second {
		t.Errorf("a gap of %v", gap)
	}
	g.rules()
	g.once(1)
}

// ownersKilled: the room goes from one server to the next and back, each time
// with all that was decided.
func ownersKilled(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 2})
	g := f.decided()
	for range 3 {
		g.reset()
		dead := f.owner()
		dead.kill()
		g.whole(2 * patience)
		g.record("longest gap in the sound", "p95 < 3 s")
		dead.start()
		f.meet()
		g.rules()
	}
	g.once(1)
}

// ownerFrozen resumes the owner after a time, or, with 0, once another server
// has its room.
func ownerFrozen(t *testing.T, c *chaos, length time.Duration) {
	f := c.open(t, plan{servers: 2})
	g := f.decided()
	g.stick()
	g.reset()
	owner := f.owner()
	index := f.index(owner)
	thaw := owner.freeze()
	time.Sleep(length)
	next := f.besides(owner)[0]
	for began := time.Now(); length == 0 && next.metric("hearth_rooms") < 1; time.Sleep(50 * time.Millisecond) {
		if time.Since(began) > 2*patience {
			t.Fatal("nobody takes the room over")
		}
	}
	taken := next.metric("hearth_rooms") > 0
	thaw()
	thawed := sfutest.Now()
	g.whole(2 * patience)
	time.Sleep(time.Second) // for a stale owner to show itself
	g.record("longest gap in the sound", "-")
	if taken {
		stale := time.Duration(0)
		for _, e := range g.ears() {
			if made := e.through(index); made > thawed {
				stale = max(stale, time.Duration(made-thawed))
			}
		}
		c.took(t, "the stale owner forwards after it is resumed", "500 ms", stale, togetherBound)
	}
	g.oneForwards(togetherBound)
	g.rules()
	g.once(1)
}

func ownerStarved(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 2})
	g := f.decided()
	g.stick()
	g.reset()
	owner := f.owner()
	feed := owner.starve()
	time.Sleep(10 * time.Second)
	feed()
	g.whole(2 * patience)
	g.record("longest gap in the sound", "-")
	g.oneForwards(togetherBound)
	g.rules()
	g.once(1)
	if f.owner() != owner {
		t.Error("a slow server has lost its room")
	}
}

// index is the number of a server.
func (f *clinic) index(s *server) int {
	for i, other := range f.servers {
		if other == s {
			return i
		}
	}
	return -1
}
