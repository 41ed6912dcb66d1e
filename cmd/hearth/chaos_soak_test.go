package main

import (
	"math/rand/v2"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// trouble is one thing that goes wrong for a while. It returns what ends it.
type trouble struct {
	name  string
	moves bool // rooms may be handed over, while both servers forward for a moment
	begin func(f *clinic, s *server) (end func())
}

// troubles are what the soak chooses from; s is any server.
var troubles = []trouble{
	{"server killed", false, func(f *clinic, s *server) func() { s.kill(); return s.start }},
	{"server frozen", false, func(f *clinic, s *server) func() { return s.freeze() }},
	{"server starved", false, func(f *clinic, s *server) func() { return s.starve() }},
	{"server drained", true, func(f *clinic, s *server) func() {
		s.term()
		return func() { s.ends(2 * patience); s.start() }
	}},
	{"cut from Redis", false, func(f *clinic, s *server) func() { s.db.silence(); return s.db.pass }},
	{"refused by Redis", false, func(f *clinic, s *server) func() { s.db.refuse(); return s.db.pass }},
	{"cut from its peers", false, func(f *clinic, s *server) func() { s.inner.silence(); return s.inner.pass }},
	{"cut from both", false, func(f *clinic, s *server) func() {
		s.inner.silence()
		s.db.silence()
		return func() { s.inner.pass(); s.db.pass() }
	}},
	{"sockets reset", false, func(f *clinic, s *server) func() { s.front.reset(); return func() {} }},
	{"sockets half-open", false, func(f *clinic, s *server) func() { s.front.silence(); return s.front.pass }},
	{"Redis killed", false, func(f *clinic, s *server) func() { f.redis.kill(); return f.redis.start }},
	{"Redis frozen", false, func(f *clinic, s *server) func() { return f.redis.freeze() }},
	{"Redis slow", false, func(f *clinic, s *server) func() {
		for _, s := range f.servers {
			s.db.slow(150 * time.Millisecond)
		}
		return func() {
			for _, s := range f.servers {
				s.db.pass()
			}
		}
	}},
}

// calmEvery is after how many troubles everything has to be as it should be.
const calmEvery = 4

// In the soak a circle has three seats for patients, of which two are taken: more
// people knock than there is room for. A lost seat is kept for as long as a fault
// and its recovery may take.
const (
	soakSeats = 3
	soakGrace = 20 * time.Second
)

// soak makes random trouble every few seconds for four rooms on two servers, in
// which people come and go, and looks now and then whether the rules hold.
func soak(t *testing.T, shared *chaos, length time.Duration) {
	c := *shared
	c.fault = "soak of random faults"
	defer func() { c.table.ended(c.fault, t.Failed()) }()
	f := c.open(t, plan{servers: 2, keep: true, vars: map[string]string{"PATIENTS": strconv.Itoa(soakSeats), "GRACE": soakGrace.String()}})
	var idle [2]float64
	var calm [2]footprint
	for i, s := range f.servers {
		idle[i] = s.metric("go_goroutines")
	}
	var groups []*group
	for i := range 4 {
		g := f.gatherAt(i%2, "evening"+strconv.Itoa(i), "Maple", "Finch", "River")
		g.mute(g.people[1], true)
		g.remove(g.people[3], "group")
		groups = append(groups, g)
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for end, round := time.Now().Add(length), 1; time.Now().Before(end); round++ {
		c.calmAfter(t, f, groups, random, round)
		for i, s := range f.servers {
			calm[i].note(s)
		}
	}
	for _, g := range groups {
		for _, p := range g.people {
			p.close()
		}
	}
	for i, s := range f.servers {
		s.settles(t, idle[i]+20, calm[i].allowed(s))
		t.Logf("%s: %v goroutines, %v when it was new; %v MB, %v in the first calm of this process, of %d", s.name, s.metric("go_goroutines"), idle[i],
			s.metric("process_resident_memory_bytes")/(1<<20), calm[i].memory/(1<<20), calm[i].rounds)
	}
}

// footprint is the memory of a server in the first calm after its last start.
type footprint struct {
	process *exec.Cmd
	memory  float64
	rounds  int // calms of this process
}

// note is called in every calm.
func (m *footprint) note(s *server) {
	if now := s.metric("process_resident_memory_bytes"); s.cmd != m.process && now > 0 {
		*m = footprint{process: s.cmd, memory: now}
	}
	m.rounds++
}

// allowed is what it may take in the end, when everybody has gone: more is what
// each round has left behind.
func (m *footprint) allowed(s *server) float64 {
	most := 256.0 * (1 << 20)
	if s.cmd != m.process {
		return most
	}
	return min(1.5*m.memory+24<<20, most)
}

// calmAfter makes some trouble, and waits for the calm after it.
func (c *chaos) calmAfter(t *testing.T, f *clinic, groups []*group, random *rand.Rand, round int) {
	t.Helper()
	free := groups[round%len(groups)].drops("Willow")
	var crowds []*crowd
	for _, g := range groups {
		g.reset()
		crowds = append(crowds, g.crowd())
	}
	defer func() { // where the test has failed
		for _, crowd := range crowds {
			crowd.end()
			crowd.work.Wait()
		}
	}()
	gaps := make([]longest, len(groups))
	bound := togetherBound
	for range calmEvery {
		what, s := troubles[random.IntN(len(troubles))], f.servers[random.IntN(len(f.servers))]
		if what.moves {
			bound = 10 * time.Second
		}
		length := time.Duration(random.Int64N(int64(5 * time.Second)))
		t.Logf("round %d: %s, %s, for %v", round, what.name, s.name, length.Round(time.Millisecond))
		end := what.begin(f, s)
		time.Sleep(length)
		end()
		time.Sleep(time.Duration(random.Int64N(int64(3 * time.Second))))
		for i, g := range groups {
			gaps[i].note(g.gap(), what.name)
		}
	}
	began := time.Now()
	for _, g := range groups {
		g.whole(3 * patience)
	}
	c.table.took(c.fault, "everybody heard again, after four faults", "-", time.Since(began))
	for i, g := range groups {
		gaps[i].note(g.record("longest gap in the sound over four faults", "-"), "the calm after them")
		if gaps[i].gap > mediaLag { // or it is the machine's
			c.table.took(c.fault, "the same, where it came with: "+gaps[i].during, "-", gaps[i].gap)
		}
		t.Logf("round %d: the longest gap of %s, %v, came with: %s", round, g.room, gaps[i].gap.Round(time.Millisecond), gaps[i].during)
	}
	free(soakGrace + 15*time.Second)
	for i, g := range groups {
		crowds[i].stop(soakSeats)
		g.oneForwards(bound)
		g.rules()
		g.heldSeats(len(g.people) - 1)
	}
	groups[0].once(len(groups))
}

// longest is the longest gap of a group, and with which fault it came: while it
// lasted, or before the next one.
type longest struct {
	gap    time.Duration
	during string
}

// note takes the longest gap until now.
func (l *longest) note(gap time.Duration, during string) {
	if gap > l.gap {
		l.gap, l.during = gap, during
	}
}

// heldSeats waits until Redis has so many patients' seats: those of who left or
// dropped are free there, too.
func (g *group) heldSeats(want int) {
	g.t.Helper()
	for deadline := time.Now().Add(2 * patience); g.clinic.redis.alive(g.room) != want; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			g.t.Fatalf("%s: Redis holds %d patients' seats, not %d", g.room, g.clinic.redis.alive(g.room), want)
		}
	}
}
