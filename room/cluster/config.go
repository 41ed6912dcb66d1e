package cluster

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"hearth/room"
)

// Config is what a cluster needs. All fields are required, but the last five.
// The functions are called on any goroutine, but none before Run or Claim.
type Config struct {
	Registry Registry
	Asker    Asker
	Log      *slog.Logger

	// Load is what this node has to carry now. It never blocks.
	Load func() room.Load
	// Owns says whether a room is live here, and its epoch. It never blocks.
	Owns func(room string) (epoch uint64, yes bool)
	// Silence shuts (true) or opens the packet path of all rooms of this node.
	// It is effective on the next packet and never blocks.
	Silence func(bool)
	// Confirm renews the lease of every live room now, and closes those that
	// have another owner. nil only when it is known of each room.
	Confirm func(context.Context) error
	// GiveUp closes all rooms: they go on elsewhere. It never blocks.
	GiveUp func()

	// Dead is told of a node that certainly serves no room, at the moment at which
	// that is known: whoever waits for it need not wait any longer. It is told
	// again when the node comes back and dies again. It never blocks.
	Dead func(room.Node)
	// Stranded is told that this node has been silent for a second, once in each
	// silence: its people do better at another node, if there is one that serves
	// them. The rooms stay. It never blocks.
	Stranded func()

	// Clock is the time, with its monotonic reading; time.Now by default.
	Clock func() time.Time
	// Origin is the public origin of this node, which Origins leaves out.
	Origin string
	// URL is the internal URL that this node announces, by which it knows its own
	// announcements from those of another process (Doubled), and itself.
	URL string
}

// complete says whether nothing required is missing.
func (c *Config) complete() bool {
	return c.Registry != nil && c.Asker != nil && c.Log != nil && c.Load != nil && c.Owns != nil &&
		c.Silence != nil && c.Confirm != nil && c.GiveUp != nil
}

// Cluster is this node's place among the others. Its methods are safe for
// concurrent use; Claim needs Run to be running.
type Cluster struct {
	// Static after New.
	config Config
	node   string        // id of this node
	kick   chan struct{} // capacity 1: a beat is wanted now
	wake   chan struct{} // capacity 1: a look at the clock is wanted now

	mu     sync.Mutex
	view   view             // guarded by mu: the other nodes
	stakes map[string]stake // guarded by mu: rooms that were taken a moment ago, or are being taken
	stats  Stats            // guarded by mu
	failed time.Time        // guarded by mu: start of the last announcement that did not go through
	name   double           // guarded by mu: another process under this node's id
	url    double           // guarded by mu: another process at this node's URL
	stolen bool             // guarded by mu: another node has a room that is live here
	froze  bool             // guarded by mu: somebody else found that the node stood still
	renew  bool             // guarded by mu: Redis came back, or lost data: tell it again
	beaten chan struct{}    // guarded by mu: closed and replaced by every beat
}

var _ room.Presence = (*Cluster)(nil)

// New makes the cluster. Nothing is asked before Run.
func New(c Config) (*Cluster, error) {
	if !c.complete() {
		return nil, errors.New("cluster: a required part is missing")
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Dead == nil {
		c.Dead = func(room.Node) {}
	}
	if c.Stranded == nil {
		c.Stranded = func() {}
	}
	return &Cluster{
		config: c, node: c.Registry.Node(), kick: make(chan struct{}, 1), wake: make(chan struct{}, 1),
		view: newView(), stakes: map[string]stake{}, beaten: make(chan struct{}),
	}, nil
}
