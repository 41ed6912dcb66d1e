package main

import (
	"slices"
	"testing"
	"time"

	"hearth/room"
	"hearth/signaling/token"
)

// What happens to one person's way to the server.
var linkFaults = []fault{
	{"sound and picture half-open", false, mediaHalfOpen},
	{"a laptop sleeps for 40 s", false, laptopSleeps},
	{"a laptop sleeps longer than the grace", false, laptopSleepsLong},
}

// mediaHalfOpen: the packets of one person are lost both ways while the socket
// lives, for ten seconds. Nobody else is concerned.
func mediaHalfOpen(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 1, pond: true})
	g := f.decided()
	s := f.servers[0]
	others := slices.Clone(g.people)
	mark := s.pond.mark()
	p := g.add(0, "Fern")
	g.whole(patience)
	g.reset()
	restarts, tries := s.metric("hearth_media_restarts_total"), p.tries.Load()
	find := s.pond.lose(mark)
	began := time.Now()
	for s.metric("hearth_media_restarts_total") <= restarts {
		if time.Since(began) > patience {
			t.Fatal("no restart was asked for")
		}
		time.Sleep(10 * time.Millisecond)
	}
	c.took(t, "found: a restart is answered", "2 s", time.Since(began), 8*time.Second)
	if p.tries.Load() != tries {
		t.Error("the socket was lost, too: this proves nothing")
	}
	time.Sleep(10*time.Second - time.Since(began))
	gap := time.Duration(0)
	for _, one := range others {
		for _, other := range others {
			if one != other && g.quiet[other] == 0 {
				gap = max(gap, one.ear.gap(other.tag))
			}
		}
	}
	c.took(t, "longest gap in the sound of all others", "none", gap, 2*time.Second)
	find()
	c.took(t, "from the end of ten seconds until all is heard", "-", g.whole(2*patience), 2*patience)
	g.rules()
	g.once(1)
}

// sleeps lets a laptop into a circle, and waits until it is heard.
func (f *clinic) sleeps(g *group) (l *sleeper, seat int, tag uint32) {
	f.t.Helper()
	tag = f.tag()
	l = f.laptop(g.room, token.RolePatient, "Willow", tag)
	g.admits(l)
	l.until("sound", sleeperState.hears)
	g.hearsAll(tag)
	return l, l.now().Seat, tag
}

// admits lets a laptop in.
func (g *group) admits(l *sleeper) {
	g.t.Helper()
	l.until("the waiting room", func(s sleeperState) bool { return s.Stage == room.Waiting })
	id := l.now().ID
	g.ada.until("the knock of a laptop", func(v room.View) bool {
		return slices.ContainsFunc(v.Waiting, func(w room.Guest) bool { return w.ID == id })
	})
	g.ada.must("admit", "guest", id)
}

// hearsAll waits until everybody hears somebody.
func (g *group) hearsAll(tag uint32) {
	g.t.Helper()
	began := time.Now()
	for _, p := range g.people {
		for !p.ear.fresh(began, tag) {
			if time.Since(began) > patience {
				g.t.Fatalf("%s does not hear the laptop", p.name)
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
}

// on is the seat of that number as the facilitator sees it; nil for none.
func (g *group) on(number int) *room.Seat {
	for _, s := range g.ada.view().Seats {
		if s.Seat == number {
			return &s
		}
	}
	return nil
}

// laptopSleeps: within the grace, the person comes back to the seat, and nobody
// lets them in again.
func laptopSleeps(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 1})
	g := f.decided()
	l, seat, tag := f.sleeps(g)
	g.reset()
	l.sleep()
	began := time.Now()
	for s := g.on(seat); s != nil && s.State == "here"; s = g.on(seat) {
		if time.Since(began) > 2*patience {
			t.Fatal("the server has not found out")
		}
		time.Sleep(20 * time.Millisecond)
	}
	c.took(t, "the others are told", "-", time.Since(began), 30*time.Second)
	time.Sleep(40*time.Second - time.Since(began))
	if s := g.on(seat); s == nil || s.Name != "Willow" {
		t.Errorf("the seat was not kept: %+v", s)
	}
	before := l.now().At
	l.wake()
	c.took(t, "from waking until somebody is heard", "-", l.until("sound after a sleep", func(s sleeperState) bool { return s.At > before+1 && s.hears() }), 2*patience)
	g.hearsAll(tag)
	if now := l.now().Seat; now != seat {
		t.Errorf("seat %d, was %d", now, seat)
	}
	if gap := g.record("longest gap in the sound of all others", "none"); gap > 2*time.Second {
		t.Errorf("a gap of %v", gap)
	}
	g.unheard()
	g.heldOff()
	g.stayOut()
}

// laptopSleepsLong: beyond the grace, which is half a minute here, the seat is
// free and somebody else gets it. Who wakes is let in again, or is not.
func laptopSleepsLong(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 1, vars: map[string]string{"GRACE": "20s", "PATIENTS": "3"}})
	g := f.gather("evening", "Maple", "Finch")
	l, seat, tag := f.sleeps(g)
	g.reset()
	l.sleep()
	began := time.Now()
	for g.on(seat) != nil {
		if time.Since(began) > time.Minute {
			t.Fatal("the seat is kept for ever")
		}
		time.Sleep(20 * time.Millisecond)
	}
	c.took(t, "the seat is free, with a grace of 20 s", "35 s", time.Since(began), 45*time.Second)
	fern := g.add(0, "Fern") // the last seat
	if g.seats[fern] != seat {
		t.Errorf("Fern sits on %d, not on %d", g.seats[fern], seat)
	}
	g.whole(patience)
	before := l.now().At
	l.wake()
	l.until("an answer", func(s sleeperState) bool { return s.At > before+1 && (s.Stage != room.Seated || s.Bye != "") })
	t.Logf("who slept too long: %+v", l.now())
	time.Sleep(time.Second)
	for _, p := range g.people {
		if made := p.ear.of(tag, false); made > 0 && p.ear.fresh(began.Add(25*time.Second), tag) {
			t.Errorf("%s hears who slept too long", p.name)
		}
	}
	g.rules()
	if gap := g.record("longest gap in the sound of all others", "none"); gap > 2*time.Second {
		t.Errorf("a gap of %v", gap)
	}
}
