package main

import (
	"encoding/binary"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtp"

	"hearth/room/sfu/sfutest"
)

// stage is a circle of three without a server, and the first one's ears.
func newStage() (*load, *circle, *listener) {
	l := newLoad(options{joinRate: 1}, [][]invited{make([]invited, 3)}, nil)
	l.tally.measuring.Store(true)
	return l, l.circles[0], newListener(l.tally, l.circles[0], 4, 0)
}

func tagged(who uint32, sent int64) []byte {
	b := binary.BigEndian.AppendUint32(nil, who)
	b = binary.BigEndian.AppendUint32(b, 0)
	return binary.BigEndian.AppendUint64(b, uint64(sent))
}

// sound is a packet of a slot's microphone, sent so long ago.
func sound(seat int, seq uint16, slot int, ago time.Duration) sfutest.Packet {
	return sfutest.Packet{Seat: seat, Header: rtp.Header{SequenceNumber: seq},
		Payload: append([]byte{0x78}, tagged(uint32(slot)+1, sfutest.Now()-int64(ago))...)}
}

// picture is a packet of a slot's camera.
func picture(seat int, seq uint16, slot int, key bool) sfutest.Packet {
	d := []byte{0x90, 0xf0, 0x80, 1, 2, 0x23, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	if key {
		d[6] = 0
	}
	return sfutest.Packet{Seat: seat, Video: true, Header: rtp.Header{SequenceNumber: seq},
		Payload: append(d, tagged(uint32(slot)+1, sfutest.Now())...)}
}

func TestListenerLatency(t *testing.T) {
	l, _, ears := newStage()
	ears.take(sound(1, 1, 1, 5*time.Second))
	ears.take(picture(1, 1, 1, false))
	if got := l.tally.sound.max(); got < 5*time.Second || got > 6*time.Second {
		t.Errorf("sound took %v", got)
	}
	if l.tally.images.count() != 1 || l.tally.packets.Load() != 2 {
		t.Error("the picture was not counted")
	}
	l.tally.measuring.Store(false)
	ears.take(sound(1, 2, 1, 0))
	if l.tally.packets.Load() != 2 {
		t.Error("counted while nothing is measured")
	}
	ears.take(sfutest.Packet{Seat: 1, Payload: []byte{1}})
	ears.take(sound(2, 1, 7, 0))
	if l.tally.untimed.Load() != 1 || l.tally.strays.Load() != 1 {
		t.Errorf("%d unreadable, %d strays", l.tally.untimed.Load(), l.tally.strays.Load())
	}
}

func TestListenerPictures(t *testing.T) {
	l, _, ears := newStage()
	ears.take(picture(1, 1, 1, true)) // nobody has asked
	ears.await(1<<1 | 1<<2)
	ears.take(picture(1, 2, 1, false))
	if l.tally.first.count() != 0 {
		t.Error("a picture without a keyframe counts")
	}
	ears.take(picture(1, 3, 1, true))
	ears.take(picture(1, 4, 1, true))
	if l.tally.first.count() != 1 || l.tally.everyone.count() != 0 {
		t.Errorf("first %d, all %d", l.tally.first.count(), l.tally.everyone.count())
	}
	ears.take(picture(2, 1, 2, true))
	if l.tally.first.count() != 1 || l.tally.everyone.count() != 1 {
		t.Errorf("first %d, all %d", l.tally.first.count(), l.tally.everyone.count())
	}
	ears.await(1 << 2)
	ears.absent(2) // has left: nothing is to come
	ears.take(picture(2, 2, 2, true))
	if l.tally.everyone.count() != 1 {
		t.Error("somebody who left was awaited")
	}
}

func TestListenerGaps(t *testing.T) {
	for name, c := range map[string]struct {
		pause func(v *voice)
		after func(v *voice)
		want  time.Duration
	}{
		"a gap":          {func(*voice) {}, func(*voice) {}, time.Second},
		"a mute":         {(*voice).rest, (*voice).speak, 0},
		"still muted":    {(*voice).rest, func(*voice) {}, 0},
		"a return":       {func(*voice) {}, (*voice).speak, 0},
		"never began it": {func(v *voice) { v.on.Store(false) }, func(*voice) {}, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			l, circle, ears := newStage()
			v := &circle.members[1].voice
			v.speak()
			ears.take(sound(1, 1, 1, 0))
			c.pause(v)
			time.Sleep(time.Second)
			c.after(v)
			ears.take(sound(1, 2, 1, 0))
			ears.finish()
			ears.finish()
			if got := l.tally.gaps.max(); got != c.want || l.tally.gaps.count() != 1 {
				t.Errorf("%s: %v of %d listeners", name, got, l.tally.gaps.count())
			}
		})
	}
}

