package main

import (
	"maps"
	"math/bits"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hearth/room/sfu/sfutest"
)

// ear is what one person hears, over all their connections: for each speaker
// the longest time without a packet of sound, and what came through which server. Safe for concurrent use.
type ear struct {
	mu     sync.Mutex
	since  time.Time       // guarded by mu, as all below; of the last reset
	people map[uint32]*gap // by tag
	seats  map[int]uint32  // who was heard on a seat last
	heard  map[voice]*trace
	pixels map[voice]*trace
	slices map[int64]uint8 // by the time a sound was made, in sliceLength: through which servers it came
}

// sliceLength is how finely it is known who forwarded at a time.
const sliceLength = 50 * time.Millisecond

// gap is the sound of one person.
type gap struct {
	last  time.Time
	worst time.Duration // between two packets
}

// voice is whose sound came through which server.
type voice struct {
	who uint32 // their tag
	via int    // server; -1 where it is not known
}

// trace is the newest moment at which something was made that came; ns of
// sfutest.Now.
type trace struct{ made int64 }

func newEar() *ear {
	e := &ear{}
	e.reset()
	return e
}

// reset forgets everything: what is heard from now on counts. Who was heard
// goes on from their last packet.
func (e *ear) reset() {
	e.mu.Lock()
	defer e.mu.Unlock()
	people := map[uint32]*gap{}
	for who, g := range e.people {
		people[who] = &gap{last: g.last}
	}
	e.since, e.people, e.seats = time.Now(), people, map[int]uint32{}
	e.heard, e.pixels, e.slices = map[voice]*trace{}, map[voice]*trace{}, map[int64]uint8{}
}

// hear takes one packet that came through a server.
func (e *ear) hear(p sfutest.Packet, via int) {
	if p.Repair { // counts as what it repairs
		_, p.Payload, _ = p.Original()
	}
	who, _, known := p.Tag()
	made, _ := p.SentAt()
	e.mu.Lock()
	defer e.mu.Unlock()
	if !known { // redundant sound, say
		who, known = e.seats[p.Seat]
	}
	if !known {
		return
	}
	if p.Video {
		e.trace(e.pixels, voice{who, via}, made)
		return
	}
	e.seats[p.Seat] = who
	e.speaks(who, time.Now())
	e.trace(e.heard, voice{who, via}, made)
	if via >= 0 && made > 0 {
		e.slices[made/int64(sliceLength)] |= 1 << via
	}
}

// trace notes what came. The caller holds mu.
func (e *ear) trace(traces map[voice]*trace, v voice, made int64) {
	t := traces[v]
	if t == nil {
		t = &trace{}
		traces[v] = t
	}
	t.made = max(t.made, made)
}

// speaks notes that somebody is heard now. The caller holds mu.
func (e *ear) speaks(who uint32, now time.Time) {
	g := e.people[who]
	if g == nil {
		g = &gap{last: now}
		e.people[who] = g
	}
	g.worst, g.last = max(g.worst, now.Sub(g.last)), now
}

// gap is the longest silence of a person since they were first heard, the
// present one included.
func (e *ear) gap(who uint32) time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	g := e.people[who]
	if g == nil {
		return 0
	}
	return max(g.worst, time.Since(g.last))
}

// quiet is how long nothing at all was heard.
func (e *ear) quiet() time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	last := e.since
	for _, g := range e.people {
		if g.last.After(last) {
			last = g.last
		}
	}
	return time.Since(last)
}

// fresh says whether somebody was heard after a time.
func (e *ear) fresh(after time.Time, who uint32) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	g := e.people[who]
	return g != nil && g.last.After(after)
}

// of is the newest moment at which something was made that came from a speaker
// since the reset, 0 for nothing: sound, or picture.
func (e *ear) of(who uint32, video bool) (made int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	traces := e.heard
	if video {
		traces = e.pixels
	}
	for s, t := range traces {
		if s.who == who {
			made = max(made, t.made)
		}
	}
	return made
}

// through is the newest moment at which something was made that came through
// a server since the reset, 0 for nothing.
func (e *ear) through(via int) (made int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for s, t := range e.heard {
		if s.via == via {
			made = max(made, t.made)
		}
	}
	return made
}

// forwarded adds through which servers the sound of each time came.
func (e *ear) forwarded(all map[int64]uint8) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for at, servers := range e.slices {
		all[at] |= servers
	}
}

// together is the longest time in which more than one server forwarded, for
// the ears of one room.
func together(ears ...*ear) (longest time.Duration) {
	all := map[int64]uint8{}
	for _, e := range ears {
		e.forwarded(all)
	}
	run, last := time.Duration(0), int64(0)
	for _, at := range slices.Sorted(maps.Keys(all)) {
		if at != last+1 || bits.OnesCount8(all[at]) < 2 {
			run = 0
		}
		if bits.OnesCount8(all[at]) > 1 {
			run += sliceLength
		}
		longest, last = max(longest, run), at
	}
	return longest
}

// TestEar: gaps, silence and forwarders are what they are said to be.
func TestEar(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := newEar(), newEar()
		for range 10 {
			a.speaks(1, time.Now())
			time.Sleep(20 * time.Millisecond)
		}
		time.Sleep(time.Second)
		a.speaks(2, time.Now())
		if got := a.gap(1); got != 1020*time.Millisecond {
			t.Errorf("gap %v", got)
		}
		if got := a.gap(2); got != 0 {
			t.Errorf("gap of the other %v", got)
		}
		if a.quiet() != 0 || b.quiet() != 1200*time.Millisecond {
			t.Errorf("quiet %v and %v", a.quiet(), b.quiet())
		}
		for at := range int64(20) {
			a.slices[at] |= 1
			if at > 11 || at == 3 {
				b.slices[at] |= 2
			}
		}
		if got := together(a, b); got != 8*sliceLength {
			t.Errorf("together %v", got)
		}
		if got := together(a); got != 0 {
			t.Errorf("alone %v", got)
		}
	})
}
