package main

import (
	"testing"
	"time"
)

// What happens to one server alone, and to the sockets that lead to it.
var aloneFaults = []fault{
	{"server killed, and started again", false, killedAndStarted},
	{"SIGTERM, and started again", false, endedAndStarted},
	{"SIGTERM twice", true, endedTwice},
	{"all sockets reset at once", false, socketsReset},
	{"all sockets half-open", false, socketsHalfOpen},
	{"everybody drops and returns at once", false, everybodyDrops},
}

// decided is a circle in which a facilitator has decided about everybody: one
// is held, one is not seen, one is out.
func (f *clinic) decided() *group {
	f.t.Helper()
	g := f.gather("evening", "Maple", "Finch", "River")
	g.mute(g.people[1], true)
	g.hide(g.people[2])
	g.remove(g.people[3], "session")
	g.whole(patience)
	return g
}

func killedAndStarted(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 1, keep: true})
	g := f.decided()
	g.reset()
	f.servers[0].kill()
	f.servers[0].start()
	served := time.Now()
	g.whole(2 * patience)
	g.record("longest gap in the sound", "-")
	c.took(t, "everybody heard again, from the start", "-", time.Since(served), 2*patience)
	g.rules()
	g.once(1)
}

func endedAndStarted(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 1, keep: true})
	g := f.decided()
	g.reset()
	f.servers[0].term()
	c.took(t, "the process has ended", "10 s", f.servers[0].ends(2*patience), 2*patience)
	f.servers[0].start()
	g.whole(2 * patience)
	g.record("longest gap in the sound", "-")
	g.rules()
	g.once(1)
}

func endedTwice(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 1, keep: true})
	f.gather("evening", "Maple")
	thaw := f.redis.freeze() // or the first one would be enough
	defer thaw()
	f.servers[0].term()
	time.Sleep(100 * time.Millisecond)
	f.servers[0].term()
	c.took(t, "the process has ended", "10 s", f.servers[0].ends(15*time.Second), 10*time.Second)
}

// socketsReset: the sockets alone are lost. Nobody hears of it.
func socketsReset(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 1})
	g := f.decided()
	g.reset()
	for range 3 {
		c.took(t, "all sockets are back", "-", g.returns(func() { f.servers[0].front.reset() }), patience)
	}
	g.whole(patience)
	if gap := g.record("longest gap in the sound", "none"); gap > 2*time.Second {
		t.Errorf("a gap of %v", gap)
	}
	g.rules()
}

// returns waits until everybody has come back with their ticket after something
// has happened to all of them at the first server.
func (g *group) returns(happens func()) time.Duration {
	g.t.Helper()
	s := g.clinic.servers[0]
	want := s.metric("hearth_resumes_total") + float64(len(g.people))
	began := time.Now()
	happens()
	for s.metric("hearth_resumes_total") < want {
		if time.Since(began) > 2*patience {
			g.t.Fatal("not everybody came back")
		}
		time.Sleep(20 * time.Millisecond)
	}
	return time.Since(began)
}

// socketsHalfOpen: nothing passes, and nobody is told.
func socketsHalfOpen(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 1})
	g := f.decided()
	g.reset()
	began := time.Now()
	f.servers[0].front.silence()
	for f.servers[0].metric("hearth_sockets") != 0 {
		if time.Since(began) > 2*patience {
			t.Fatal("the server has not found out")
		}
		time.Sleep(50 * time.Millisecond)
	}
	c.took(t, "the server has given them up", "15 s", time.Since(began), 30*time.Second)
	g.returns(f.servers[0].front.pass)
	g.whole(2 * patience)
	if gap := g.record("longest gap in the sound", "none"); gap > 2*time.Second {
		t.Errorf("a gap of %v", gap)
	}
	g.rules()
}

// everybodyDrops: sockets and media, five times. Nothing piles up.
func everybodyDrops(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 1})
	g := f.decided()
	s := f.servers[0]
	goroutines, memory := s.metric("go_goroutines"), s.metric("process_resident_memory_bytes")
	for range 5 {
		g.reset()
		for _, p := range g.people {
			p.path().Close()
		}
		g.returns(func() { s.front.reset() })
		g.whole(2 * patience)
		g.record("longest gap in the sound", "-")
	}
	g.rules()
	s.settles(t, goroutines+10, memory+64<<20)
}

// settles waits until no more goroutines run than were allowed, and no more
// memory is taken, in bytes.
func (s *server) settles(t *testing.T, goroutines, memory float64) {
	t.Helper()
	for deadline := time.Now().Add(2 * patience); ; time.Sleep(200 * time.Millisecond) {
		n, m := s.metric("go_goroutines"), s.metric("process_resident_memory_bytes")
		if n > 0 && n <= goroutines && m <= memory {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: %v goroutines, allowed %v; %v MB, allowed %v", s.name, n, goroutines, m/(1<<20), memory/(1<<20))
		}
	}
}
