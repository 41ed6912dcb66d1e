package estimate

import (
	"math/rand/v2"
	"testing"
)

// viewer feeds a Downlink as a browser would that receives everything.
type viewer struct {
	Downlink
	now          int64
	video, audio int64 // bits of payload a second
	remb         int64 // sent every 200 ms where it is not 0
	lost         uint32
	rtt          int64
	mute         bool // no feedback
	padded       int64
}

func newViewer() *viewer {
	now := second
	return &viewer{Downlink: New(now), now: now, video: 500_000, audio: 32_000, rtt: 50 * ms}
}

// run lets time pass in ticks of 20 ms.
func (v *viewer) run(d int64) {
	for end := v.now + d; v.now < end; v.now += 20 * ms {
		v.send(Video, v.video/50/8)
		v.send(Audio, v.audio/50/8)
		if !v.mute && v.remb != 0 && v.now%(200*ms) == 0 {
			v.REMB(v.remb, v.now)
		}
		if !v.mute && v.now%(500*ms) == 0 {
			v.Report(v.lost, 100, v.rtt, v.now)
		}
		pad := v.Tick(v.now)
		v.padded += int64(pad)
		v.send(Video, int64(pad))
	}
}

func (v *viewer) send(m Media, bytes int64) {
	for ; bytes > 0; bytes -= 1000 {
		v.Sent(m, int(min(bytes, 1000)), v.now)
	}
}

// near says that got is within some percent of want.
func near(got, want, percent int64) bool {
	return got*100 >= want*(100-percent) && got*100 <= want*(100+percent)
}

func TestStart(t *testing.T) {
	v := newViewer()
	if got := v.Pictures(v.now); !near(got, Start*1000/usualHeaders, 1) {
		t.Errorf("pictures before anything was sent: %d", got)
	}
	v.run(2 * second)
	if got := v.Bits(v.now) - v.sound(v.now); got != Start {
		t.Errorf("start above the sound: %d", got)
	}
}

// People come one after another, each with an open microphone, over a path
// that carries all of it: the pictures go on.
func TestManyVoicesLeaveThePicturesHalfTheirStart(t *testing.T) {
	v := newViewer()
	v.remb, v.audio, v.video = 8_000_000, 0, 400_000
	for range 16 {
		v.audio += 40_000
		v.run(500 * ms)
		if got := v.Pictures(v.now); v.now > 3*second && got < 250_000 {
			t.Fatalf("pictures %d with %d of sound", got, v.audio)
		}
	}
}

// Somebody joins a circle where all talk: what REMB says first is not bounded by
// a sound of which hardly anything has been counted.
func TestTheFirstREMBWaitsForTheSound(t *testing.T) {
	v := newViewer()
	v.remb, v.audio, v.video = 8_000_000, 800_000, 400_000
	v.mute = true
	for range 100 {
		v.run(40 * ms)
		v.REMB(v.remb, v.now)
		if got := v.Pictures(v.now); got < Start*8/10 {
			t.Fatalf("pictures %d after %d ms", got, (v.now-second)/ms)
		}
	}
	weak := newViewer()
	weak.run(100 * ms)
	weak.REMB(100_000, weak.now)
	if got := weak.Pictures(weak.now); got > 200_000 {
		t.Errorf("pictures %d although the first REMB said 100000", got)
	}
}

func TestAQuickPathBeginsWithMore(t *testing.T) {
	for quick, want := range map[int64]int64{0: Start, Start / 2: Start, 2_000_000: 2_000_000, 2 * Max: Max} {
		v := newViewer()
		v.Quick(quick, 5*ms, v.now)
		if got := v.Bits(v.now); got != want {
			t.Errorf("begins with %d for %d", got, quick)
		}
	}
	v := newViewer()
	v.Quick(3_000_000, 5*ms, v.now)
	v.audio, v.video, v.remb = 800_000, 300_000, 400_000 // a receiver that has not seen more
	v.run(5 * second)
	if got := v.Pictures(v.now); got < 1_900_000 {
		t.Errorf("pictures %d after a REMB that grows slowly", got)
	}
	v.REMB(200_000, v.now)
	v.run(20 * ms)
	v.REMB(180_000, v.now)
	if got := v.Pictures(v.now); got > 1_000_000 {
		t.Errorf("pictures %d after REMB fell twice", got)
	}
	v = newViewer()
	v.Quick(3_000_000, 5*ms, v.now)
	v.run(3 * second)
	v.rtt = 900 * ms // nobody reads on the other side
	v.run(3 * second)
	if got := v.Bits(v.now); got > 1_000_000 {
		t.Errorf("%d with a queue of a second", got)
	}
}

