package estimate

import "testing"

// settledViewer has a REMB of what it receives and a half.
func settledViewer() *viewer {
	v := newViewer()
	v.video, v.remb = 300_000, 450_000
	v.run(10 * second)
	return v
}

func TestProbeSucceeds(t *testing.T) {
	v := settledViewer()
	if !v.Probe(550_000, v.now) {
		t.Fatal("refused")
	}
	for range 8 { // a receiver without queue raises REMB step by step
		v.run(200 * ms)
		v.remb += 7_000
	}
	if v.Probing() {
		t.Fatal("still on")
	}
	if got := v.Pictures(v.now); !near(got, 550_000*105/100, 8) {
		t.Errorf("pictures %d after a probe for 550000", got)
	}
	if sent := v.padded * 8; !near(sent, (577_500-300_000)*6/10, 10) {
		t.Errorf("padding of %d bits", sent)
	}
	v.remb = 560_000
	v.run(14 * second)
	if got := v.Pictures(v.now); got > 650_000 {
		t.Errorf("pictures %d long after the proof", got)
	}
}

func TestProbeFailsByREMB(t *testing.T) {
	v := settledViewer()
	before := v.Pictures(v.now)
	v.Probe(550_000, v.now)
	v.run(400 * ms)
	v.remb, v.rtt = 320_000, 120*ms
	v.run(500 * ms)
	if v.Probing() {
		t.Error("goes on although REMB fell and the way got longer")
	}
	if got := v.Pictures(v.now); got > before*105/100 || got < 290_000 {
		t.Errorf("pictures %d after a probe that failed, %d before", got, before)
	}
}

// A receiver short of processor time lowers REMB although nothing waits on the
// path: round trips that stay what they were count for more.
func TestProbeOfABusyReceiver(t *testing.T) {
	v := settledViewer()
	v.Probe(550_000, v.now)
	v.run(400 * ms)
	v.remb = 320_000
	for v.Probing() {
		for range 4 {
			v.Report(0, 20, v.rtt, v.now)
		}
		v.run(200 * ms)
	}
	if got := v.Pictures(v.now); got < 500_000 {
		t.Errorf("pictures %d after a probe that harmed nobody", got)
	}
}

// A receiver that sees a queue does not raise REMB.
func TestProbeFailsByHeldREMB(t *testing.T) {
	v := newViewer()
	v.video, v.remb = 300_000, 310_000
	v.run(10 * second)
	before := v.Pictures(v.now)
	if !v.Probe(400_000, v.now) {
		t.Fatal("refused")
	}
	v.run(2 * second)
	if got := v.Pictures(v.now); got > before*105/100 {
		t.Errorf("pictures %d after REMB stood still, %d before", got, before)
	}
}

func TestProbeFailsByLossAndByQueue(t *testing.T) {
	for name, harm := range map[string]func(*viewer){
		"loss":  func(v *viewer) { v.lost = 30 },
		"queue": func(v *viewer) { v.rtt = 900 * ms },
	} {
		v := settledViewer()
		before := v.Pictures(v.now)
		v.Probe(550_000, v.now)
		v.run(300 * ms)
		harm(v)
		v.run(1500 * ms)
		if got := v.Pictures(v.now); got > before*105/100 {
			t.Errorf("%s: pictures %d, %d before", name, got, before)
		}
	}
}

func TestProbeBacksOff(t *testing.T) {
	v := settledViewer()
	var pauses []int64
	for range 5 {
		asked := v.now
		for !v.Probe(v.Pictures(v.now)+150_000, v.now) {
			v.run(20 * ms)
		}
		pauses = append(pauses, (v.now-asked)/second)
		v.run(400 * ms)
		old := v.remb
		v.remb = old * 9 / 10 // it fails
		v.run(400 * ms)
		v.remb = old
	}
	for i, least := range []int64{0, 2, 5, 6, 6} {
		if pauses[i] < least || pauses[i] > 9 {
			t.Errorf("pauses %v s", pauses)
		}
	}
}

func TestProbeRefuses(t *testing.T) {
	v := settledViewer()
	if v.Probe(v.Pictures(v.now), v.now) {
		t.Error("begins for what there is already")
	}
	v.Probe(600_000, v.now)
	if v.Probe(900_000, v.now) {
		t.Error("begins while one is on")
	}
	v = settledViewer()
	v.mute = true
	v.run(5 * second)
	if v.Probe(900_000, v.now) {
		t.Error("begins on a silent path")
	}
	v = settledViewer()
	v.rtt = 900 * ms
	v.run(5 * second)
	if v.Probe(900_000, v.now) {
		t.Error("begins behind a queue")
	}
}

// A probe does not go far beyond what is known.
func TestProbeReach(t *testing.T) {
	v := settledViewer()
	v.Probe(Max, v.now)
	v.run(probeTime)
	if most := int64(450_000*probeReach/1000+probeStep) * 6 / 10; v.padded*8 > most {
		t.Errorf("padding of %d bits, more than %d", v.padded*8, most)
	}
}

// With all pictures paused nothing but a probe can bring them back.
func TestProbeFromNothing(t *testing.T) {
	v := newViewer()
	v.remb = 60_000
	v.run(5 * second)
	v.video, v.mute = 0, true
	v.run(5 * second)
	v.mute = false
	v.remb = 90_000
	if !v.Probe(70_000, v.now) {
		t.Fatalf("refused with %d for pictures", v.Pictures(v.now))
	}
	v.run(2 * second)
	if got := v.Pictures(v.now); got < 70_000 {
		t.Errorf("pictures %d", got)
	}
}
