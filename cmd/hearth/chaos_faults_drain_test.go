package main

import (
	"testing"
	"time"
)

// What an operator does to a server in which rooms are live.
var drainFaults = []fault{
	{"drain", true, drained},
	{"drain, with pages that do not know of it", false, drainedUnknowing},
	{"drain, a facilitator acts at once", false, drainedBusy},
	{"drain, when Redis has just stood still for 4 s", false, drainedAfterStill},
	{"rolling restart of three servers", false, rollingRestart},
}

// gapPromise is that of a hand-over.
const gapPromise = "300 ms"

// drain asks a server to end, and waits until its circle is whole elsewhere.
func (g *group) drain(s *server) {
	g.t.Helper()
	moved := map[*person]int32{}
	for _, p := range g.people {
		moved[p] = p.moves.Load()
	}
	s.term()
	g.clinic.chaos.took(g.t, "the process has ended", "10 s", s.ends(2*patience), 20*time.Second)
	g.whole(2 * patience)
	for _, p := range g.people {
		if n := p.moves.Load() - moved[p]; n > 1 {
			g.t.Errorf("%s was moved %d times", p.name, n)
		}
	}
}

func drained(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 2})
	g := f.decided()
	g.reset()
	g.drain(f.owner())
	if gap := g.record("longest gap in the sound", gapPromise); gap > 3*time.Second {
		t.Errorf("a gap of %v", gap)
	}
	c.took(t, "both servers forward", "at most 5 s", together(g.ears()...), 7*time.Second)
	for _, p := range g.people {
		if p.moves.Load() != 1 {
			t.Errorf("%s was moved %d times", p.name, p.moves.Load())
		}
	}
	g.rules()
	g.once(1)
}

// drainedUnknowing: an older page hears "move" and does nothing.
func drainedUnknowing(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 2})
	g := f.decided()
	for _, p := range g.people {
		p.old.Store(true)
	}
	g.reset()
	g.drain(f.owner())
	if gap := g.record("longest gap in the sound", "-"); gap > 15*time.Second {
		t.Errorf("a gap of %v", gap)
	}
	g.rules()
	g.once(1)
}

// drainedBusy: a mute in the middle of a hand-over holds on both sides.
func drainedBusy(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 2})
	g := f.gather("evening", "Maple", "Finch", "River")
	g.reset()
	owner := f.owner()
	owner.term()
	time.Sleep(50 * time.Millisecond)
	began := time.Now()
	g.mute(g.people[1], true)
	c.took(t, "mute, until it is answered and nothing passes", "-", time.Since(began), patience)
	c.took(t, "the process has ended", "10 s", owner.ends(2*patience), 20*time.Second)
	g.whole(2 * patience)
	if gap := g.record("longest gap in the sound", "-"); gap > 5*time.Second {
		t.Errorf("a gap of %v", gap)
	}
	g.rules()
	g.once(1)
}

// drainedAfterStill: no server has heard of another while Redis stood still.
func drainedAfterStill(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 2})
	g := f.decided()
	heal := f.redis.freeze()
	time.Sleep(4 * time.Second)
	g.reset()
	heal()
	g.drain(f.owner())
	if gap := g.record("longest gap in the sound", gapPromise); gap > 3*time.Second {
		t.Errorf("a gap of %v", gap)
	}
	for _, p := range g.people {
		if p.moves.Load() != 1 {
			t.Errorf("%s was moved %d times", p.name, p.moves.Load())
		}
	}
	g.rules()
	g.once(1)
}

func rollingRestart(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 3})
	g := f.decided()
	for _, s := range f.servers {
		g.reset()
		g.drain(s)
		if gap := g.record("longest gap in the sound, each restart", gapPromise); gap > 3*time.Second {
			t.Errorf("a gap of %v", gap)
		}
		s.start()
		f.meet()
		g.rules()
	}
	g.once(1)
}
