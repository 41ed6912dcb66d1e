package sfu

import "testing"

func TestRewriterOverRuns(t *testing.T) {
	w := rewriter{clock: 90000, least: 1}
	now := int64(1e9)
	send := func(seq uint16, stamp uint32) (uint16, uint32, bool) {
		out, stamp, _, ok := w.next(&packet{seq: seq, timestamp: stamp}, now)
		return out, stamp, ok
	}
	w.begin(&packet{seq: 65535, timestamp: 1<<32 - 1000}, now, 0, false)
	if seq, stamp, ok := send(65535, 1<<32-1000); seq != 65535 || stamp != 1<<32-1000 || !ok {
		t.Fatalf("first packet %d %d %v", seq, stamp, ok)
	}
	if seq, stamp, ok := send(1, 2000); seq != 1 || stamp != 2000 || !ok {
		t.Fatalf("after the wrap %d %d %v", seq, stamp, ok)
	}
	if seq, _, ok := send(0, 500); seq != 0 || !ok {
		t.Fatalf("late packet %d %v", seq, ok)
	}
	if _, _, ok := send(65534, 1<<32-4000); ok {
		t.Fatal("a packet from before the run")
	}
	now += 1e9
	w.begin(&packet{seq: 30000, timestamp: 77}, now, 0, false)
	if _, _, ok := send(29999, 70); ok {
		t.Fatal("a packet from before the second run")
	}
	if seq, stamp, ok := send(30000, 77); seq != 2 || stamp != 92000 || !ok {
		t.Fatalf("second run %d %d %v", seq, stamp, ok)
	}
	if got := w.cuts.source(2); got != 30000 {
		t.Fatalf("source %d", got)
	}
	// A timestamp known better than the clock is taken, a lie is not.
	w.begin(&packet{seq: 5, timestamp: 5}, now, 92500, true)
	if _, stamp, _ := send(5, 5); stamp != 92500 {
		t.Fatalf("aligned run %d", stamp)
	}
	w.begin(&packet{seq: 9, timestamp: 9}, now, 1<<31, true)
	if _, stamp, _ := send(9, 9); stamp != 92501 {
		t.Fatalf("lied about %d", stamp)
	}
}

func TestRewriterForgetsTheFarPast(t *testing.T) {
	w := rewriter{clock: 90000, least: 1}
	w.begin(&packet{seq: 0}, 0, 0, false)
	for seq := range uint16(2 * runLookback) {
		w.next(&packet{seq: seq}, 0)
	}
	if w.contains(runLookback - 1) {
		t.Error("too old")
	}
	if !w.contains(runLookback + 1) {
		t.Error("young enough")
	}
}

func TestPictureIDs(t *testing.T) {
	var s vp8Sequence
	id := func(bits uint8, in uint16, stamp uint32) uint16 {
		n, ok := s.next(&vp8{idBits: bits, id: in}, stamp, 0, false)
		if !ok {
			t.Fatalf("id %d refused", in)
		}
		return n.id
	}
	s.begin(&vp8{idBits: 7, id: 126}, 0)
	for i, in := range []struct {
		bits uint8
		id   uint16
		want uint16
	}{
		{7, 126, 126}, {7, 127, 127}, {7, 0, 128}, {7, 127, 127}, {7, 1, 129}, {7, 3, 131},
	} {
		if got := id(in.bits, in.id, 0); got != in.want {
			t.Errorf("short id %d: %d, want %d", i, got, in.want)
		}
	}
	s.begin(&vp8{idBits: 15, id: 32767}, 0)
	for i, in := range []struct{ id, want uint16 }{{32767, 132}, {0, 133}, {2, 135}, {1, 134}, {32767, 132}} {
		if got := id(15, in.id, 0); got != in.want {
			t.Errorf("long id %d: %d, want %d", i, got, in.want)
		}
	}
	s.begin(&vp8{}, 9000)
	for i, in := range []struct {
		stamp uint32
		want  uint16
	}{{9000, 136}, {12000, 137}, {12000, 137}, {15000, 138}, {12000, 137}} {
		if got := id(0, 0, in.stamp); got != in.want {
			t.Errorf("no id %d: %d, want %d", i, got, in.want)
		}
	}
	if _, ok := s.next(&vp8{}, 13000, 0, false); ok {
		t.Error("a frame that was never numbered")
	}
}

func TestTemporalNumbers(t *testing.T) {
	var s vp8Sequence
	at := func(tl0, key uint8) vp8Numbers {
		n, _ := s.next(&vp8{idBits: 15, hasTL0: true, tl0: tl0, hasKey: true, layerByte: key}, 0, 0, false)
		return n
	}
	s.begin(&vp8{idBits: 15, hasTL0: true, tl0: 255, hasKey: true, layerByte: 31}, 0)
	if n := at(0, 31); n.tl0 != 0 || n.key != 31 {
		t.Errorf("%+v", n)
	}
	if n := at(255, 30); n.tl0 != 255 || n.key != 30 {
		t.Errorf("reordered: %+v", n)
	}
	s.begin(&vp8{idBits: 15, hasTL0: true, tl0: 99, hasKey: true, layerByte: 5}, 0)
	if n := at(99, 5); n.tl0 != 1 || n.key != 0 {
		t.Errorf("next run: %+v", n)
	}
}
