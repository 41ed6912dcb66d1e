package speaker

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestNobodyAtFirst(t *testing.T) {
	d := NewDetector(3)
	for _, m := range play(d, quiet(3000), gone(3000), steady(3000, 127)) {
		if m.dominant != -1 || m.talking[0] || m.talking[1] || m.talking[2] {
			t.Fatalf("in silence: %+v", m)
		}
	}
	if got := d.Recent(nil); len(got) != 0 {
		t.Fatalf("recent %v", got)
	}
	if d.Talking(-1) || d.Talking(3) {
		t.Fatal("a seat that is not there talks")
	}
}

func TestTurnChangesHands(t *testing.T) {
	for _, gap := range []int{-400, 0, 200, 500, 1500} {
		var sum, n int
		seeds(t, 100, func(t *testing.T, r *rand.Rand) {
			first, second := talk(r, 5000, 30), talk(r, 4000, 30)
			start := frames(5000 + gap)
			said := play(NewDetector(2), first, join(quiet(20*start), second))
			if got := said[start-1].dominant; gap >= 0 && got != 0 {
				t.Errorf("gap %d: %d had the floor before", gap, got)
			}
			after := from(said, start, 1) + min(gap, 0) // from when the first is silent
			if after < 200 || after > 900 {
				t.Errorf("gap %d: the floor changed hands after %d ms", gap, after)
			}
			sum, n = sum+after, n+1
		})
		if mean := sum / n; mean < 350 || mean > 800 {
			t.Errorf("gap %d: after %d ms on average", gap, mean)
		} else {
			t.Logf("gap %d ms: after %d ms on average", gap, mean)
		}
	}
}

func TestNoiseTakesNoFloor(t *testing.T) {
	noises := map[string]func(r *rand.Rand) track{
		"cough":  func(r *rand.Rand) track { return burst(60+r.IntN(140), r.IntN(20)) },
		"click":  func(*rand.Rand) track { return burst(20, 0) },
		"typing": func(r *rand.Rand) track { return typing(r, 8000, 20+r.IntN(20)) },
		"coughs": func(r *rand.Rand) track {
			return join(burst(180, 5), quiet(500+r.IntN(300)), burst(180, 5), quiet(600), burst(160, 5))
		},
		"cough into DTX": func(r *rand.Rand) track { return join(burst(180, r.IntN(20)), gone(2000)) },
	}
	for name, noise := range noises {
		seeds(t, 100, func(t *testing.T, r *rand.Rand) {
			// While somebody talks and after they have stopped.
			said := play(NewDetector(3), join(talk(r, 6000, 35), quiet(6000)),
				join(quiet(2000+r.IntN(3500)), noise(r)), quiet(12000))
			if switches(said) != 1 || said[len(said)-1].dominant != 0 {
				t.Errorf("%s: the floor changed hands %d times", name, switches(said))
			}
			said = play(NewDetector(1), join(quiet(1000), noise(r), quiet(1000)))
			if switches(said) != 0 {
				t.Errorf("%s: took the floor of nobody", name)
			}
		})
	}
}

func TestBackChannel(t *testing.T) {
	seeds(t, 150, func(t *testing.T, r *rand.Rand) {
		mhm := 200 + r.IntN(250)
		pause := mhm + r.IntN(250) // the talker waits for it
		talker := join(talk(r, 4000, 35), quiet(pause), talk(r, 4000, 35))
		listener := join(quiet(4000+r.IntN(pause-mhm+1)), talk(r, mhm, 25))
		over := join(quiet(1000+r.IntN(1500)), talk(r, 600, 25)) // into running speech
		if said := play(NewDetector(3), talker, listener, over); switches(said) != 1 {
			t.Errorf("mhm of %d ms in a pause of %d ms: %d switches", mhm, pause, switches(said))
		}
	})
}

func TestDoubleTalkDoesNotFlap(t *testing.T) {
	total := 0
	seeds(t, 100, func(t *testing.T, r *rand.Rand) {
		said := play(NewDetector(3), talk(r, 30000, 30), join(quiet(700), talk(r, 29300, 30)), join(quiet(900), talk(r, 29000, 24)))
		for i := frames(3000); i < len(said)-25; i++ {
			if !said[i].talking[0] || !said[i].talking[1] {
				t.Errorf("not both talk at frame %d", i)
			}
		}
		if n := switches(said); n > 5 {
			t.Errorf("%d switches in 30 s", n)
		} else {
			total += n - 1
		}
	})
	t.Logf("%d switches in 50 minutes of double talk", total)
	if total > 100 {
		t.Errorf("%d switches in 50 minutes of double talk", total)
	}
}

