package emulate

import (
	"slices"
	"testing"
)

func TestEar(t *testing.T) {
	type packet struct {
		seq   uint16
		stamp uint32 // ms
		at    int64  // ms
	}
	for _, c := range []struct {
		name    string
		in      []packet
		longest int64 // ms
		lost    int
	}{
		{"steady", []packet{{1, 0, 50}, {2, 20, 70}, {3, 40, 90}}, 20, 0},
		{"late", []packet{{1, 0, 50}, {2, 20, 370}}, 320, 0},
		{"DTX is no gap", []packet{{1, 0, 50}, {2, 400, 450}, {3, 800, 850}}, 20, 0},
		{"late after DTX", []packet{{1, 0, 50}, {2, 400, 750}}, 320, 0},
		{"lost", []packet{{1, 0, 50}, {6, 100, 150}}, 100, 4},
		{"lost beside DTX", []packet{{1, 0, 50}, {4, 440, 490}}, 60, 2},
		{"out of order", []packet{{1, 0, 50}, {3, 40, 90}, {2, 20, 95}}, 40, 0},
	} {
		var e ear
		for _, p := range c.in {
			e.add(&Packet{Seq: p.seq, Stamp: p.stamp * 48}, p.at*Millisecond)
		}
		if e.result.Longest != c.longest*Millisecond || e.result.Lost != c.lost {
			t.Errorf("%s: %+v", c.name, e.result)
		}
	}
}

// film makes frames of two packets in the pattern 0 2 1 2, beginning with a key.
func film(frames int) (out []*Packet) {
	tl0 := uint8(250) // it wraps
	for i := range frames {
		temporal := [4]uint8{0, 2, 1, 2}[i%4]
		if temporal == 0 {
			tl0++
		}
		for half := range 2 {
			out = append(out, &Packet{
				Seq: uint16(65530 + 2*i + half), Stamp: uint32(i) * 3750, Payload: 500,
				Start: half == 0, Marker: half == 1, Key: i == 0,
				Picture: uint16(32760+i) & 0x7fff, TL0: tl0, Temporal: temporal,
			})
		}
	}
	return out
}

// watch shows the packets of a film that are not left out, in real time.
func watch(film []*Packet, out ...int) *screen {
	s := newScreen(0)
	for i, p := range film {
		if !slices.Contains(out, i) {
			s.add(p, int64(p.Stamp)/90*Millisecond)
		}
	}
	return s
}

func TestScreen(t *testing.T) {
	for _, c := range []struct {
		name    string
		lost    []int // packets, two a frame
		decoded int
	}{
		{"all", nil, 40},
		{"half a frame of the highest layer", []int{3}, 39},
		{"a frame of layer 0: nothing after it", []int{8, 9}, 4},
		{"half a keyframe", []int{1}, 0},
	} {
		if got := watch(film(40), c.lost...).result; got.Decoded != c.decoded {
			t.Errorf("%s: %+v, want %d", c.name, got, c.decoded)
		}
	}
}

func TestScreenRepairedAndFrozen(t *testing.T) {
	all := film(40)
	s := watch(all[:60], 8)
	s.add(all[8], 1500*Millisecond)
	for _, p := range all[60:] {
		s.add(p, 1500*Millisecond)
	}
	if r := s.result; r.Decoded < 35 || r.Freezes != 1 || r.Longest < 1200*Millisecond {
		t.Errorf("%+v", r)
	}
	// seven frames a second are not a freeze
	s = newScreen(0)
	for i, p := range film(200) {
		if i/2%4 == 0 {
			p.Picture = uint16(i / 8)
			s.add(p, int64(p.Stamp)/90*Millisecond)
		}
	}
	if r := s.result; r.Decoded != 50 || r.Freezes != 0 {
		t.Errorf("%+v at 6 frames a second", r)
	}
}

func TestScreenAsksForKeyframes(t *testing.T) {
	s := watch(film(2)[2:]) // without the keyframe
	if !s.asks(300*Millisecond) || s.asks(400*Millisecond) || !s.asks(600*Millisecond) {
		t.Error("asks not, or too often, without a keyframe")
	}
	s = watch(film(8))
	if s.asks(2 * Second) {
		t.Error("asks after two seconds")
	}
	s.packet = 3 * Second
	if !s.asks(4 * Second) {
		t.Error("asks not after three seconds without a picture")
	}
	s.pause(true, 4*Second)
	if s.asks(10 * Second) {
		t.Error("asks while paused")
	}
}

func TestMissing(t *testing.T) {
	var m missing
	for _, seq := range []uint16{65533, 65534, 2, 3} {
		m.add(seq)
	}
	if got := m.due(100*Millisecond, 0); !slices.Equal(got, []uint16{65535, 0, 1}) {
		t.Fatalf("%v", got)
	}
	m.add(0)
	if got := m.due(100*Millisecond, 50*Millisecond); got != nil {
		t.Errorf("%v too early", got)
	}
	asked := 1
	for now := 100 * Millisecond; now < 5*Second; now += 20 * Millisecond {
		if len(m.due(100*Millisecond, now)) > 0 {
			asked++
		}
	}
	if asked != maxAsks || len(m.wanted) != 0 {
		t.Errorf("asked %d times, %d left", asked, len(m.wanted))
	}
	if !m.add(3 + 2000) {
		t.Error("no end to what is missing")
	}
}

func TestCounters(t *testing.T) {
	var c counters
	for _, seq := range []uint16{65534, 65535, 2, 1, 3} { // 0 is lost
		c.add(seq, Second)
	}
	c.lastSR, c.lastSRAt = 7, Second
	r := c.report(5, 3*Second)
	want := Report{SSRC: 5, Fraction: 256 / 6, Cumulative: 1, Highest: 1<<16 + 3, LastSR: 7, Delay: 2 << 16}
	if r != want {
		t.Errorf("%+v, want %+v", r, want)
	}
	c.add(4, 4*Second)
	if r = c.report(5, 4*Second); r.Fraction != 0 || r.Cumulative != 1 {
		t.Errorf("%+v in the second report", r)
	}
}

// The feedback as another implementation reads it.
func TestMessages(t *testing.T) {
	f := Feedback{
		REMB: 1_234_567, SSRCs: []uint32{8, 9},
		Reports: []Report{{SSRC: 8, Fraction: 3, Cumulative: -1, Highest: 70_000, LastSR: 4, Delay: 5}},
		NACKs:   []NACK{{8, []uint16{65535, 0, 3, 40}}}, PLIs: []uint32{9},
	}
	if size := f.Size(); size < 120 || size > 200 {
		t.Errorf("%d bytes", size)
	}
	checkRTCP(t, f.Messages(1))
}
