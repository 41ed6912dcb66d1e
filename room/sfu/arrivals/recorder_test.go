package arrivals

import (
	"math/rand/v2"
	"testing"
)

// path is a network between a sender and a Recorder, and the truth about it.
type path struct {
	r     Recorder
	now   int64
	seq   int64           // of the next packet that is sent
	truth map[int64]int64 // arrival in ticks by number, as it would be had it never wrapped
	said  map[int64]int64 // what the reports say
	lost  map[int64]bool
}

func newPath(seq, now int64) *path {
	return &path{seq: seq, now: now, truth: map[int64]int64{}, said: map[int64]int64{}, lost: map[int64]bool{}}
}

// arrive delivers a number now.
func (p *path) arrive(n int64) {
	p.r.Received(uint16(n), 1000, p.now)
	if _, twice := p.truth[n]; !twice {
		p.truth[n] = ticks(p.now)
	}
}

// report takes the messages that are due and files what they say.
func (p *path) report(t *testing.T) (all []report) {
	t.Helper()
	all = drain(t, &p.r, p.now)
	for _, got := range all {
		n := p.seq + int64(int16(got.seq-uint16(p.seq)))
		if !got.arrived {
			p.lost[n] = true
			continue
		}
		if before, ok := p.said[n]; ok && before != got.at {
			t.Fatalf("%d arrived at %d, and then at %d", n, before, got.at)
		}
		p.said[n] = got.at
	}
	return all
}

// check compares what was said with the truth: each packet, each time.
func (p *path) check(t *testing.T) {
	t.Helper()
	if len(p.said) != len(p.truth) {
		t.Errorf("%d of %d packets reported", len(p.said), len(p.truth))
	}
	for n, at := range p.truth {
		if said, ok := p.said[n]; !ok || said != at {
			t.Fatalf("%d arrived at tick %d, reported %v at %d", n, at, ok, said)
		}
	}
	first, last := p.seq, p.seq
	for n := range p.truth {
		first = min(first, n)
	}
	for n := first; n < last; n++ {
		if _, ok := p.truth[n]; !ok && !p.lost[n] {
			t.Fatalf("%d did not arrive, and is not reported lost", n)
		}
	}
}

// TestEveryPacketAndDelta runs a lossy path that reorders and repeats, for
// ten seconds each, across the wrap of the numbers and of the reference time, with
// a clock that starts below zero.
func TestEveryPacketAndDelta(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		loss, reorder := r.Float64()*0.4*float64(seed%3), r.IntN(60)
		p := newPath(65536-int64(r.IntN(2000)), (int64(r.IntN(3))-1)*((1<<24)*64*ms-5000*ms)-int64(r.IntN(1e9)))
		var waiting []int64
		lost := 0
		for range 2000 {
			p.now += int64(r.IntN(int(10 * ms)))
			if r.Float64() >= loss {
				waiting = append(waiting, p.seq)
			} else {
				lost++
			}
			p.seq++
			for len(waiting) > r.IntN(reorder+1) {
				i := r.IntN(len(waiting))
				p.arrive(waiting[i])
				if r.IntN(20) == 0 {
					p.arrive(waiting[i])
				}
				waiting = append(waiting[:i], waiting[i+1:]...)
				p.now += int64(r.IntN(int(ms)))
			}
			if r.IntN(5) == 0 {
				p.report(t)
			}
		}
		p.arrive(p.seq)
		p.now += 600 * ms
		p.report(t)
		p.check(t)
		stats := p.r.Stats()
		if stats.Restarts+stats.Stale+stats.Unreported != 0 || lost > 0 && len(p.lost) == 0 {
			t.Fatalf("seed %d: %+v, %d lost, %d reported", seed, stats, lost, len(p.lost))
		}
	}
}

func TestLatePacketIsReportedAfterAll(t *testing.T) {
	p := newPath(100, 0)
	for _, n := range []int64{100, 101, 103, 104} {
		p.arrive(n)
	}
	p.now += 500 * ms
	if got := p.report(t); len(got) != 5 || got[2].arrived {
		t.Fatalf("reported %v", got)
	}
	p.arrive(102)
	p.now += 500 * ms
	got := p.report(t)
	if len(got) != 3 || got[0].seq != 102 || !got[0].arrived || !got[1].arrived || !got[2].arrived {
		t.Fatalf("reported %v", got)
	}
	p.check(t)
	if p.now += 10_000 * ms; len(p.report(t)) != 0 {
		t.Fatal("reported with nothing to say")
	}
}

