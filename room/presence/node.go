package presence

import (
	"context"
	"errors"
	"fmt"
)

// ErrNoNode: no living node has announced itself under the id.
var ErrNoNode = errors.New("presence: no such node")

// Load is what a node says of itself. Both numbers are sums over its rooms.
type Load struct {
	Draining bool // takes no new rooms
	Rooms    int  // rooms it owns
	People   int  // people seated in them
}

// Peer is a node as the others see it.
type Peer struct {
	URL string // internal URL
	Load
}

// Announce tells the cluster about this node for as long as a lease lives:
// repeat it at a third of that.
func (s *Store) Announce(ctx context.Context, load Load) error {
	state := "ready"
	if load.Draining {
		state = "draining"
	}
	_, err := s.run(ctx, "announce", nodeScript, []string{s.nodeKey(s.cfg.Node)},
		s.cfg.NodeURL, state, load.Rooms, load.People, s.cfg.LeaseTTL.Milliseconds())
	return err
}

// Peer finds a node by its id. ErrNoNode where none has announced itself
// lately, ErrCorrupt where its announcement cannot be read.
func (s *Store) Peer(ctx context.Context, id string) (Peer, error) {
	ctx, cancel := s.bound(ctx)
	defer cancel()
	fields, err := s.client.HGetAll(ctx, s.nodeKey(id)).Result()
	if err = s.seen(ctx, "peer", err); err != nil {
		return Peer{}, err
	}
	if len(fields) == 0 {
		return Peer{}, fmt.Errorf("presence: peer: %w", ErrNoNode)
	}
	return readPeer(fields)
}

// readPeer reads exactly what node.lua writes.
func readPeer(fields map[string]string) (Peer, error) {
	rooms, err1 := wholeNumber(fields["rooms"])
	people, err2 := wholeNumber(fields["people"])
	state := fields["state"]
	if err1 != nil || err2 != nil || state != "ready" && state != "draining" {
		return Peer{}, fmt.Errorf("presence: peer: %w", ErrCorrupt)
	}
	load := Load{Draining: state == "draining", Rooms: int(rooms), People: int(people)}
	return Peer{URL: fields["url"], Load: load}, nil
}