// TestListenerLastGap: a voice that stopped and never came back is a gap.
func TestListenerLastGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, circle, ears := newStage()
		circle.members[1].voice.speak()
		ears.take(sound(1, 1, 1, 0))
		time.Sleep(time.Second)
		ears.restart() // what was before the measurement is not its own
		time.Sleep(3 * time.Second)
		ears.finish()
		if got := l.tally.gaps.max(); got != 3*time.Second {
			t.Errorf("the gap is %v", got)
		}
	})
}

func TestListenerUnheard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, circle, ears := newStage()
		circle.members[0].voice.speak()
		circle.members[1].voice.speak()
		circle.members[2].voice.speak()
		if n := ears.unheard(0); n != 0 {
			t.Errorf("%d unheard at once", n)
		}
		time.Sleep(2 * time.Second)
		ears.take(sound(2, 1, 2, 0))
		if n := ears.unheard(0); n != 1 {
			t.Errorf("%d unheard, not 1", n)
		}
		circle.members[1].voice.rest()
		if n := ears.unheard(0); n != 0 {
			t.Errorf("%d unheard though at rest", n)
		}
	})
}

func TestListenerLeaks(t *testing.T) {
	l, circle, ears := newStage()
	v := &circle.members[1].voice
	v.rest()
	v.muted.Store(sfutest.Now())
	ears.take(sound(1, 1, 1, time.Second)) // under way when the mute came
	if l.tally.leaks.Load() != 0 {
		t.Error("a packet from before is a leak")
	}
	time.Sleep(time.Microsecond)
	ears.take(sound(1, 2, 1, 0))
	if l.tally.leaks.Load() != 1 {
		t.Error("a packet from after is none")
	}
	v.speak()
	ears.take(sound(1, 3, 1, 0))
	if l.tally.leaks.Load() != 1 {
		t.Error("a packet from after the unmute is a leak")
	}
}

func TestListenerLossAndRepair(t *testing.T) {
	l, _, ears := newStage()
	for _, seq := range []uint16{1, 2, 5} {
		ears.take(picture(1, seq, 1, false))
		ears.take(sound(1, seq, 1, 0))
	}
	if got := ears.missing(1, nil); len(got) != 2 || got[0] != 3 {
		t.Errorf("asks %v", got)
	}
	ears.take(sfutest.Packet{Seat: 1, Video: true, Repair: true, Payload: []byte{0, 4, 1, 2, 3}})
	ears.finish()
	r := newReport(l, &measurement{})
	if r.Video.Received != 3 || r.Video.Repaired != 1 || r.Video.Lost != 1 || r.Video.LostShare != 20 {
		t.Errorf("pictures %+v", r.Video)
	}
	if r.Sound.Received != 3 || r.Sound.Lost != 2 || r.Sound.LostShare != 40 {
		t.Errorf("sound %+v", r.Sound)
	}
	ears.loss = 1
	if ears.take(sound(1, 6, 1, 0)) || l.tally.injected.Load() != 1 {
		t.Error("nothing was lost on purpose")
	}
}

// A picture that begins from what was kept came late on purpose: that is no
// latency. A packet that was late on its way still is.
func TestListenerCatchesUp(t *testing.T) {
	l, _, ears := newStage()
	old := picture(1, 1, 1, true)
	time.Sleep(2 * time.Millisecond)
	later := picture(1, 2, 1, false)
	time.Sleep(time.Millisecond)
	ears.take(old)
	ears.take(later)
	if l.tally.caught.Load() != 2 || l.tally.images.count() != 0 || l.tally.packets.Load() != 2 {
		t.Errorf("%d caught up, %d timed", l.tally.caught.Load(), l.tally.images.count())
	}
	late := picture(1, 3, 1, false)
	time.Sleep(time.Millisecond)
	ears.take(late)
	if l.tally.images.count() != 1 || l.tally.images.max() < time.Millisecond {
		t.Errorf("%d timed, at most %v", l.tally.images.count(), l.tally.images.max())
	}
}

// Padding with which the server tries a path is not the repetition of packet 0.
func TestListenerPassesPaddingBy(t *testing.T) {
	l, _, ears := newStage()
	for _, seq := range []uint16{65535, 1} {
		ears.take(picture(1, seq, 1, false))
	}
	padding := sfutest.Packet{Seat: 1, Video: true, Repair: true, Header: rtp.Header{Padding: true}, Payload: make([]byte, 255)}
	ears.take(padding)
	ears.finish()
	if got := l.tally.video.repaired.Load(); got != 0 {
		t.Errorf("%d repaired by padding", got)
	}
}
