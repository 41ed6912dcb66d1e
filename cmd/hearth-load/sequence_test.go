package main

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSequence(t *testing.T) {
	type counts struct{ received, repaired, duplicate, lost uint64 }
	for name, c := range map[string]struct {
		do   func(s *sequence)
		want counts
	}{
		"nothing":      {func(*sequence) {}, counts{}},
		"in order":     {func(s *sequence) { adds(s, 5, 6, 7) }, counts{received: 3}},
		"around zero":  {func(s *sequence) { adds(s, 65534, 65535, 0, 1) }, counts{received: 4}},
		"late":         {func(s *sequence) { adds(s, 1, 3, 2, 4) }, counts{received: 4}},
		"twice":        {func(s *sequence) { adds(s, 1, 2, 2) }, counts{received: 2, duplicate: 1}},
		"gap":          {func(s *sequence) { adds(s, 1, 5) }, counts{received: 2, lost: 3}},
		"gap at zero":  {func(s *sequence) { adds(s, 65535, 2) }, counts{received: 2, lost: 2}},
		"repaired":     {func(s *sequence) { adds(s, 1, 3); s.repair(2) }, counts{received: 2, repaired: 1}},
		"repair twice": {func(s *sequence) { adds(s, 1, 3); s.repair(2); s.repair(2) }, counts{received: 2, repaired: 1}},
		"needless":     {func(s *sequence) { adds(s, 1, 2); s.repair(2) }, counts{received: 2}},
		"of nothing":   {func(s *sequence) { s.repair(2) }, counts{}},
		"of the future": {func(s *sequence) { adds(s, 1, 2); s.repair(9) },
			counts{received: 2}},
		"before the first": {func(s *sequence) { adds(s, 9, 8) }, counts{received: 1, duplicate: 1}},
		"far ahead":        {func(s *sequence) { adds(s, 1, 5001) }, counts{received: 2, lost: 4999}},
		"restarted":        {func(s *sequence) { adds(s, 1, 5); s.restart(); adds(s, 6, 8) }, counts{received: 2, lost: 1}},
		"late for a restart": {func(s *sequence) { adds(s, 1, 5); s.restart(); s.repair(3); adds(s, 6) },
			counts{received: 1}},
	} {
		var s sequence
		c.do(&s)
		if got := (counts{s.received, s.repaired, s.duplicate, s.lost()}); got != c.want {
			t.Errorf("%s: %+v, not %+v", name, got, c.want)
		}
	}
}

func adds(s *sequence, seqs ...uint16) {
	for _, seq := range seqs {
		s.add(seq)
	}
}

func TestSequenceAsksAgain(t *testing.T) {
	var s sequence
	adds(&s, 65534, 2)
	if got := s.wanted(nil); !slices.Equal(got, []uint16{65535, 0, 1}) {
		t.Fatalf("asks %v", got)
	}
	s.repair(0)
	for range askTries - 1 {
		if got := s.wanted(nil); !slices.Equal(got, []uint16{65535, 1}) {
			t.Fatalf("asks %v", got)
		}
	}
	if got := s.wanted(nil); len(got) != 0 {
		t.Fatalf("still asks %v", got)
	}
	adds(&s, 500)
	if got := s.wanted(nil); len(got) != pendingMost {
		t.Fatalf("asks %d after a long gap", len(got))
	}
}

// TestSequenceAgainstCounting loses, repairs and reorders at random within the
// window and compares with plain counting.
func TestSequenceAgainstCounting(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 9))
		var s sequence
		first := uint16(r.Uint32())
		s.add(first)
		received, repaired, lost := uint64(1), uint64(0), uint64(0)
		n := 5000
		for i := 1; i <= n; i++ {
			seq := first + uint16(i)
			switch x := r.IntN(100); {
			case i == n || x < 80:
				s.add(seq)
				received++
			case x < 90: // lost for good
				lost++
			default: // repaired once a later one has shown the gap
				s.add(seq + 1)
				received++
				i++
				if s.repair(seq) {
					repaired++
				}
			}
		}
		if over := uint16(s.highest) - (first + uint16(n)); over > 1 {
			t.Fatalf("seed %d: highest is off by %d", seed, over)
		}
		if s.received != received || s.repaired != repaired || s.lost() != lost {
			t.Errorf("seed %d: %d %d %d, not %d %d %d", seed, s.received, s.repaired, s.lost(), received, repaired, lost)
		}
	}
}
