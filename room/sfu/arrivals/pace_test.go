package arrivals

import "testing"

// run lets a sender send a packet of that size every so many milliseconds for ten
// seconds, with a tick every 20 ms, and returns what part of the bytes the
// feedback is, and how many messages a second there were.
func run(size int, every int64) (part, rate float64) {
	var r Recorder
	var buf [MaxMessage]byte
	in, out, seq := 0, 0, uint16(0)
	for now := range int64(10_000) {
		if now%every == 0 {
			r.Received(seq, size, now*ms)
			seq++
			in += size + wire
		}
		if now%20 != 0 {
			continue
		}
		for {
			message := r.Append(buf[:0], ours, theirs, now*ms)
			if len(message) == 0 {
				break
			}
			out += len(message) + wire
		}
	}
	return float64(out) / float64(in), float64(r.Stats().Messages) / 10
}

func TestPace(t *testing.T) {
	for _, c := range []struct {
		name             string
		size             int
		every            int64
		part             float64
		slowest, fastest float64 // messages a second
	}{
		{"600 kbit/s", 750, 8, 0.05, 12, 20},
		{"2.5 Mbit/s", 1100, 3, 0.05, 16, 20},
		{"200 kbit/s", 450, 18, 0.06, 8, 17},
		{"sound", 100, 20, 0.08, 4, 5},
		{"DTX", 40, 400, 1.5, 1, 2},
	} {
		if part, rate := run(c.size, c.every); part > c.part || rate < c.slowest || rate > c.fastest {
			t.Errorf("%s: %.1f %% of the bytes, %.1f messages a second", c.name, 100*part, rate)
		} else {
			t.Logf("%s: %.1f %% of the bytes, %.1f messages a second", c.name, 100*part, rate)
		}
	}
}

func TestNeverWithoutArrivals(t *testing.T) {
	var r Recorder
	for now := range int64(2000) {
		if got := r.Append(nil, ours, theirs, now*ms); len(got) != 0 {
			t.Fatal("a message about nothing")
		}
	}
}

func TestWaitsForABurst(t *testing.T) {
	var r Recorder
	for i := range uint16(10) {
		r.Received(i, 1000, 5000*ms)
	}
	if len(r.Append(nil, ours, theirs, 5049*ms)) != 0 || len(r.Append(nil, ours, theirs, 5050*ms)) == 0 {
		t.Fatal("not 50 ms after the first")
	}
}
