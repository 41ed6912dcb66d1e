package estimate

import "testing"

// lossy runs a loss bound against a path that loses by answer. It returns the
// bound after the given time.
func lossy(l *loss, link int64, seconds int, queued bool, share func(sent int64) int64) int64 {
	now := l.begun
	for range seconds * 2 {
		now += second / 2
		sent := min(link, l.bound)
		l.add(100*share(sent)/1000, 100, now)
		l.judge(min(link, l.bound), sent, queued, now)
	}
	l.begun = now
	return l.bound
}

func always(share int64) func(int64) int64 { return func(int64) int64 { return share } }

func TestLossThresholds(t *testing.T) {
	const link = 1_000_000
	for _, c := range []struct {
		name     string
		share    int64
		queued   bool
		from, to int64 // of the bound after ten seconds
	}{
		{"none", 0, false, Max, Max},
		{"little", 10, true, Max, Max},
		{"holds", 50, false, link, link},
		{"holds with a queue", 90, true, link, link},
		{"backs off", 200, true, Min, link * 4 / 10},
		{"backs off from much", 600, false, Min, link * 2 / 10},
	} {
		l := loss{bound: Max}
		if got := lossy(&l, link, 10, c.queued, always(c.share)); got < c.from || got > c.to {
			t.Errorf("%s: bound %d, want %d to %d", c.name, got, c.from, c.to)
		}
	}
}

// Loss that stays when less is sent is of the radio: the picture comes back.
func TestRadioLoss(t *testing.T) {
	for _, share := range []int64{120, 200, 280} {
		l := loss{bound: Max}
		if got := lossy(&l, 1_000_000, 3, false, always(share)); got > 700_000 {
			t.Errorf("%d: bound %d during the trial", share, got)
		}
		if got := lossy(&l, 1_000_000, 20, false, always(share)); got < 1_000_000 {
			t.Errorf("%d: bound %d after the trial", share, got)
		}
		// and more loss, by congestion, is still noticed
		if got := lossy(&l, 1_000_000, 10, true, always(share+300)); got > 700_000 {
			t.Errorf("%d: bound %d with congestion besides", share, got)
		}
	}
}

// Loss that goes when less is sent is of a bottleneck that does not queue.
func TestPolicer(t *testing.T) {
	const rate = 800_000
	l := loss{bound: Max}
	drops := func(sent int64) int64 { return max(0, 1000-rate*1000/max(sent, 1)) }
	if got := lossy(&l, 1_000_000, 8, false, drops); got > rate*12/10 {
		t.Errorf("bound %d behind a policer of %d", got, rate)
	}
	if l.noise != 0 {
		t.Errorf("noise %d learned from a policer", l.noise)
	}
}

// Few packets are no verdict.
func TestLossNeedsPackets(t *testing.T) {
	l := loss{bound: Max}
	l.add(9, 10, second)
	if l.judge(1_000_000, 1_000_000, true, second); l.bound != Max {
		t.Errorf("bound %d after ten packets", l.bound)
	}
}
