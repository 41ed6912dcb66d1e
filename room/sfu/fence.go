package sfu

import (
	"sync/atomic"
	"time"
)

// frozenAfter is how long a server may stand still before it has to ask whether
// its rooms are still its own: other servers take them over after about twice
// as long.
const frozenAfter = int64(time.Second)

// fence shuts the packet path of a whole server that may have lost its rooms
// to another one: by Hush, or by itself once it has stood still, before a
// packet that waited in the sockets meanwhile can pass.
type fence struct {
	frozen func() // static; nil where there are no other servers, and no fence

	shut atomic.Bool
	beat atomic.Int64 // the last tick
}

// holds tells whether nothing may pass. Any goroutine; it costs two loads.
func (f *fence) holds(now int64) bool {
	return f.frozen != nil && (f.shut.Load() || now-f.beat.Load() > frozenAfter)
}

// step is the tick's: a tick that comes too late shuts the fence.
func (f *fence) step(now int64) (open bool) {
	if f.frozen == nil {
		return true
	}
	late := now-f.beat.Load() > frozenAfter
	if late {
		f.shut.Store(true) // before the beat, so that no packet finds it open between
	}
	f.beat.Store(now)
	if late {
		f.frozen()
	}
	return !f.shut.Load()
}

// Hush shuts the packet path of all circles, effective on the next packet, or
// opens it again. It does nothing without Config.Frozen. Grants stay as they are.
func (s *SFU) Hush(quiet bool) {
	s.fence.shut.Store(quiet)
	if !quiet {
		s.hurry()
	}
}
