package main

import (
	"sync/atomic"

	"hearth/room/sfu/sfutest"
)

// voice is what listeners have to know of a participant's microphone to tell a
// gap from a silence that is meant. All times are of sfutest.Now. Safe for
// concurrent use.
type voice struct {
	on    atomic.Bool   // should be heard by everybody in the circle
	since atomic.Int64  // since when
	epoch atomic.Uint32 // changes with every silence that is meant
	muted atomic.Int64  // since when nothing that is sent may be heard; 0 for never
	heard atomic.Int64  // when somebody heard it last
}

// rest begins a silence that is meant.
func (v *voice) rest() {
	v.on.Store(false)
	v.epoch.Add(1)
}

// speak ends it.
func (v *voice) speak() {
	v.muted.Store(0)
	v.epoch.Add(1)
	v.since.Store(sfutest.Now())
	v.on.Store(true)
}
