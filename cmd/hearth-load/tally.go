package main

import (
	"sync/atomic"
	"time"
)

// tally is what all participants of a run count together, in a fixed amount of
// memory. Safe for concurrent use.
type tally struct {
	// Counted from the first join to the end.
	first, everyone histogram // from admission to pictures
	joins           atomic.Uint64
	refused         codes // refusals, those that a later try made good included
	failed          codes // joins that did not come about
	ended           codes // connections that ended by themselves

	// Counted while measuring.
	measuring     atomic.Bool
	sound, images histogram // one-way latency per packet
	muting        histogram // from the command to the last packet heard
	gaps          histogram // the longest silence of each listener
	pauses        histogram // the longest pause at the sender, as each listener saw it
	packets       atomic.Uint64
	injected      atomic.Uint64 // packets lost on purpose on their way down
	storms        atomic.Uint64
	leaks         atomic.Uint64 // heard though sent after the mute was answered
	strays        atomic.Uint64 // from somebody of another room
	untimed       atomic.Uint64 // not a payload of ours
	returns       atomic.Uint64 // people who left and came back
	caught        atomic.Uint64 // packets of pictures made before the keyframe they follow had come
	silent        atomic.Uint64 // voices never heard by somebody who should have

	audio, video streamTotals // of listeners that have gone
}

// streamTotals are sums over streams.
type streamTotals struct{ received, lost, repaired, duplicate atomic.Uint64 }

func (t *streamTotals) take(s *sequence) {
	t.received.Add(s.received)
	t.lost.Add(s.lost())
	t.repaired.Add(s.repaired)
	t.duplicate.Add(s.duplicate)
}

// voice counts how long a packet of sound took.
func (t *tally) voice(d time.Duration) {
	if t.measuring.Load() {
		t.packets.Add(1)
		t.sound.add(d)
	}
}

// image counts how long a packet of a picture took. One that was kept for who
// begins to look has waited, and has no such time.
func (t *tally) image(d time.Duration, kept bool) {
	if !t.measuring.Load() {
		return
	}
	t.packets.Add(1)
	if kept {
		t.caught.Add(1)
	} else {
		t.images.add(d)
	}
}
