package allocate

import (
	"math/rand/v2"
	"testing"
)

const tick = second / 10

// camera is a candidate with both layers, of the table's prices.
func camera(n int) Candidate {
	return Candidate{Seat: n, Rank: Other, Low: true, High: true}
}

func circle(n int, change ...func(all []Candidate)) []Candidate {
	all := make([]Candidate, n)
	for i := range all {
		all[i] = camera(i)
	}
	for _, f := range change {
		f(all)
	}
	return all
}

// viewer asks a plan every 100 ms.
type viewer struct {
	Plan
	now   int64
	saver bool
}

func (v *viewer) run(d, budget int64, all []Candidate) *[Seats]Choice {
	var c *[Seats]Choice
	for end := v.now + d; v.now < end; v.now += tick {
		c = v.Next(v.now, budget, v.saver, all)
	}
	return c
}

// levels are the first n of an answer.
func levels(c *[Seats]Choice, n int) []Level {
	out := make([]Level, n)
	for i := range out {
		out[i] = c[i].Level
	}
	return out
}

func same(a, b []Level) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// spent is what the levels cost by the table.
func spent(ls []Level) (bits int64) {
	for _, l := range ls {
		bits += guess[l]
	}
	return bits
}

// TestRules has the state a constant budget leads to.
func TestRules(t *testing.T) {
	large := func(seats ...int) func([]Candidate) {
		return func(all []Candidate) {
			for _, s := range seats {
				all[s].Large = true
			}
		}
	}
	rank := func(seat int, r Rank) func([]Candidate) {
		return func(all []Candidate) { all[seat].Rank = r }
	}
	pin := func(seat int) func([]Candidate) { return func(all []Candidate) { all[seat].Pinned = true } }
	slide := func(seat int) func([]Candidate) {
		return func(all []Candidate) { all[seat].Rank, all[seat].Low = Slide, false }
	}
	for _, c := range []struct {
		name   string
		budget int64 // before head-room
		all    []Candidate
		want   []Level
	}{
		{"nothing", 0, circle(3), []Level{Off, Off, Off}},
		{"seat order", 130_000, circle(3), []Level{Low7, Low7, Off}},
		{"all at 7 first", 190_000, circle(3), []Level{Low7, Low7, Low7}},
		{"then all at 15", 255_000, circle(3), []Level{Low15, Low15, Low15}},
		{"15 in order", 230_000, circle(3), []Level{Low15, Low15, Low7}},
		{"then full", 330_000, circle(3), []Level{LowFull, LowFull, Low15}},
		{"no high on small tiles", 5_000_000, circle(3), []Level{LowFull, LowFull, LowFull}},
		{"high on large tiles", 5_000_000, circle(3, large(1)), []Level{LowFull, HighFull, LowFull}},
		{"high at 15 for all before full", 860_000, circle(3, large(0, 1)), []Level{High15, High15, LowFull}},
		{"by rank", 70_000, circle(3, rank(2, DominantSpeaker)), []Level{Off, Off, Low7}},
		{"facilitator who talks before the speaker", 70_000,
			circle(3, rank(2, TalkingFacilitator), rank(1, DominantSpeaker)), []Level{Off, Off, Low7}},
		{"speaker before facilitators", 130_000,
			circle(3, rank(0, Facilitator), rank(1, LastSpeaker), rank(2, DominantSpeaker)), []Level{Low7, Off, Low7}},
		{"last speakers before the others", 70_000, circle(3, rank(2, LastSpeaker)), []Level{Off, Off, Low7}},
		{"slide first", 270_000, circle(3, slide(2), rank(0, DominantSpeaker)), []Level{Low7, Off, High7}},
		{"a slide that does not fit is passed by", 130_000, circle(3, slide(2)), []Level{Low7, Low7, Off}},
		{"pinned has its frame rate", 130_000, circle(3, pin(2), rank(0, DominantSpeaker)), []Level{Off, Off, LowFull}},
		{"pinned, then everybody", 250_000, circle(3, pin(2)), []Level{Low7, Low7, LowFull}},
		{"pinned and the speaker", 310_000, circle(3, pin(2), rank(1, DominantSpeaker)), []Level{Low7, LowFull, LowFull}},
		{"pinned as well as can be", 90_000, circle(3, pin(2)), []Level{Off, Off, Low15}},
		{"two pinned", 250_000, circle(3, pin(2), pin(1)), []Level{Off, LowFull, LowFull}},
		{"slide before pinned", 330_000, circle(3, slide(0), pin(2)), []Level{High7, Off, LowFull}},
		{"no layer, no picture", 500_000, circle(2, func(all []Candidate) { all[0].Low, all[0].High = false, false }),
			[]Level{Off, LowFull}},
	} {
		v := viewer{now: second}
		got := levels(v.run(60*second, c.budget*headroom/100, c.all), len(c.all))
		if !same(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestMeasuredPrices(t *testing.T) {
	all := circle(2)
	all[0].Bits = [Levels]int64{Low7: 30_000, Low15: 40_000, LowFull: 50_000}
	all[1].Bits = [Levels]int64{Low7: 90_000, Low15: 90_000, LowFull: 90_000} // no temporal layers
	v := viewer{now: second}
	if got := levels(v.run(30*second, 145_000*headroom/100, all), 2); !same(got, []Level{LowFull, LowFull}) {
		t.Errorf("%v", got)
	}
	all[0].Bits[LowFull] = 80_000
	got := levels(v.run(second, 145_000, all), 2)
	if !same(got, []Level{Low15, LowFull}) {
		t.Errorf("%v after a picture became dearer", got)
	}
}

func TestDownAtOnceUpInSteps(t *testing.T) {
	all := circle(4, func(all []Candidate) { all[0].Large = true })
	v := viewer{now: second}
	v.run(60*second, 2_000_000, all)
	if got := levels(v.Next(v.now, 250_000, false, all), 4); !same(got, []Level{Low7, Low7, Low7, Low7}) {
		t.Fatalf("%v at once", got)
	}
	before, at := levels(&v.choices, 4), v.now
	for v.now < at+40*second {
		v.now += tick
		now := levels(v.Next(v.now, 2_000_000, false, all), 4)
		if same(now, before) {
			continue
		}
		if v.now-at < stepLeast {
			t.Errorf("up after %d ms", (v.now-at)/1e6)
		}
		for i := range now {
			if rung(v.seats[i].steps, now[i])-rung(v.seats[i].steps, before[i]) > 1 {
				t.Errorf("from %v to %v in one step", before, now)
			}
		}
		before, at = now, v.now
	}
	if !same(before, []Level{HighFull, LowFull, LowFull, LowFull}) {
		t.Errorf("%v in the end", before)
	}
}

func TestHeadroom(t *testing.T) {
	all := circle(2)
	v := viewer{now: second}
	v.run(30*second, 120_000*headroom/100, all)
	if got := levels(v.run(60*second, 165_000, all), 2); !same(got, []Level{Low7, Low7}) {
		t.Errorf("%v: 145000 with 15 %% to spare is more than 165000", got)
	}
	if got := levels(v.run(10*second, 168_000, all), 2); !same(got, []Level{Low15, Low7}) {
		t.Errorf("%v", got)
	}
	// and what is there stays while it fits
	if got := levels(v.run(60*second, 146_000, all), 2); !same(got, []Level{Low15, Low7}) {
		t.Errorf("%v, although it fits", got)
	}
}

// A speaker is served at once, from what others have.
func TestRankRises(t *testing.T) {
	all := circle(4, func(all []Candidate) { all[0].Rank = DominantSpeaker })
	v := viewer{now: second}
	for i := range all {
		all[i].Large = true
	}
	before := levels(v.run(60*second, 670_000*headroom/100, all), 4)
	if !same(before, []Level{High15, LowFull, LowFull, LowFull}) {
		t.Fatalf("%v", before)
	}
	all[0].Rank, all[3].Rank = LastSpeaker, DominantSpeaker
	got := levels(v.Next(v.now, 670_000*headroom/100, false, all), 4)
	if !same(got, []Level{LowFull, LowFull, LowFull, High15}) {
		t.Errorf("%v at once", got)
	}
	// where there was none: a paused one speaks
	v = viewer{now: second}
	all = circle(4)
	if got := levels(v.run(60*second, 185_000*headroom/100, all), 4); !same(got, []Level{Low7, Low7, Low7, Off}) {
		t.Fatalf("%v", got)
	}
	all[3].Rank = DominantSpeaker
	if got := levels(v.Next(v.now, 185_000*headroom/100, false, all), 4); !same(got, []Level{Low7, Low7, Off, Low7}) {
		t.Errorf("%v at once", got)
	}
}

// A picture that is switched on begins at 7.5 fps, without taking more than
// there is.
func TestPictureComesAndGoes(t *testing.T) {
	all := circle(3)
	v := viewer{now: second}
	v.run(60*second, 300_000, all[:2])
	got := levels(v.Next(v.now, 300_000, false, all), 3)
	if got[2] != Low7 || spent(got) > 300_000 {
		t.Errorf("%v", got)
	}
	got = levels(v.Next(v.now+tick, 300_000, false, all[1:]), 3)
	if got[0] != Off || v.choices[0].Why != Shown {
		t.Errorf("%v of a seat without picture", v.choices[0])
	}
}

func TestWhy(t *testing.T) {
	v := viewer{now: second}
	c := v.run(5*second, 80_000, circle(3))
	for i, want := range []Why{Shown, Weak, Weak} {
		if c[i].Why != want {
			t.Errorf("seat %d: why %d, want %d", i, c[i].Why, want)
		}
	}
}

func TestPace(t *testing.T) {
	all := circle(10)
	v := viewer{now: second, Plan: Plan{Pace: second / 10}}
	shown := 0
	for i := range 10 {
		c := v.Next(v.now, 2_000_000, false, all)
		shown = 0
		for _, one := range c[:10] {
			if one.Level != Off {
				shown++
			} else if one.Why != Shown {
				t.Errorf("a picture that waits counts as paused")
			}
		}
		if most := maxStarts + i; shown > most {
			t.Errorf("%d pictures after %d ms", shown, i*100)
		}
		v.now += tick
	}
	if shown != 10 {
		t.Errorf("%d pictures after a second", shown)
	}
}

func TestNeed(t *testing.T) {
	all := circle(3)
	v := viewer{now: second}
	v.run(30*second, 180_000*headroom/100, all)
	need := v.Need()
	if need < 205_000*headroom/100 || need > 255_000*headroom/100 {
		t.Errorf("need %d for the next step", need)
	}
	if v.run(30*second, need, all); levels(&v.choices, 1)[0] == Low7 {
		t.Error("no step although the need is met")
	}
	if v.run(60*second, 5_000_000, all); v.Need() != 0 {
		t.Errorf("need %d with everything there", v.Need())
	}
	v = viewer{now: second}
	if v.run(10*second, 0, all); v.Need() < 60_000*headroom/100 {
		t.Errorf("need %d with nothing there", v.Need())
	}
}

func TestSaver(t *testing.T) {
	all := circle(4, func(all []Candidate) {
		all[3].Rank, all[3].Large = DominantSpeaker, true
		all[1].Rank = TalkingFacilitator
	})
	v := viewer{now: second, saver: true}
	only := func(seat int, why string) {
		t.Helper()
		c := v.run(20*second, 5_000_000, all)
		for i, one := range c[:4] {
			if i == seat != (one.Level != Off) || i == seat && (one.Level.High() || !all[i].Pinned && guess[one.Level] > SaverBits) {
				t.Errorf("%s: seat %d has level %d", why, i, one.Level)
			}
			if i != seat && one.Why != Saver {
				t.Errorf("%s: seat %d is off, why %d", why, i, one.Why)
			}
		}
		if v.Need() != 0 {
			t.Errorf("%s: need %d", why, v.Need())
		}
	}
	only(3, "the dominant speaker")
	all[0].Rank, all[0].Low, all[0].Bits = Slide, false, [Levels]int64{High7: 40_000, High15: 50_000, HighFull: 60_000}
	v.run(tick, 5_000_000, all)
	if v.choices[0].Level == Off || v.choices[3].Level != Off {
		t.Errorf("slide: %v", v.choices[:4])
	}
	all[2].Pinned = true
	only(2, "pinned")
	if v.choices[2].Level != LowFull {
		t.Errorf("pinned with level %d", v.choices[2].Level)
	}
	all[2].Pinned = false
	all[0].Bits = [Levels]int64{High7: 400_000, High15: 500_000, HighFull: 600_000}
	if c := v.run(20*second, 5_000_000, all); c[0] != (Choice{Off, Saver}) {
		t.Errorf("a slide that takes too much: %v", c[0])
	}
	v.saver = false
	all[0] = camera(0)
	if c := v.run(20*second, 5_000_000, all); !same(levels(c, 3), []Level{LowFull, LowFull, LowFull}) {
		t.Errorf("after the saver: %v", levels(c, 3))
	}
}

// The hour of the data saver, with headers, in MB (S-11). A pinned picture keeps its frame
// rate instead where a full circle talks all at once (M-X4).
func TestSaverHour(t *testing.T) {
	const packets, header = 30, 68 * 8 // pictures of the low layer are a packet a frame, some two
	const lively, oneTalks, reports = 200_000, 80_000, 4_000
	all := circle(2)
	free, most := theOne(all)
	all[1].Pinned = true
	pinned, mostPinned := theOne(all)
	if free != 0 || pinned != 1 {
		t.Fatalf("the saver shows seat %d, and of a pinned one %d", free, pinned)
	}
	for _, hour := range []struct {
		what           string
		picture, sound int64
		most           int64 // MB
	}{
		{"one picture, a full circle in lively talk", most, lively, 150},
		{"one picture, one talks at a time", most, oneTalks, 95},
		{"a pinned picture, one talks at a time", mostPinned, oneTalks, 150},
		{"a pinned picture, two or three at every moment", mostPinned, 168_000, 150},
		{"a pinned picture, a full circle in lively talk", mostPinned, lively, 165},
	} {
		mb := (hour.picture + packets*header + hour.sound + reports) * 3600 / 8 / 1_000_000
		if t.Logf("%s: %d MB an hour", hour.what, mb); mb > hour.most {
			t.Errorf("%s: more than %d", hour.what, hour.most)
		}
	}
	if guess[LowFull] > mostPinned {
		t.Errorf("a pinned picture of %d bit/s loses frames at %d", guess[LowFull], mostPinned)
	}
}

// Constant budget and ranks, noise of 10 % on budget and prices: next to
// nothing changes.
func TestNoFlapping(t *testing.T) {
	for seed := range uint64(8) {
		r := rand.New(rand.NewPCG(seed, 3))
		budget := 100_000 + r.Int64N(2_500_000)
		v := viewer{now: second}
		all := circle(12)
		changes := 0
		for v.now < 300*second {
			for i := range all {
				all[i].Large = i < 4
				for l := 1; l < Levels; l++ {
					all[i].Bits[l] = guess[l] * int64(90+r.IntN(21)) / 100
				}
			}
			before := v.choices
			v.Next(v.now, budget*int64(90+r.IntN(21))/100, false, all)
			if v.now > 60*second {
				for i := range before {
					if before[i] != v.choices[i] {
						changes++
					}
				}
			}
			v.now += tick
		}
		if changes > 8 { // two a minute
			t.Errorf("seed %d, budget %d: %d changes in four minutes", seed, budget, changes)
		}
	}
}

// A budget that swings slowly makes steps rare, not pictures jump.
func TestSlowSwing(t *testing.T) {
	all := circle(8)
	v := viewer{now: second}
	changes := 0
	for v.now < 300*second {
		budget := int64(600_000)
		if v.now/(8*second)%2 == 0 {
			budget = 900_000
		}
		before := v.choices
		v.Next(v.now, budget, false, all)
		if v.now > 60*second && before != v.choices {
			changes++
		}
		v.now += tick
	}
	if changes > 4*8 {
		t.Errorf("%d changes in four minutes", changes)
	}
}

func TestNoAllocations(t *testing.T) {
	all := circle(Seats)
	v := viewer{now: second}
	budget := int64(300_000)
	n := testing.AllocsPerRun(1000, func() {
		v.now += tick
		budget = (budget*7 + 12345) % 4_000_000
		all[v.now/tick%Seats].Rank = Rank(budget % 6)
		v.Next(v.now, budget, budget%5 == 0, all)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkNext(b *testing.B) {
	all := circle(16)
	v := viewer{now: second}
	b.ReportAllocs()
	for b.Loop() {
		v.now += tick
		v.Next(v.now, 1_500_000, false, all)
	}
}
