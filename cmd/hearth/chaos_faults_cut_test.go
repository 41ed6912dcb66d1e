package main

import (
	"testing"
	"time"
)

// What happens to the wires between servers, and between them and Redis.
var cutFaults = []fault{
	{"owner cut from Redis", false, ownerWithoutRedis},
	{"owner refused by Redis", false, ownerRefusedByRedis},
	{"owner cut from its peers", false, ownerWithoutPeers},
	{"owner cut from both", false, ownerWithoutBoth},
	{"the other server cut from Redis", false, otherWithoutRedis},
	{"Redis away for all servers", false, redisAwayForAll},
	{"Redis back empty, for two servers", false, emptyForTwo},
	{"Redis fails over to a replica that lost writes", false, writesLost},
}

func ownerWithoutRedis(t *testing.T, c *chaos) {
	cutFromRedis(t, c, func(f *clinic, owner *server) { owner.db.silence() })
}

func ownerRefusedByRedis(t *testing.T, c *chaos) {
	cutFromRedis(t, c, func(f *clinic, owner *server) { owner.db.refuse() })
}

func otherWithoutRedis(t *testing.T, c *chaos) {
	cutFromRedis(t, c, func(f *clinic, owner *server) { f.besides(owner)[0].db.silence() })
}

func redisAwayForAll(t *testing.T, c *chaos) {
	cutFromRedis(t, c, func(f *clinic, owner *server) {
		for _, s := range f.servers {
			s.db.silence()
		}
	})
}

// cutFromRedis: longer than a lease without Redis, for some. Its peers tell
// whose the room is; nothing is heard of it, and who comes to the other server
// comes into the same room.
func cutFromRedis(t *testing.T, c *chaos, cut func(f *clinic, owner *server)) {
	f := c.open(t, plan{servers: 2})
	g := f.decided()
	owner := f.owner()
	other := f.index(f.besides(owner)[0])
	g.reset()
	cut(f, owner)
	time.Sleep(8 * time.Second)
	began := time.Now()
	p := g.add(other, "Fern")
	c.took(t, "join through the other server", "1.5 s", time.Since(began), 10*time.Second)
	g.once(1)
	for _, s := range f.servers {
		s.db.pass()
	}
	time.Sleep(3 * time.Second) // for a thief to show itself
	g.whole(2 * patience)
	if gap := g.record("longest gap in the sound", "none"); gap > 2*time.Second {
		t.Errorf("a gap of %v", gap)
	}
	g.oneForwards(togetherBound)
	g.rules()
	g.once(1)
	if f.owner() != owner {
		t.Error("the room has moved")
	}
	g.remove(p, "session")
}

// ownerWithoutPeers: Redis says that the owner lives, so nobody steals; who
// was connected through the other server comes to the owner itself.
func ownerWithoutPeers(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 2})
	g := f.decided()
	owner := f.owner()
	g.reset()
	for _, s := range f.servers {
		s.inner.silence()
	}
	time.Sleep(10 * time.Second)
	g.once(1)
	for _, s := range f.servers {
		s.inner.pass()
	}
	g.whole(2 * patience)
	if gap := g.record("longest gap in the sound", "none"); gap > 2*time.Second {
		t.Errorf("a gap of %v", gap)
	}
	g.oneForwards(togetherBound)
	g.rules()
	g.once(1)
	if f.owner() != owner {
		t.Error("the room has moved")
	}
}

// ownerWithoutBoth: it cannot know whether it was given up, and falls silent
// before the other server goes on.
func ownerWithoutBoth(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 2})
	g := f.decided()
	g.stick()
	owner := f.owner()
	other := f.besides(owner)[0]
	g.reset()
	owner.db.silence()
	owner.inner.silence()
	other.inner.silence()
	for began := time.Now(); other.metric("hearth_rooms") < 1; time.Sleep(50 * time.Millisecond) {
		if time.Since(began) > 2*patience {
			t.Fatal("the other server does not take the room over")
		}
	}
	g.whole(2 * patience)
	g.record("longest gap in the sound", "-")
	owner.db.pass()
	owner.inner.pass()
	other.inner.pass()
	time.Sleep(3 * time.Second)
	g.whole(2 * patience)
	g.oneForwards(togetherBound)
	g.rules()
	g.once(1)
}

// emptyForTwo: people come to both servers while nothing is known. Nobody
// splits the circle.
func emptyForTwo(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 2})
	g := f.decided()
	g.reset()
	f.redis.kill()
	time.Sleep(2 * time.Second)
	f.redis.start()
	began := time.Now()
	p := g.add(f.index(f.besides(f.owner())[0]), "Fern") // at once
	for f.redis.seats("evening") != "3" {
		if time.Since(began) > patience {
			t.Fatalf("Redis knows %s seats", f.redis.seats("evening"))
		}
		time.Sleep(20 * time.Millisecond)
	}
	c.took(t, "Redis knows all seats again", "3 s", time.Since(began), patience)
	g.whole(patience)
	if gap := g.record("longest gap in the sound", "none"); gap > 2*time.Second {
		t.Errorf("a gap of %v", gap)
	}
	g.oneForwards(togetherBound)
	g.rules()
	g.once(1)
	g.remove(p, "session")
}

// writesLost: the replica knows nothing of a removal and of a room. Both are
// put back by who knows of them, and nobody gets a second copy.
func writesLost(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 2})
	g := f.decided()
	replica := f.redis.replica()
	replica.must("replicaof", "no", "one") // from here on it misses everything
	g.remove(g.people[2], "group")
	late := f.gather("late", "Birch")
	g.reset()
	late.reset()
	f.redis.kill()
	for _, s := range f.servers {
		s.db.lead(replica.addr)
	}
	began := time.Now()
	for i := range f.servers {
		late.add(i, []string{"Aspen", "Heron"}[i]) // into the room nobody in Redis knows of
	}
	f.redis = replica
	for f.redis.seats("late") != "3" || f.redis.seats("evening") != "1" {
		if time.Since(began) > patience {
			t.Fatalf("the replica knows %s and %s seats", f.redis.seats("late"), f.redis.seats("evening"))
		}
		time.Sleep(20 * time.Millisecond)
	}
	c.took(t, "the replica knows all seats again", "3 s", time.Since(began), patience)
	for _, g := range []*group{g, late} {
		g.whole(patience)
		if gap := g.record("longest gap in the sound", "none"); gap > 2*time.Second {
			t.Errorf("a gap of %v", gap)
		}
		g.oneForwards(togetherBound)
		g.rules()
	}
	g.once(2)
}
