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

// latency counts how long one packet took.
func (t *tally) latency(video bool, d time.Duration) {
	if !t.measuring.Load() {
		return
	}
	t.packets.Add(1)
	if video {
		t.images.add(d)
	} else {
		t.sound.add(d)
	}
}
