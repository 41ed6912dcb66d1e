package emulate

import (
	"slices"
	"testing"
)

func TestWorldOrder(t *testing.T) {
	w := NewWorld(0)
	var got []int
	note := func(n int) func() { return func() { got = append(got, n) } }
	w.At(30, note(3))
	w.At(10, note(1))
	w.At(10, note(2))
	w.At(20, func() { w.At(5, note(9)) }) // past: next
	w.Run(25)
	if !slices.Equal(got, []int{1, 2, 9}) || w.Now() != 25 {
		t.Errorf("%v at %d", got, w.Now())
	}
	w.Run(100)
	if !slices.Equal(got, []int{1, 2, 9, 3}) {
		t.Errorf("%v", got)
	}
	times := 0
	w.Every(10, func() { times++ })
	w.Run(155)
	if times != 6 {
		t.Errorf("%d times in 55, every 10", times)
	}
}

// arrivals sends packets of 1000 bytes every ms and returns when which arrived.
func arrivals(p Path, n int) (at []int64, which []int, l *Link) {
	w := NewWorld(0)
	l = w.Link(p, 1, func(x any) { at, which = append(at, w.Now()), append(which, x.(int)) })
	for i := range n {
		w.At(int64(i)*Millisecond, func() { l.Send(1000, i) })
	}
	w.Run(3600 * Second)
	return at, which, l
}

func TestLinkRateAndDelay(t *testing.T) {
	at, which, _ := arrivals(Path{Rate: 800_000, Delay: 30 * Millisecond}, 100) // 10 ms a packet
	if len(at) != 100 || at[0] != 40*Millisecond || at[99] != 1030*Millisecond || !slices.IsSorted(which) {
		t.Errorf("%d packets, the first at %d, the last at %d", len(at), at[0], at[99])
	}
}

func TestLinkQueue(t *testing.T) {
	at, _, l := arrivals(Path{Rate: 800_000, Queue: 20_000}, 100)
	s := l.Stats()
	// Ten leave while a hundred come, twenty wait.
	if len(at) < 29 || len(at) > 31 || s.DroppedQueue != 100-len(at) || s.Delivered != len(at) {
		t.Errorf("%d arrived, %+v", len(at), s)
	}
}

func TestLinkLossAndSeed(t *testing.T) {
	p := Path{Loss: 0.2}
	_, a, l := arrivals(p, 10_000)
	_, b, _ := arrivals(p, 10_000)
	if lost := l.Stats().Lost; lost < 1850 || lost > 2150 {
		t.Errorf("%d of 10000 lost, want a fifth", lost)
	}
	if !slices.Equal(a, b) {
		t.Error("two runs with one seed differ")
	}
	if at, _, _ := arrivals(Path{Loss: 1}, 100); len(at) != 0 {
		t.Errorf("%d passed through a hole", len(at))
	}
}

func TestLinkJitterKeepsOrder(t *testing.T) {
	p := Path{Delay: 100 * Millisecond, Jitter: 80 * Millisecond}
	at, which, _ := arrivals(p, 1000)
	if !slices.IsSorted(which) || at[0] < 20*Millisecond || at[999] > (999+180)*Millisecond {
		t.Error("jitter reorders or exceeds itself")
	}
	p.Reorder = 0.1
	if _, which, _ = arrivals(p, 1000); slices.IsSorted(which) || len(which) != 1000 {
		t.Error("reordering does not")
	}
}

func TestLinkChange(t *testing.T) {
	w := NewWorld(0)
	var at []int64
	l := w.Link(Path{Rate: 800_000}, 1, func(any) { at = append(at, w.Now()/Millisecond) })
	for range 4 {
		l.Send(1000, nil)
	}
	w.Run(15 * Millisecond) // the second is on its way
	l.Change(Path{Rate: 80_000})
	w.Run(Second)
	if !slices.Equal(at, []int64{10, 20, 120, 220}) {
		t.Errorf("%v", at)
	}
}
