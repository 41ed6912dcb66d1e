package allocate

import "testing"

func TestAQuickPathBeginsAtFullRate(t *testing.T) {
	var candidates []Candidate
	for seat := range 3 {
		candidates = append(candidates, Candidate{Seat: seat, Rank: Other, Low: true, High: true, Large: true,
			Bits: [Levels]int64{0, 40_000, 70_000, 120_000, 150_000, 250_000, 450_000}})
	}
	for _, x := range []struct {
		quick  bool
		budget int64
		want   Level
	}{{false, 1_000_000, Low7}, {true, 1_000_000, LowFull}, {true, 300_000, Low15}} {
		p := Plan{Quick: x.quick}
		if got := p.Next(second, x.budget, false, candidates)[2].Level; got != x.want {
			t.Errorf("quick %v, %d bit/s: level %d, want %d", x.quick, x.budget, got, x.want)
		}
	}
}
