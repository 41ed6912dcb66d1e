package speaker

import (
	"math/rand/v2"
	"testing"
	"time"
)

const ms = int64(time.Millisecond)

// frames is how many frames fit into so many milliseconds.
func frames(millis int) int { return millis / 20 }

// track is what a microphone sends, a level byte a frame; -1: no packet.
type track []int

const (
	noPacket = -1
	calm     = 80  // level of a quiet room
	vBit     = 128 // voice activity
)

// quiet is a quiet room.
func quiet(millis int) track { return steady(millis, calm) }

// steady is a constant level, as of a fan, give or take 2 dB.
func steady(millis, level int) track {
	t := make(track, frames(millis))
	for i := range t {
		t[i] = level&vBit | min(level&0x7f+i%3, 127)
	}
	return t
}

// gone is DTX or a microphone that is off.
func gone(millis int) track {
	t := make(track, frames(millis))
	for i := range t {
		t[i] = noPacket
	}
	return t
}

// talk is running speech of about that level: syllables of 100-200 ms that rise
// and fall by some dB, closures of 20-60 ms between them that go almost down
// to the room, and a pause of 100-300 ms every 1-3 s.
func talk(r *rand.Rand, millis, level int) track {
	var t track
	breath := frames(1000 + r.IntN(2000))
	for len(t) < frames(millis) {
		if len(t) > breath && frames(millis)-len(t) > 10 {
			t = append(t, quiet(100+r.IntN(200))...)
			breath = len(t) + frames(1000+r.IntN(2000))
		}
		stress := r.IntN(8)
		for range 5 + r.IntN(6) {
			t = append(t, min(level+stress+r.IntN(5), calm)|vBit)
		}
		for range 1 + r.IntN(3) {
			t = append(t, min(level+20+r.IntN(10), calm)|vBit)
		}
	}
	return t[:frames(millis)]
}

// burst is a cough, or a door: loud, and over.
func burst(millis, level int) track { return steady(millis, level) }

// typing is a keystroke of 20 or 40 ms every 120-200 ms.
func typing(r *rand.Rand, millis, level int) track {
	t := quiet(millis)
	for i := 0; i < len(t); i += 6 + r.IntN(5) {
		for j := range 1 + r.IntN(2) {
			t[min(i+j, len(t)-1)] = level
		}
	}
	return t
}

func join(parts ...track) (t track) {
	for _, p := range parts {
		t = append(t, p...)
	}
	return t
}

// moment is what a Detector said after a frame.
type moment struct {
	dominant int
	talking  [MaxSeats]bool
}

// play plays the tracks, a seat each, in real order, and keeps what the
// Detector said. Shorter tracks end in a quiet room.
func play(d *Detector, tracks ...track) (said []moment) {
	length := 0
	for _, t := range tracks {
		length = max(length, len(t))
	}
	for i := range length {
		for seat, t := range tracks {
			level := calm
			if i < len(t) {
				level = t[i]
			}
			if level != noPacket {
				d.Intake(seat).Add(byte(level))
			}
		}
		d.Step(d.at + 20*ms)
		said = append(said, d.moment())
	}
	return said
}

func (d *Detector) moment() (m moment) {
	m.dominant = d.Dominant()
	for i := range d.count {
		m.talking[i] = d.Talking(i)
	}
	return m
}

// switches is how often the floor changed hands.
func switches(said []moment) (n int) {
	for i := range said[1:] {
		if said[i+1].dominant != said[i].dominant {
			n++
		}
	}
	return n
}

// from is after how many milliseconds seat first had the floor, counted from
// frame start; -1: never.
func from(said []moment, start, seat int) int {
	for i, m := range said[start:] {
		if m.dominant == seat {
			return (i + 1) * 20
		}
	}
	return -1
}

// seeds runs a test with many different voices.
func seeds(t *testing.T, n int, test func(t *testing.T, r *rand.Rand)) {
	for seed := range uint64(n) {
		test(t, rand.New(rand.NewPCG(seed, 11)))
		if t.Failed() {
			t.Fatalf("with seed %d", seed)
		}
	}
}
