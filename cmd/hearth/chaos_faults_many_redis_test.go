package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// What happens where Redis is several processes: the one that has the data is
// killed, and a replica takes its place.
var manyRedisFaults = []fault{
	{"Sentinel: the primary killed", false, func(t *testing.T, c *chaos) { primaryKilled(t, c, sentinelGroup(t)) }},
	{"Redis Cluster: the primary of the room killed", false, func(t *testing.T, c *chaos) { primaryKilled(t, c, clusterGroup(t, "{evening}")) }},
	{"Redis Cluster: the primary of the nodes killed", false, func(t *testing.T, c *chaos) { primaryKilled(t, c, clusterGroup(t, "{nodes}")) }},
}

// redisGroup is several Redis at one address, and what fails in it.
type redisGroup struct {
	address string // as HEARTH_REDIS_URL has it
	first   *store // the one that knows the room "evening"
	dies    *store
	follows *store // takes the place of the one that dies
}

// sentinelGroup is a primary, a replica of it, and a Sentinel that watches both.
func sentinelGroup(t *testing.T) *redisGroup {
	t.Helper()
	primary := openStore(t, false)
	replica := primary.replica()
	host, port, _ := net.SplitHostPort(primary.addr)
	dir := t.TempDir()
	conf := filepath.Join(dir, "sentinel.conf")
	text := fmt.Sprintf("sentinel monitor hearth %s %s 1\nsentinel down-after-milliseconds hearth 500\nsentinel failover-timeout hearth 5000\n", host, port)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	guard := startStore(&store{t: t, addr: freeAddr(t), dir: dir, more: []string{conf, "--sentinel"}})
	guard.says("the Sentinel knows the replica", "slaves=1", "info", "sentinel")
	return &redisGroup{address: "redis://" + guard.addr + "?master=hearth", first: primary, dies: primary, follows: replica}
}

// clusterGroup is a Redis Cluster of three primaries, with a replica of the one that
// has the keys of a hash tag.
func clusterGroup(t *testing.T, tag string) *redisGroup {
	t.Helper()
	var all []*store
	for range 4 {
		_, bus, _ := net.SplitHostPort(freeAddr(t))
		all = append(all, startStore(&store{t: t, addr: freeAddr(t), dir: t.TempDir(), more: []string{
			"--cluster-enabled", "yes", "--cluster-port", bus, "--cluster-node-timeout", "1000",
			"--cluster-require-full-coverage", "no", "--cluster-replica-validity-factor", "0"}}))
	}
	primaries, replica := all[:3], all[3]
	for i, s := range primaries {
		s.must("cluster", "addslotsrange", strconv.Itoa(i*16384/3), strconv.Itoa((i+1)*16384/3-1))
	}
	for _, s := range all[1:] {
		host, port, _ := net.SplitHostPort(s.addr)
		primaries[0].must("cluster", "meet", host, port, s.more[3])
	}
	dies := primaries[primaries[0].holder(tag)]
	id := dies.say("cluster", "myid")
	for began := time.Now(); !strings.HasPrefix(replica.say("cluster", "replicate", id), "OK"); time.Sleep(50 * time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatal("the replica does not know its primary")
		}
	}
	for _, s := range all {
		s.says("the cluster is whole", "cluster_slots_ok:16384", "cluster", "info")
		s.says("the cluster is up", "cluster_state:ok", "cluster", "info")
	}
	replica.says("the replica follows", "master_link_status:up", "info", "replication")
	g := &redisGroup{first: primaries[primaries[0].holder("{evening}")], dies: dies, follows: replica}
	g.address = "redis://" + primaries[0].addr + "," + primaries[1].addr + "," + primaries[2].addr + "?cluster=true"
	return g
}

// holder is which of three primaries has the keys of a hash tag.
func (s *store) holder(tag string) int {
	slot, err := strconv.Atoi(s.say("cluster", "keyslot", tag))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := range 3 {
		if slot < (i+1)*16384/3 {
			return i
		}
	}
	return 2
}

// says waits until the answer to a command holds a word.
func (s *store) says(what, word string, args ...string) {
	s.t.Helper()
	for began := time.Now(); !strings.Contains(s.say(args...), word); time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > patience {
			s.t.Fatalf("never: %s: %s", what, s.say(args...))
		}
	}
}

// primaryKilled: nobody hears of it, facilitators' commands work at once, and what
// they did meanwhile is known to the replica once it is the primary.
func primaryKilled(t *testing.T, c *chaos, r *redisGroup) {
	f := c.open(t, plan{servers: 2, redis: r})
	g := f.gather("evening", "Maple", "Finch", "River")
	f.redis.until("hearth:{evening}:seats:patient")
	if r.first == r.dies {
		f.redis = r.follows
		f.redis.until("hearth:{evening}:seats:patient")
	}
	owner := f.owner()
	g.reset()
	began := time.Now()
	r.dies.kill()
	g.commandsWork(g.people[1], g.people[3])
	r.follows.says("the replica is the primary", "role:master", "info", "replication")
	c.took(t, "a replica is the primary: Redis' own time", "-", time.Since(began), 3*patience)
	began = time.Now()
	for f.redis.seats(g.room) != "3" || !strings.Contains(f.redis.say("--scan"), "hearth:{evening}:removed") {
		if time.Since(began) > patience {
			t.Fatalf("Redis knows %s seats; its keys: %s", f.redis.seats(g.room), f.redis.say("--scan"))
		}
		time.Sleep(20 * time.Millisecond)
	}
	c.took(t, "Redis knows seats and removals again", "3 s", time.Since(began), patience)
	time.Sleep(3 * time.Second) // for a thief to show itself
	g.whole(patience)
	if gap := g.record("longest gap in the sound", "none"); gap > 2*time.Second {
		t.Errorf("a gap of %v", gap)
	}
	g.oneForwards(togetherBound)
	g.rules()
	g.once(1)
	if f.owner() != owner {
		t.Error("the room has moved")
	}
	for _, s := range f.servers {
		s.readyAs("ok")
	}
}
