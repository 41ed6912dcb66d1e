package emulate

import "testing"

// feed sends packets of one size every 10 ms through a link for some seconds
// and returns the estimate and the number of times it fell.
func feed(w *World, e *estimator, l *Link, size int, seconds int64) (bits int64, falls int) {
	end := w.Now() + seconds*Second
	for w.Now() < end {
		before := e.aimd.bits
		l.Send(size+Overhead, [2]int{size, int(SendTime(w.Now()))})
		w.Run(w.Now() + 10*Millisecond)
		if e.aimd.bits < before*0.97 && before != mostRate {
			falls++
		}
	}
	return int64(e.aimd.bits), falls
}

func estimated(p Path) (*World, *estimator, *Link) {
	w, e := NewWorld(Second), newEstimator()
	l := w.Link(p, 1, func(x any) {
		packet := x.([2]int)
		e.add(packet[0], uint32(packet[1]), w.Now())
	})
	return w, e, l
}

func TestEstimatorIsApplicationLimited(t *testing.T) {
	w, e, l := estimated(Path{Rate: 5_000_000, Delay: 30 * Millisecond})
	bits, _ := feed(w, e, l, 250, 4)
	if e.aimd.valid {
		t.Errorf("an estimate of %d after four seconds", bits)
	}
	if bits, falls := feed(w, e, l, 250, 30); bits < 290_000 || bits > 315_000 || falls > 0 {
		t.Errorf("%d while 200000 arrive, %d falls", bits, falls)
	}
}

func TestEstimatorFindsTheBottleneck(t *testing.T) {
	w, e, l := estimated(Path{Rate: 500_000, Queue: 60_000, Delay: 30 * Millisecond})
	feed(w, e, l, 400, 10)               // 320 kbit/s
	bits, falls := feed(w, e, l, 700, 4) // 560
	if falls == 0 || bits > 480_000 || bits < 200_000 {
		t.Errorf("%d after %d falls behind 500000", bits, falls)
	}
	l.Change(Path{Rate: 170_000, Queue: 60_000, Delay: 30 * Millisecond})
	if bits, _ = feed(w, e, l, 400, 4); bits > 170_000 {
		t.Errorf("%d behind 170000", bits)
	}
}

func TestEstimatorBearsJitter(t *testing.T) {
	w, e, l := estimated(Path{Rate: 5_000_000, Delay: 100 * Millisecond, Jitter: 80 * Millisecond})
	if bits, _ := feed(w, e, l, 250, 60); bits < 150_000 {
		t.Errorf("%d while 200000 arrive with jitter", bits)
	}
}

func TestSendTimeWraps(t *testing.T) {
	e := newEstimator()
	last := int64(0)
	for now := 60 * Second; now < 140*Second; now += 33 * Millisecond { // it wraps every 64 s
		at := e.sent(SendTime(now))
		if step := at - last; last != 0 && (step < 8600 || step > 8700) {
			t.Fatalf("a step of %d units for 33 ms at %d s", step, now/Second)
		}
		last = at
	}
}
