package main

import (
	"strings"
	"testing"
	"time"

	"hearth/room/sfu/sfutest"
)

// What happens to Redis, and nobody in the circle hears of.
var redisFaults = []fault{
	{"Redis killed, back with its data", false, func(t *testing.T, c *chaos) {
		redisFault(t, c, true, "degraded", func(f *clinic) (heal func()) {
			f.redis.kill()
			return f.redis.start
		})
	}},
	{"Redis killed, back empty", true, func(t *testing.T, c *chaos) {
		redisFault(t, c, false, "degraded", func(f *clinic) (heal func()) {
			f.redis.kill()
			return f.redis.start
		})
	}},
	{"Redis frozen", false, func(t *testing.T, c *chaos) {
		redisFault(t, c, false, "degraded", func(f *clinic) (heal func()) { return f.redis.freeze() })
	}},
	{frozenLong, false, func(t *testing.T, c *chaos) {
		redisFault(t, c, false, "degraded", func(f *clinic) (heal func()) { return f.redis.freeze() })
	}},
	{"Redis slow: 0.2 s an answer", false, func(t *testing.T, c *chaos) { redisSlow(t, c, 100*time.Millisecond, "ok") }},
	{"Redis slow: 2 s an answer", false, func(t *testing.T, c *chaos) { redisSlow(t, c, time.Second, "degraded") }},
	{"Redis read-only", false, func(t *testing.T, c *chaos) {
		redisFault(t, c, false, "degraded", func(f *clinic) (heal func()) {
			f.redis.must("replicaof", "127.0.0.1", "1") // a master that is not there
			return func() { f.redis.must("replicaof", "no", "one") }
		})
	}},
	{"Redis full", false, func(t *testing.T, c *chaos) {
		redisFault(t, c, false, "ok", func(f *clinic) (heal func()) {
			f.redis.must("config", "set", "maxmemory", "1")
			return func() { f.redis.must("config", "set", "maxmemory", "0") }
		})
	}},
}

func redisSlow(t *testing.T, c *chaos, each time.Duration, ready string) {
	redisFault(t, c, false, ready, func(f *clinic) (heal func()) {
		for _, s := range f.servers {
			s.db.slow(each)
		}
		return func() {
			for _, s := range f.servers {
				s.db.pass()
			}
		}
	})
}

// redisFault: a circle goes on while Redis does not work, and a facilitator's
// commands do. Meanwhile the server says degraded of itself, and no load balancer
// takes it away; or ok, where Redis takes what it has to. Afterwards Redis knows
// what it has to know.
func redisFault(t *testing.T, c *chaos, keep bool, ready string, begin func(*clinic) (heal func())) {
	f := c.open(t, plan{servers: 1, keep: keep})
	g := f.gather("evening", "Maple", "Finch", "River")
	maple, river := g.people[1], g.people[3]
	f.redis.until("hearth:{evening}:seats:patient")
	g.reset()
	heal := begin(f)
	time.Sleep(500 * time.Millisecond)
	g.commandsWork(maple, river)
	time.Sleep(c.faultLength() - 500*time.Millisecond)
	f.servers[0].readyAs(ready)
	heal()
	healed := time.Now()
	for f.redis.seats("evening") != "3" || !strings.Contains(f.redis.say("--scan"), "hearth:{evening}:removed") {
		if time.Since(healed) > patience {
			t.Fatalf("Redis knows %s seats; its keys: %s", f.redis.seats("evening"), f.redis.say("--scan"))
		}
		time.Sleep(20 * time.Millisecond)
	}
	c.took(t, "Redis knows seats and removals again", "3 s", time.Since(healed), patience)
	g.whole(patience)
	if gap := g.record("longest gap in the sound", "none"); gap > 2*time.Second {
		t.Errorf("a gap of %v", gap)
	}
	g.rules()
	g.once(1)
	f.servers[0].readyAs("ok")
}

// faultLength is for how long Redis does not work: longer than a lease, where
// there is time for it.
func (c *chaos) faultLength() time.Duration {
	switch {
	case *chaosRuns == 0:
		return 3 * time.Second
	case c.fault == frozenLong:
		return 10 * time.Minute
	}
	return 10 * time.Second
}

// commandsWork mutes one person, removes another and lets a third one in, and
// notes how long that took.
func (g *group) commandsWork(muted, removed *person) {
	g.t.Helper()
	c := g.clinic.chaos
	began, said := time.Now(), sfutest.Now()
	g.mute(muted, true)
	c.took(g.t, "mute, until it is answered", "50 ms", time.Since(began), 3*time.Second)
	began = time.Now()
	g.remove(removed, "session")
	for removed.ended() != "removed" {
		if time.Since(began) > patience {
			g.t.Fatalf("%s was not told: %q", removed.name, removed.ended())
		}
		time.Sleep(time.Millisecond)
	}
	c.took(g.t, "remove, until the person is out", "500 ms", time.Since(began), 5*time.Second)
	began = time.Now()
	p := g.add(0, "Fern")
	for !p.ear.fresh(began, g.ada.tag) {
		if time.Since(began) > patience {
			g.t.Fatal("nothing is heard by who came in")
		}
		time.Sleep(time.Millisecond)
	}
	c.took(g.t, "join, from hello to the first sound", "1.5 s", time.Since(began), 10*time.Second)
	newest := said
	for _, e := range g.ears() {
		newest = max(newest, e.of(muted.tag, false))
	}
	c.took(g.t, "mute, newest sound that came through", "50 ms", time.Duration(newest-said), time.Second)
}