func TestLoudnessAloneDoesNotWin(t *testing.T) {
	seeds(t, 100, func(t *testing.T, r *rand.Rand) {
		// Somebody talks softly; then a fan starts at another's loud microphone.
		said := play(NewDetector(2), join(talk(r, 20000, 45)), join(quiet(5000), steady(15000, 15)))
		wrong := 0
		for _, m := range said {
			if m.dominant == 1 {
				wrong++
			}
		}
		if wrong > frames(3500) || said[len(said)-1].dominant != 0 {
			t.Errorf("the fan had the floor for %d ms", wrong*20)
		}
		// And two who talk at once, one 30 dB louder.
		said = play(NewDetector(2), talk(r, 10000, 45), join(quiet(800), talk(r, 9000, 15)))
		if n := switches(said); n > 2 {
			t.Errorf("the louder of two: %d switches", n)
		}
	})
}

func TestSteadyNoiseDoesNotTalk(t *testing.T) {
	for _, level := range []int{0, 10, 30, 50, 70} {
		d := NewDetector(1)
		play(d, steady(5000, level))
		if d.Talking(0) {
			t.Errorf("a steady level of %d talks", level)
		}
	}
}

func TestVoiceOverNoise(t *testing.T) {
	seeds(t, 50, func(t *testing.T, r *rand.Rand) {
		noisy := join(steady(5000, 50), talk(r, 3000, 22))
		for i, l := range noisy {
			noisy[i] = min(l&0x7f, 50) // the fan is heard through the closures
		}
		said := play(NewDetector(2), talk(r, 3000, 35), noisy)
		if after := from(said, frames(5000), 1); after < 200 || after > 1000 {
			t.Errorf("over a fan: after %d ms", after)
		}
	})
}

func TestTalking(t *testing.T) {
	seeds(t, 100, func(t *testing.T, r *rand.Rand) {
		said := play(NewDetector(1), join(quiet(2000), talk(r, 6000, 30), quiet(2000)))
		on, off, changes := 0, 0, 0
		for i := range said[1:] {
			was, is := said[i].talking[0], said[i+1].talking[0]
			if !was && is {
				on, changes = i+1, changes+1
			} else if was && !is {
				off, changes = i+1, changes+1
			}
		}
		began, ended := on*20-2000, off*20-8000
		if changes != 2 || began < 150 || began > 400 || ended < 100 || ended > 650 {
			t.Errorf("%d changes, began after %d ms, ended after %d ms", changes, began, ended)
		}
	})
}

func TestVoiceBit(t *testing.T) {
	// A browser that has used the bit and clears it is believed by 10 dB.
	near := 68 - 16
	d := NewDetector(2)
	said := play(d, join(quiet(1000), steady(400, near|vBit)), join(quiet(1000), steady(400, near)))
	if !said[len(said)-1].talking[0] || !said[len(said)-1].talking[1] {
		t.Fatal("the seat that never sets the bit is not heard as the other one")
	}
	play(d, join(quiet(1000), steady(400, near)))
	if d.Talking(0) {
		t.Fatal("the cleared bit changes nothing")
	}
}

func TestRecent(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	d := NewDetector(4)
	play(d, talk(r, 2000, 30), join(quiet(4000), talk(r, 2000, 30)), join(quiet(2000), talk(r, 2000, 30)))
	if got := d.Recent([]int{9}); !slices.Equal(got, []int{9, 1, 2, 0}) {
		t.Fatalf("recent %v", got)
	}
	d.Intake(2).Reset()
	d.Step(d.at + 20*ms)
	if got := d.Recent(nil); !slices.Equal(got, []int{1, 0}) || d.Dominant() != 1 {
		t.Fatalf("recent %v, dominant %d", got, d.Dominant())
	}
	d.Intake(1).Reset()
	d.Step(d.at + 20*ms)
	if got := d.Recent(nil); !slices.Equal(got, []int{0}) || d.Dominant() != -1 || d.Talking(1) {
		t.Fatalf("recent %v, dominant %d", got, d.Dominant())
	}
	if play(d, talk(r, 1000, 30)); d.Dominant() != 0 {
		t.Fatalf("nobody's floor went to %d", d.Dominant())
	}
}

func TestNumberOfSeats(t *testing.T) {
	NewDetector(MaxSeats).Intake(MaxSeats - 1).Add(1)
	for _, n := range []int{-1, 0, MaxSeats + 1} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%d seats", n)
				}
			}()
			NewDetector(n)
		}()
	}
}
