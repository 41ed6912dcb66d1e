package emulate

import "testing"

// steady sends a constant stream through a link and prints the estimator.
func TestEstDebug(t *testing.T) {
	w := NewWorld(Second)
	e := newEstimator()
	l := w.Link(Path{Rate: 400_000, Queue: 25_000, Delay: 30 * Millisecond}, 1, func(p any) {
		e.add(p.([2]int)[0], uint32(p.([2]int)[1]), w.Now())
	})
	size := 500
	w.Every(20*Millisecond, func() {
		l.Send(size+68, [2]int{size, int(SendTime(w.Now()))})
	})
	w.Every(Second, func() {
		t.Logf("%d bits %.0f rate %.0f state %v th %.1f off %.3f n %d noise %.1f slope %.4f aimd %v cap %v", w.Now()/Second, e.aimd.bits, e.rate(), e.detector.state, e.detector.threshold, e.kalman.offset, e.kalman.count, e.kalman.noise, e.kalman.slope, e.aimd.state, e.aimd.full)
	})
	w.Run(20 * Second)
	size = 1000
	w.Run(40 * Second)
	size = 700
	w.Run(70 * Second)
}
