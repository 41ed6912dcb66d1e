package cluster

import (
	"testing"
	"time"
)

func TestPulse(t *testing.T) {
	var p pulse
	now := time.Now()
	look := func(after time.Duration, froze, cut bool, want act) {
		t.Helper()
		now = now.Add(after)
		if got := p.look(now, froze, cut); got != want {
			t.Fatalf("got %d, want %d", got, want)
		}
	}
	look(0, false, false, goOn)
	look(time.Second, false, false, goOn)
	look(time.Second+1, false, false, freeze)
	first := p.age
	look(100*time.Millisecond, false, true, goOn) // silent already
	look(strandAfter, false, false, strand)
	look(100*time.Millisecond, false, false, goOn)
	look(2*time.Second, false, false, freeze) // once more: what was found out is worthless
	if p.confirmed(first) || !p.confirmed(p.age) || p.silent() || p.confirmed(p.age) {
		t.Fatal("confirmed wrongly")
	}
	look(100*time.Millisecond, false, true, hush)
	for i := range 49 {
		want := goOn
		if i == 9 {
			want = strand // once
		}
		look(100*time.Millisecond, false, true, want)
	}
	look(100*time.Millisecond, false, true, giveUp)
	look(100*time.Millisecond, false, true, goOn)
	if !p.confirmed(p.age) {
		t.Fatal("not confirmed")
	}
	look(100*time.Millisecond, true, false, freeze)
	if p.blind {
		t.Fatal("blind after a moment")
	}
	look(knownFor+1, false, false, freeze)
	if !p.blind {
		t.Fatal("it trusts what it knows")
	}
}

// TestPulseByTheWallClock: the monotonic clock of Linux stops while the machine
// sleeps, and the wall clock may be set back.
func TestPulseByTheWallClock(t *testing.T) {
	var p pulse
	now := time.Now()
	p.look(now, false, false)
	if p.look(now.Round(0).Add(2*time.Second), false, false) != freeze {
		t.Error("a sleep of the machine is not noticed")
	}
	if p.look(now.Round(0).Add(-time.Hour), false, false) != goOn {
		t.Error("a clock that was set back is a freeze")
	}
}
