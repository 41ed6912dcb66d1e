package speaker

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
)

// check fails where a Detector contradicts itself.
func check(t *testing.T, d *Detector) {
	t.Helper()
	recent := d.Recent(nil)
	if dom := d.Dominant(); dom < -1 || dom >= d.count {
		t.Fatalf("dominant %d of %d", dom, d.count)
	} else if dom >= 0 && (len(recent) == 0 || recent[0] != dom) {
		t.Fatalf("dominant %d, recent %v", dom, recent)
	}
	sorted := slices.Sorted(slices.Values(recent))
	if len(slices.Compact(sorted)) != len(recent) {
		t.Fatalf("recent %v", recent)
	}
	if len(recent) > 0 && (sorted[0] < 0 || sorted[len(sorted)-1] >= d.count) {
		t.Fatalf("recent %v", recent)
	}
}

// TestConversations has up to 20 people talk in random turns, with overlaps,
// microphones that go off and noises: the floor is never with somebody who
// has been silent for 3 s, while another has talked through the last 1.5 s alone.
func TestConversations(t *testing.T) {
	seeds(t, 20, func(t *testing.T, r *rand.Rand) {
		n := 2 + r.IntN(MaxSeats-1)
		tracks := make([]track, n)
		for i := range tracks {
			tracks[i] = life(r)
		}
		d := NewDetector(n)
		silent, talked := make([]int, n), make([]int, n)
		for i := range frames(60000) {
			alone := -1
			for seat, tr := range tracks {
				if tr[i] != noPacket {
					d.Intake(seat).Add(byte(tr[i]))
				}
				speaks := d.Talking(seat)
				silent[seat], talked[seat] = count(silent[seat], tr[i] == noPacket || tr[i]&0x7f >= calm-2), count(talked[seat], speaks)
				if speaks && alone == -1 {
					alone = seat
				} else if speaks {
					alone = -2
				}
			}
			d.Step(d.at + 20*ms)
			check(t, d)
			dom := d.Dominant()
			if alone >= 0 && dom != alone && talked[alone] > frames(1500) && (dom < 0 || silent[dom] > frames(3000)) {
				t.Fatalf("frame %d: %d has the floor and is silent, %d talks", i, dom, alone)
			}
		}
	})
}

// count goes on counting, or starts again.
func count(n int, on bool) int {
	if on {
		return n + 1
	}
	return 0
}

// life is a minute of one person's microphone.
func life(r *rand.Rand) (t track) {
	for len(t) < frames(60000) {
		switch r.IntN(8) {
		case 0:
			t = append(t, talk(r, 300+r.IntN(5000), 15+r.IntN(30))...)
		case 1:
			t = append(t, gone(r.IntN(8000))...)
		case 2:
			t = append(t, burst(r.IntN(200), r.IntN(40))...)
		default:
			t = append(t, quiet(r.IntN(8000))...)
		}
	}
	return t[:frames(60000)]
}

// FuzzDetector feeds anything: bytes are the seat, the level and the time
// until the next step, in turn.
func FuzzDetector(f *testing.F) {
	f.Add([]byte{0, 10, 20, 0, 20, 20, 1, 0, 0, 3, 255, 200})
	f.Add([]byte{0x80, 0, 1, 0x41, 127, 255, 5, 5, 5})
	f.Fuzz(func(t *testing.T, in []byte) {
		d, now := NewDetector(7), int64(0)
		for ; len(in) >= 3; in = in[3:] {
			seat := d.Intake(int(in[0] & 0x3f % 7))
			for range 1 + in[0]&0x40>>3 {
				seat.Add(in[1])
			}
			if in[0]&0x80 != 0 {
				seat.Reset()
			}
			now += int64(int8(in[2])) * 10 * ms // the clock may even go back
			d.Step(now)
			check(t, d)
		}
	})
}

