package cluster

import (
	"context"
	"errors"
	"time"

	"hearth/room"
)

// ErrRefused is what an Asker returns when the other side refused the
// connection: the host is there and no process listens. Any other error means
// that the node did not answer.
var ErrRefused = errors.New("cluster: connection refused")

// Registry is what all nodes see: the presence store. Every method returns
// room.ErrUnavailable while Redis does not answer, and is safe for concurrent
// use.
type Registry interface {
	// Node is the id of this node.
	Node() string
	// Announce puts this node's load and a new stamp, and returns all nodes as
	// they were before: this one's entry is its last announcement, and is
	// missing on the first and after Redis has lost its data.
	Announce(ctx context.Context, load room.Load) ([]room.Node, error)
	// Owner says who owns a room; the zero value for nobody.
	Owner(ctx context.Context, id string) (room.Owned, error)
	// Claim takes a room that no other node owns; room.Owned otherwise.
	Claim(ctx context.Context, id string) (room.Lease, room.Record, error)
	// Steal takes a room from the owner with the epoch seen, by compare and
	// swap: room.Owned when somebody was faster, room.ErrStale when it is free.
	Steal(ctx context.Context, id string, seen uint64) (room.Lease, room.Record, error)
}

// Asker asks another node, on its internal port, whether it owns a room. Safe
// for concurrent use; it returns when ctx ends.
type Asker interface {
	Owns(ctx context.Context, url, room string) (epoch uint64, yes bool, err error)
}

// The policy in numbers. Those of the thief and of the owner belong together:
// see the package comment.
const (
	beatEvery    = 500 * time.Millisecond // an announcement
	beatWithin   = time.Second            // how long one may take
	lookEvery    = 100 * time.Millisecond // at the clock
	askAllIn     = 300 * time.Millisecond // all other nodes, before a claim
	askOneIn     = 500 * time.Millisecond // one node, each time
	askAgain     = 250 * time.Millisecond // between two who say "not mine"
	goneAfter    = time.Second            // a stamp, with the port refusing
	deadAfter    = 2 * time.Second        // a stamp, with the port silent
	doubtAfter   = 700 * time.Millisecond // own stamp: start to ask the others
	silentAfter  = 1500 * time.Millisecond
	roundEvery   = 400 * time.Millisecond  // of asking the others while Redis is away
	giveUpAfter  = 5 * time.Second         // of silence
	frozenAfter  = time.Second             // between two looks at the clock
	knownFor     = 10 * time.Second        // a silent node; longer than it can be silent and come back with rooms
	rowWithin    = 3 * time.Second         // two questions that a node leaves open in a row
	forgetAfter  = 2 * time.Minute         // a node that is gone; longer than Redis lists it
	suspectAfter = 1100 * time.Millisecond // a stamp, two beats old: its node is asked all the time
	freshFor     = 700 * time.Millisecond  // what such questions have shown
	strandAfter  = time.Second             // of silence: people do better elsewhere
	settleFor    = 1500 * time.Millisecond
	rebuildFor   = 3 * time.Second
	farMore      = 20 // people more than elsewhere, before a room goes elsewhere
	maxPeers     = 512
	maxAsks      = 64 // nodes asked at once in one call
	maxEach      = 4  // questions to one of them at once, as many as connections are kept
)