func TestREMBCountsPicturesAlone(t *testing.T) {
	v := newViewer()
	v.audio, v.remb = 200_000, 550_000
	v.run(10 * second)
	if got := v.Pictures(v.now); !near(got, 550_000, 8) {
		t.Errorf("pictures %d beside sound, REMB 550000", got)
	}
	if got := v.Bits(v.now); got < 750_000 {
		t.Errorf("the path carries %d, that is less than sound and pictures", got)
	}
}

func TestDownAtOnce(t *testing.T) {
	v := newViewer()
	v.remb = 700_000
	v.run(10 * second)
	v.REMB(200_000, v.now)
	if got := v.Pictures(v.now); !near(got, 200_000, 8) {
		t.Errorf("after REMB fell to 200000: %d", got)
	}
}

// A receiver that got all that was sent does not talk the rate down by
// calling 85 % of it too much.
func TestLittleSentIsNotLittleCarried(t *testing.T) {
	v := newViewer()
	v.video, v.remb = 200_000, 290_000
	v.run(10 * second)
	v.REMB(170_000, v.now)
	if got := v.Pictures(v.now); got < 185_000 {
		t.Errorf("pictures %d, although 200000 arrived", got)
	}
	v.REMB(140_000, v.now)
	if got := v.Pictures(v.now); got > 170_000 {
		t.Errorf("pictures %d after REMB fell twice to less than arrived", got)
	}
}

func TestApplicationLimited(t *testing.T) {
	v := newViewer()
	v.video, v.remb = 300_000, Max
	v.run(120 * second)
	if got, most := v.Bits(v.now), 2*v.sending(v.now)+second/1000/10; got > max(most, Start+v.sound(v.now)) {
		t.Errorf("%d bit/s while %d are sent", got, v.sending(v.now))
	}
	v.video = 2_000_000
	v.run(5 * second)
	v.video = 50_000
	v.run(60 * second)
	if got := v.Bits(v.now); got > Start+v.sound(v.now)+50_000 {
		t.Errorf("%d bit/s a minute after the last use of them", got)
	}
}

// What voices come to need is not given back to pictures by the next REMB.
func TestSoundRises(t *testing.T) {
	v := newViewer()
	v.remb = 500_000
	v.run(10 * second)
	before := v.Pictures(v.now)
	v.audio = 150_000
	v.run(second)
	if got := v.Pictures(v.now); got > before-90_000 {
		t.Errorf("pictures went from %d to %d when sound rose by 118000", before, got)
	}
}

func TestSilence(t *testing.T) {
	v := newViewer()
	v.remb = 900_000
	v.run(10 * second)
	before := v.Bits(v.now)
	v.mute = true
	v.run(2 * second)
	if got := v.Bits(v.now); got < before*9/10 {
		t.Errorf("%d after two seconds, %d before", got, before)
	}
	v.run(5 * second)
	if got := v.Bits(v.now); got > before/8 {
		t.Errorf("%d after seven seconds of silence, %d before", got, before)
	}
	v.run(60 * second)
	if got := v.Bits(v.now); got != Min {
		t.Errorf("%d after a minute of silence", got)
	}
	v.mute, v.remb = false, 600_000
	v.lost = 90 // the reports are about the hole
	v.run(second)
	v.lost = 0
	v.run(4 * second)
	if got := v.Pictures(v.now); !near(got, 600_000, 15) {
		t.Errorf("pictures %d after the path is back", got)
	}
}