func TestLateAndUnevenSteps(t *testing.T) {
	seeds(t, 50, func(t *testing.T, r *rand.Rand) {
		even := NewDetector(2)
		first, second := join(talk(r, 3000, 30), quiet(3000)), join(quiet(3000), talk(r, 3000, 30))
		said := play(even, first, second)
		d, now, after := NewDetector(2), int64(0), -1
		for i := range first {
			d.Intake(0).Add(byte(first[i]))
			d.Intake(1).Add(byte(second[i]))
			now += 20 * ms
			if r.IntN(5) == 0 { // steps of 20 to 140 ms, none on time
				d.Step(now + int64(r.IntN(15))*ms)
			}
			if i > frames(3000) && after < 0 && d.Dominant() == 1 {
				after = (i - frames(3000) + 1) * 20
			}
		}
		if want := from(said, frames(3000), 1); after < want-200 || after > want+500 {
			t.Errorf("the floor changed hands after %d ms, with steps in time after %d", after, want)
		}
	})
}

func TestBunchesAndLongPackets(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	speech := talk(r, 3000, 30)
	d := NewDetector(3)
	for i := range speech {
		if i%5 == 4 { // five packets at once every 100 ms
			for _, l := range speech[i-4 : i+1] {
				d.Intake(0).Add(byte(l))
			}
		}
		if i%3 == 2 { // one packet every 60 ms
			d.Intake(1).Add(byte(min(speech[i-2], speech[i-1], speech[i])))
		}
		d.Intake(2).Add(byte(speech[i])) // two packets every 20 ms
		d.Intake(2).Add(byte(speech[i]))
		d.Step(d.at + 20*ms)
	}
	for seat := range 3 {
		if !d.Talking(seat) {
			t.Errorf("seat %d is not heard", seat)
		}
		if d.seats[seat].queued > backlog {
			t.Errorf("seat %d has %d levels waiting", seat, d.seats[seat].queued)
		}
	}
}

func TestPauseOfTheTick(t *testing.T) {
	d := NewDetector(1)
	play(d, talk(rand.New(rand.NewPCG(1, 1)), 2000, 30))
	if !d.Talking(0) {
		t.Fatal("not heard")
	}
	d.Step(d.at + 3600_000*ms)
	if d.Talking(0) {
		t.Fatal("talks after an hour without a packet")
	}
}

func TestDropped(t *testing.T) {
	d := NewDetector(1)
	for range 11 {
		d.Intake(0).Add(20)
	}
	if got := d.Intake(0).Dropped(); got != 3 {
		t.Fatalf("%d dropped", got)
	}
}

// TestIntakeFromManyGoroutines is for the race detector, and counts.
func TestIntakeFromManyGoroutines(t *testing.T) {
	d := NewDetector(2)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 1000 {
				d.Intake(0).Add(30)
				d.Intake(1).Add(127)
			}
			d.Intake(1).Reset()
		})
	}
	stop := make(chan struct{})
	var steps sync.WaitGroup
	steps.Go(func() {
		for now := int64(0); ; now += 20 * ms {
			select {
			case <-stop:
				return
			default:
				d.Step(now)
				check(t, d)
				runtime.Gosched()
			}
		}
	})
	wg.Wait()
	close(stop)
	steps.Wait()
	d.Step(d.at)
	if d.seats[1].resets != 4 {
		t.Fatalf("%d resets", d.seats[1].resets)
	}
}

func TestNoAllocations(t *testing.T) {
	d := NewDetector(17)
	out := make([]int, 0, MaxSeats)
	if n := testing.AllocsPerRun(500, func() {
		for i := range 17 {
			d.Intake(i).Add(byte(i * 7))
		}
		d.Step(d.at + 20*ms)
		out = d.Recent(out[:0])
	}); n != 0 {
		t.Fatalf("%v allocations", n)
	}
}

func BenchmarkAdd(b *testing.B) {
	in := NewDetector(1).Intake(0)
	for b.Loop() {
		in.levels.Store(0)
		in.Add(0x90)
	}
}

// BenchmarkStep is 20 ms of a full circle, everybody's microphone open.
func BenchmarkStep(b *testing.B) {
	d, r := NewDetector(17), rand.New(rand.NewPCG(7, 8))
	var lives [17]track
	for i := range lives {
		lives[i] = life(r)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i = (i + 1) % frames(60000)
		for seat := range lives {
			if l := lives[seat][i]; l != noPacket {
				d.Intake(seat).Add(byte(l))
			}
		}
		d.Step(d.at + 20*ms)
	}
}