func TestDuplicateKeepsItsTime(t *testing.T) {
	p := newPath(7, 1000*ms)
	p.arrive(7)
	p.now += 40 * ms
	p.arrive(7)
	p.now += 500 * ms
	p.report(t)
	p.arrive(7)
	p.check(t)
	if s := p.r.Stats(); s.Duplicate != 2 || s.Messages != 1 {
		t.Fatalf("%+v", s)
	}
}

func TestForwardJump(t *testing.T) {
	p := newPath(10, 0)
	p.arrive(10)
	p.arrive(10 + ringSize) // the furthest that is a loss
	p.now += 500 * ms
	p.seq = 10 + ringSize
	if got := p.report(t); len(got) != ringSize || got[0].seq != 11 || !got[len(got)-1].arrived {
		t.Fatalf("%d reports", len(got))
	}
	p.arrive(10 + 2*ringSize + 1) // too far: it begins anew
	p.now += 500 * ms
	if got := p.report(t); len(got) != 1 || got[0].seq != 10+2*ringSize+1 {
		t.Fatalf("reported %v", got)
	}
	if s := p.r.Stats(); s.Restarts != 1 || s.Unreported != 1 {
		t.Fatalf("%+v", s)
	}
}

func TestNumbersThatStartAnew(t *testing.T) {
	p := newPath(30000, 0)
	p.arrive(30000)
	p.now += 500 * ms
	p.report(t)
	p.seq = 500
	for n := range int64(staleLimit + 4) {
		p.arrive(500 + n)
	}
	p.now += 500 * ms
	got := p.report(t)
	if len(got) != 5 || got[0].seq != 500+staleLimit-1 {
		t.Fatalf("reported %v", got)
	}
	if s := p.r.Stats(); s.Stale != staleLimit || s.Restarts != 1 {
		t.Fatalf("%+v", s)
	}
}

func TestTooLateIsIgnored(t *testing.T) {
	p := newPath(0, 0)
	for n := range int64(600) {
		p.arrive(n * 2)
		if p.now += 5 * ms; n%20 == 0 {
			p.report(t)
		}
	}
	p.now += 500 * ms
	p.seq = 1200
	p.report(t)
	for i, n := range []int64{1199 - lateLimit - 2, 1199 - lateLimit} { // odd ones are missing
		p.r.Received(uint16(n), 100, p.now)
		p.now += 500 * ms
		if got := len(p.report(t)); (got > 0) != (i == 1) {
			t.Fatalf("%d: %d reports", n, got)
		}
	}
}

func TestNotCalledInTime(t *testing.T) {
	p := newPath(0, 0)
	for n := range int64(5000) {
		p.arrive(n)
		p.now += ms
	}
	p.seq = 5000
	p.now += 500 * ms
	if got := p.report(t); len(got) != ringSize || got[0].seq != 5000-ringSize {
		t.Fatalf("%d reports", len(got))
	}
	if s := p.r.Stats(); s.Unreported != 5000-ringSize {
		t.Fatalf("%+v", s)
	}
}

func TestNoAllocations(t *testing.T) {
	r, buf := &Recorder{}, make([]byte, 0, MaxMessage)
	seq, now, messages := uint16(65000), int64(0), 0
	if n := testing.AllocsPerRun(3000, func() {
		now += 7 * ms
		seq++
		if seq%9 != 0 {
			r.Received(seq, 700, now)
		}
		if len(r.Append(buf, ours, theirs, now)) > 0 {
			messages++
		}
	}); n != 0 || messages < 100 {
		t.Fatalf("%v allocations, %d messages", n, messages)
	}
}

func TestFloorDiv(t *testing.T) {
	for _, c := range [][2]int64{{0, 0}, {249_999, 0}, {250_000, 1}, {-1, -1}, {-250_000, -1}, {-250_001, -2}} {
		if got := floorDiv(c[0], tick); got != c[1] {
			t.Errorf("%d ns are tick %d", c[0], got)
		}
	}
}