func TestCarriesTheSoundThreeTimes(t *testing.T) {
	v := newViewer()
	v.remb, v.audio = 300_000, 40_000
	v.run(10 * second)
	if !v.Carries(1, v.now) || !v.Carries(3, v.now) {
		t.Errorf("%d do not carry %d three times", v.Bits(v.now), v.sound(v.now))
	}
	if v.Carries(9, v.now) {
		t.Errorf("%d carry %d nine times", v.Bits(v.now), v.sound(v.now))
	}
	v.rtt = 600 * ms
	if v.run(5 * second); v.Carries(1, v.now) {
		t.Error("carries more although packets wait")
	}
}

// Without pictures there is no REMB, and reports are rare.
func TestNoPicturesIsNoSilence(t *testing.T) {
	v := newViewer()
	v.remb = 500_000
	v.run(10 * second)
	before := v.Bits(v.now)
	v.video, v.mute = 0, true
	v.run(10 * second)
	v.video = 100_000
	v.run(2 * second)
	if got := v.Bits(v.now); got < before*8/10 {
		t.Errorf("%d, was %d before the pictures were paused", got, before)
	}
}

// A round trip that grows where no REMB comes.
func TestQueueWithoutREMB(t *testing.T) {
	v := newViewer()
	v.run(10 * second)
	before := v.Bits(v.now)
	v.rtt = 900 * ms
	v.run(10 * second)
	if got := v.Bits(v.now); got > before*7/10 {
		t.Errorf("%d with a second of queue, %d without", got, before)
	}
}

func TestNoAllocations(t *testing.T) {
	d, now := New(1), int64(1)
	n := testing.AllocsPerRun(1000, func() {
		now += 20 * ms
		d.Sent(Video, 1000, now)
		d.Sent(Audio, 80, now)
		d.REMB(400_000, now)
		d.Report(1, 50, 60*ms, now)
		d.Probe(800_000, now)
		d.Repair(1000, now)
		d.Tick(now)
		d.Pictures(now)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Whatever is heard and sent, in whatever order, the estimate stays within its
// bounds, and padding within what was asked for.
func FuzzDownlink(f *testing.F) {
	f.Add(uint64(1), uint64(2), uint16(500))
	f.Add(uint64(7), uint64(1<<63), uint16(3000))
	f.Fuzz(func(t *testing.T, a, b uint64, steps uint16) {
		r := rand.New(rand.NewPCG(a, b))
		now := int64(a % (1 << 40))
		d := New(now)
		if b%2 == 0 {
			d.Quick(int64(b>>40), int64(b>>30&0xffffffff), now)
		}
		for range steps {
			now += r.Int64N(1 << (10 + r.IntN(24)))
			wild(&d, r, now)
			if got := d.Bits(now); got < Min || got > Max {
				t.Fatalf("estimate %d", got)
			}
			if got := d.Pictures(now); got < 0 || got > Max {
				t.Fatalf("pictures %d", got)
			}
			if got := d.Tick(now); got < 0 || int64(got) > Max*40/1000/8 || got > 0 && !d.Probing() {
				t.Fatalf("padding %d", got)
			}
		}
	})
}

// wild does one thing a network can.
func wild(d *Downlink, r *rand.Rand, now int64) {
	switch r.IntN(7) {
	case 0:
		d.Sent(Video, r.IntN(1500), now)
	case 1:
		d.Sent(Audio, r.IntN(300), now)
	case 2:
		d.REMB(int64(r.Uint64()>>r.IntN(64)), now)
	case 3:
		d.Report(r.Uint32()>>r.IntN(32), r.Uint32()>>r.IntN(32), int64(r.Uint64()>>r.IntN(64)), now)
	case 4:
		d.Probe(int64(r.Uint64()>>r.IntN(64)), now)
	case 5:
		d.Repair(r.IntN(1500), now)
	case 6:
		for range r.IntN(200) {
			d.Sent(Video, 1200, now)
		}
	}
}

func BenchmarkSent(b *testing.B) {
	d, now := New(1), int64(1)
	b.ReportAllocs()
	for b.Loop() {
		now += ms
		d.Sent(Video, 1000, now)
	}
}

func BenchmarkTick(b *testing.B) {
	d, now := New(1), int64(1)
	b.ReportAllocs()
	for b.Loop() {
		now += 20 * ms
		d.Tick(now)
		d.Pictures(now)
	}
}
