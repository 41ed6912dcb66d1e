package sfu

import (
	"testing"
	"time"
)

// A server that stood still forwards nothing until it is told that its rooms
// are still its own, whichever comes first after it: a packet or the tick.
func TestFence(t *testing.T) {
	const second = int64(time.Second)
	called := 0
	f := fence{frozen: func() { called++ }}
	f.beat.Store(1)
	for _, step := range []struct {
		name   string
		now    int64
		do     func(now int64)
		holds  bool
		called int
	}{
		{"at first", 10, func(int64) {}, false, 0},
		{"a tick in time", second / 2, func(now int64) { f.step(now) }, false, 0},
		{"a packet after a freeze", 3 * second, func(int64) {}, true, 0},
		{"the tick after it", 3*second + 1, func(now int64) { f.step(now) }, true, 1},
		{"ticks until it is known", 3*second + 2, func(now int64) { f.step(now) }, true, 1},
		{"still its own", 3*second + 3, func(int64) { f.shut.Store(false) }, false, 1},
		{"and goes on", 3*second + 4, func(now int64) { f.step(now) }, false, 1},
	} {
		step.do(step.now)
		if f.holds(step.now) != step.holds || called != step.called {
			t.Errorf("%s: holds %v, called %d; want %v, %d", step.name, f.holds(step.now), called, step.holds, step.called)
		}
	}
	alone := fence{}
	if !alone.step(9*second) || alone.holds(99*second) {
		t.Error("a server that is alone has no fence")
	}
}

// Hush stops voices and repeats, and lets them go on.
func TestHush(t *testing.T) {
	c, peers := bareCircle(t, 2, func() rtpWriter { return discard{} })
	c.sfu.fence.frozen = func() {}
	mic := &bareStream{line: lineMic, ssrc: 7}
	tap := &rtpTap{peer: peers[0], ssrc: 7}
	say := func() (forwarded, fenced uint64) {
		now := c.sfu.now()
		c.sfu.fence.beat.Store(now)
		before := c.sfu.Stats()
		feed(peers[0], tap, now, mic.packet(false))
		after := c.sfu.Stats()
		return after.PacketsForwarded - before.PacketsForwarded, after.Dropped[DropFenced] - before.Dropped[DropFenced]
	}
	for _, quiet := range []bool{false, true, false} {
		c.sfu.Hush(quiet)
		forwarded, fenced := say()
		if want := uint64(1); !quiet && forwarded != want || quiet && (forwarded != 0 || fenced != want) {
			t.Errorf("hushed %v: %d forwarded, %d fenced", quiet, forwarded, fenced)
		}
	}
}
