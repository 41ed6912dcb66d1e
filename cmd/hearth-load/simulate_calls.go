package main

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"hearth/room"
	"hearth/room/presence"
)

// callKind is a kind of call to Redis.
type callKind uint8

// The kinds.
const (
	callClaim callKind = iota
	callSeat
	callRenew
	callTouch
	callRemove
	callLift
	callRelease
	callEnd
	callAnnounce

	callKinds
)

var callNames = [callKinds]string{"claim", "seat", "renew", "touch", "remove", "lift", "release", "end", "announce"}

// calls are those of one part of a run. Safe for concurrent use; the zero value
// is empty.
type calls struct {
	kinds  [callKinds]histogram
	late   histogram // from when a renewal was due to its answer
	failed codes     // calls that did not do what they should
	lapsed atomic.Uint64
	events atomic.Uint64 // what happened in rooms
}

// total is how many calls there were.
func (c *calls) total() (n uint64) {
	for i := range c.kinds {
		n += c.kinds[i].count()
	}
	return n
}

// call makes one call and counts it. expected is the error it has to
// have, nil for none; whatever else comes is counted by its name and returned.
func (c *calls) call(ctx context.Context, kind callKind, expected error, do func(context.Context) error) error {
	begun := time.Now()
	err := do(ctx)
	return c.count(kind, time.Since(begun), expected, err)
}

// count counts a call that took so long and had this error.
func (c *calls) count(kind callKind, took time.Duration, expected, err error) error {
	c.kinds[kind].add(took)
	if expected != nil && errors.Is(err, expected) {
		return nil
	}
	if expected != nil && err == nil {
		err = errAllowed
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		c.failed.add(callNames[kind] + ": " + wordFor(err))
	}
	return err
}

// errAllowed: Redis let something through that it has to refuse.
var errAllowed = errors.New("allowed what it has to refuse")

// wordFor names an error of presence without its text.
func wordFor(err error) string {
	for _, c := range []struct {
		err  error
		word string
	}{
		{errAllowed, "allowed"}, {errChanged, "changed"},
		{room.ErrUnavailable, "unavailable"}, {room.ErrStale, "stale"}, {room.ErrOwned, "owned"},
		{room.ErrTaken, "taken"}, {room.ErrFull, "full"}, {room.ErrRemoved, "removed"},
		{presence.ErrBad, "bad"}, {presence.ErrCorrupt, "corrupt"},
	} {
		if errors.Is(err, c.err) {
			return c.word
		}
	}
	return internal
}
