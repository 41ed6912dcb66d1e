package presence

import (
	"maps"
	"slices"
	"testing"

	"hearth/room"
)

// benchEach runs a benchmark on each kind of store.
func benchEach(b *testing.B, run func(*testing.B, room.Lease)) {
	for _, name := range slices.Sorted(maps.Keys(beds)) {
		b.Run(name, func(b *testing.B) {
			bed := beds[name](b)
			l, _ := bed.claim(b, bed.node(b, "node-a"), "r")
			b.ReportAllocs()
			run(b, l.Lease)
		})
	}
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

// BenchmarkRenew is the beat of a full room with a few holds and removals.
func BenchmarkRenew(b *testing.B) {
	benchEach(b, func(b *testing.B, l room.Lease) {
		r := full()
		r.Seats = nil
		for n := range caps.Patients {
			r.Seats = append(r.Seats, patient(n, n))
		}
		for b.Loop() {
			must(b, l.Renew(ctx, r))
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
