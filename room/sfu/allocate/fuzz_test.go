package allocate

import (
	"math/rand/v2"
	"testing"
)

// FuzzPlan: whatever comes and goes, a plan never spends more than the budget,
// gives nobody what does not exist, says why, and is the same for the same input.
// When things stand still, a seat of higher rank is not worse off than another of
// the same kind.
func FuzzPlan(f *testing.F) {
	f.Add(uint64(1), uint64(1), uint8(12))
	f.Add(uint64(99), uint64(5), uint8(20))
	f.Add(uint64(3), uint64(3), uint8(1))
	f.Add(uint64(185), uint64(11), uint8(223)) // a picture that a pinned seat has to take
	f.Fuzz(func(t *testing.T, a, b uint64, steps uint8) {
		r := rand.New(rand.NewPCG(a, b))
		p, q := Plan{Pace: r.Int64N(2) * second / 10}, Plan{}
		q.Pace = p.Pace
		all := randomCircle(r)
		now := int64(a % (1 << 40))
		for range steps {
			now += r.Int64N(4 * second)
			if r.IntN(3) == 0 {
				all = changed(r, all)
			}
			budget, saver := r.Int64N(3_000_000), r.IntN(4) == 0
			got := *p.Next(now, budget, saver, all)
			if got != *q.Next(now, budget, saver, all) {
				t.Fatal("two plans differ")
			}
			checkPlan(t, &p, got, budget, saver, all)
		}
		budget := r.Int64N(3_000_000)
		for range 600 {
			now += second / 10
			p.Next(now, budget, false, all)
		}
		checkRanks(t, &p, budget, all)
	})
}

func randomCircle(r *rand.Rand) []Candidate {
	all := make([]Candidate, 0, Seats)
	for i := range Seats {
		if r.IntN(3) > 0 {
			all = append(all, randomSeat(r, i))
		}
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

func randomSeat(r *rand.Rand, i int) Candidate {
	c := Candidate{
		Seat: i, Rank: Rank(1 + r.IntN(5)), Recent: uint8(r.IntN(3)),
		Low: r.IntN(8) > 0, High: r.IntN(4) > 0, Large: r.IntN(3) == 0, Pinned: r.IntN(10) == 0,
	}
	if r.IntN(12) == 0 {
		c.Rank, c.Low = Slide, false
	}
	if r.IntN(2) == 0 {
		for l := 1; l < Levels; l++ {
			c.Bits[l] = r.Int64N(600_000)
		}
	}
	return c
}

func changed(r *rand.Rand, all []Candidate) []Candidate {
	if len(all) == 0 || r.IntN(5) == 0 {
		return randomCircle(r)
	}
	i := r.IntN(len(all))
	all[i] = randomSeat(r, all[i].Seat)
	return all
}

func checkPlan(t *testing.T, p *Plan, got [Seats]Choice, budget int64, saver bool, all []Candidate) {
	t.Helper()
	have := p.rungs()
	if total := p.cost(&have); total > budget || saver && total > SaverBitsPinned {
		t.Fatalf("spends %d of %d", total, budget)
	}
	var seen [Seats]bool
	shown := 0
	for _, c := range all {
		one := got[c.Seat]
		seen[c.Seat] = true
		if one.Level != Off {
			shown++
		}
		if one.Level.High() && !c.High || one.Level != Off && !one.Level.High() && !c.Low {
			t.Fatalf("seat %d has level %d, which does not exist", c.Seat, one.Level)
		}
		if one.Level.High() && c.Low && (!c.Large || saver) {
			t.Fatalf("seat %d has level %d on a small tile", c.Seat, one.Level)
		}
		if one.Level != Off && one.Why != Shown || one.Why == Saver && !saver {
			t.Fatalf("seat %d: %v", c.Seat, one)
		}
	}
	for i := range seen {
		if !seen[i] && got[i] != (Choice{}) {
			t.Fatalf("seat %d has no picture and %v", i, got[i])
		}
	}
	if saver && shown > 1 {
		t.Fatalf("%d pictures with the saver", shown)
	}
}

// checkRanks compares seats with equal ladders and prices.
func checkRanks(t *testing.T, p *Plan, budget int64, all []Candidate) {
	t.Helper()
	have := p.rungs()
	if total := p.cost(&have); total > budget {
		t.Fatalf("spends %d of %d", total, budget)
	}
	for n, i := range p.order[:p.count] {
		for _, j := range p.order[n+1 : p.count] {
			a, b := &p.seats[i], &p.seats[j]
			if a.price == b.price && a.pinned == b.pinned && have[i] < have[j] && b.rank != DominantSpeaker {
				t.Fatalf("seat %d has rung %d, seat %d of lower rank %d", i, have[i], j, have[j])
			}
		}
	}
}
