package presence

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hearth/room"
)

// benchEach runs a benchmark on each kind of store, and reports what a call costs
// Redis where that is a process of its own.
func benchEach(b *testing.B, run func(*testing.B, room.Lease)) {
	for _, name := range slices.Sorted(maps.Keys(beds)) {
		b.Run(name, func(b *testing.B) {
			bed := beds[name](b)
			l, _ := bed.claim(b, bed.node(b, "node-a"), "r")
			b.ReportAllocs()
			before := cpuOf(b, bed)
			run(b, l.Lease)
			if after := cpuOf(b, bed); bed.server != nil {
				b.ReportMetric(1e6*(after-before)/float64(b.N), "redis-cpu-us/op")
			}
		})
	}
}

// cpuOf is the CPU time that a server has taken, in seconds; 0 for the embedded.
func cpuOf(b *testing.B, bed *bed) (seconds float64) {
	if bed.server == nil {
		return 0
	}
	text, err := bed.raw.Info(ctx, "cpu").Result()
	must(b, err)
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		if key == "used_cpu_user" || key == "used_cpu_sys" {
			v, err := strconv.ParseFloat(value, 64)
			must(b, err)
			seconds += v
		}
	}
	return seconds
}

// BenchmarkSeat is one seat taken in a room that is otherwise full.
func BenchmarkSeat(b *testing.B) {
	benchEach(b, func(b *testing.B, l room.Lease) {
		for n := range caps.Patients {
			must(b, l.Seat(ctx, patient(n, n), caps))
		}
		for b.Loop() {
			must(b, l.Seat(ctx, patient(0, 0), caps))
		}
	})
}

// roomful is a full room with a few holds and removals.
func roomful() room.Record {
	r := full()
	r.Seats = nil
	for n := range caps.Patients {
		r.Seats = append(r.Seats, patient(n, n))
	}
	return r
}

// BenchmarkRenew is the beat of a room whose record is written.
func BenchmarkRenew(b *testing.B) {
	benchEach(b, func(b *testing.B, l room.Lease) {
		r := roomful()
		for b.Loop() {
			must(b, l.Renew(ctx, r))
		}
	})
}

// BenchmarkTouch is the beat of a room whose record stands as it was written.
func BenchmarkTouch(b *testing.B) {
	benchEach(b, func(b *testing.B, l room.Lease) {
		must(b, l.Renew(ctx, roomful()))
		for b.Loop() {
			if intact, err := l.Touch(ctx); !intact {
				b.StopTimer() // it is time for another
				must(b, err)
				must(b, l.Renew(ctx, roomful()))
				b.StartTimer()
			}
		}
	})
}

// BenchmarkClaim is a claim by the node that owns the room already.
func BenchmarkClaim(b *testing.B) {
	for _, name := range slices.Sorted(maps.Keys(beds)) {
		b.Run(name, func(b *testing.B) {
			bed := beds[name](b)
			s := bed.node(b, "node-a")
			l, _ := bed.claim(b, s, "r")
			must(b, l.Renew(ctx, full()))
			b.ReportAllocs()
			for b.Loop() {
				_, _, err := s.Claim(ctx, "r")
				must(b, err)
			}
		})
	}
}
