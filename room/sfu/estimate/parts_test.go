package estimate

import "testing"

func TestRate(t *testing.T) {
	var r rate
	now := int64(0)
	for range 100 {
		now += 20 * ms
		r.add(250, now)
	}
	if got := r.bits(now); !near(got, 100_000, 10) {
		t.Errorf("%d bits of payload, want 100000", got)
	}
	if got := r.wire(now) - r.bits(now); !near(got, 50*overhead, 10) {
		t.Errorf("%d bits of headers, want %d", got, 50*overhead)
	}
	if got := r.bits(now + 500*ms); !near(got, 50_000, 20) {
		t.Errorf("%d half a second later", got)
	}
	if got := r.bits(now + 2*second); got != 0 {
		t.Errorf("%d two seconds later", got)
	}
	if got := r.headers(now + 2*second); got != usualHeaders {
		t.Errorf("headers %d without packets", got)
	}
}

func TestPeak(t *testing.T) {
	p := newPeak(second, 0, 0)
	p.add(7, 0)
	for now := int64(0); now < 4*second; now += 100 * ms {
		if p.add(1, now); p.max() != 7 {
			t.Fatalf("forgotten after %d ms", now/ms)
		}
	}
	if p.add(1, 6*second); p.max() != 1 {
		t.Error("remembered for too long")
	}
	p.add(9, 7*second)
	if p.add(2, 3600*second); p.max() != 2 {
		t.Error("remembered for an hour")
	}
}

func TestDelay(t *testing.T) {
	d := newDelay(0)
	now := int64(0)
	for i := range int64(100) { // 200 +- 80 ms: no queue
		now += 100 * ms
		d.sample((120+i*37%160)*ms, now)
	}
	if d.grown() {
		t.Errorf("jitter taken for a queue of %d ms", d.queue()/ms)
	}
	for range 20 {
		now += 100 * ms
		d.sample(700*ms, now)
	}
	if !d.grown() {
		t.Error("half a second of queue not seen")
	}
	for _, rtt := range []int64{0, -1, 1 << 62} {
		before := d
		if d.sample(rtt, now); d != before {
			t.Errorf("round trip %d believed", rtt)
		}
	}
}

func TestStream(t *testing.T) {
	var s Stream
	for i, c := range []struct {
		highest        uint32
		cumulative     int32
		lost, expected uint32
	}{
		{1000, 5, 0, 0},
		{1100, 15, 10, 100},
		{1100, 15, 0, 0},
		{1090, 14, 0, 0}, // overtaken
		{1200, 10, 0, 100},
		{1210, 400, 10, 10}, // no more than there were
		{1<<30 + 5000, 0, 0, 0},
		{1<<30 + 5010, 1, 1, 10},
	} {
		if lost, expected := s.Since(c.highest, c.cumulative); lost != c.lost || expected != c.expected {
			t.Errorf("%d: lost %d of %d, want %d of %d", i, lost, expected, c.lost, c.expected)
		}
	}
	s.After(5030)
	for i, c := range []struct {
		highest        uint32
		cumulative     int32
		lost, expected uint32
	}{
		{1<<30 + 5020, 4, 0, 0},    // before anything came over the new path
		{1<<30 + 5040, 24, 0, 0},   // the hole
		{1<<30 + 5140, 30, 6, 100}, // the new path's own loss
	} {
		if lost, expected := s.Since(c.highest, c.cumulative); lost != c.lost || expected != c.expected {
			t.Errorf("another path, %d: lost %d of %d, want %d of %d", i, lost, expected, c.lost, c.expected)
		}
	}
	s = Stream{}
	s.After(7)
	if s != (Stream{}) {
		t.Error("waits without a block")
	}
	s.Since(1<<32-5, 0)
	if _, expected := s.Since(5, 0); expected != 10 {
		t.Errorf("%d expected over the wrap", expected)
	}
}

func TestRepair(t *testing.T) {
	v := newViewer()
	v.remb = 400_000
	v.run(10 * second)
	bits := int64(0)
	for end := v.now + 10*second; v.now < end; v.run(20 * ms) {
		for v.Repair(1000, v.now) {
			bits += 8000
		}
	}
	if share := bits * 10 / v.Pictures(v.now); !near(share, repairShare, 15) {
		t.Errorf("repairs take %d %% of what pictures may", share)
	}
	if v.Again() < 45*ms || v.Again() > 60*ms {
		t.Errorf("again after %d ms with a round trip of 50", v.Again()/ms)
	}
}
