package cluster

import (
	"context"
	"errors"
	"slices"

	"hearth/room"
)

// Find says where somebody who wants a room that is not live here has to go:
// the zero value is here. A room that is live nowhere is placed on the node
// with the fewest people. room.ErrUnavailable where Redis is away and no other
// node owns the room, and where its owner lives at this node's own URL; it takes
// about a second at most.
func (c *Cluster) Find(ctx context.Context, id string) (room.Owned, error) {
	owner, err := c.config.Registry.Owner(ctx, id)
	if err == nil && owner.Node == c.node {
		return room.Owned{}, nil
	}
	if err == nil && owner.Node != "" && c.serves(ctx, owner, id) {
		return owner, nil
	}
	// Redis may have forgotten the owner, or not know it yet.
	if other, _ := c.askAll(ctx, c.others(owner.Node), id); other.Node != "" {
		return other, nil
	}
	if errors.Is(err, room.ErrUnavailable) || c.own(owner.URL) && c.Doubled() {
		return room.Owned{}, room.ErrUnavailable
	}
	return c.place(), nil
}

// serves says whether the owner in Redis is there, and has the room. One that
// does not answer is left to Claim, which knows how to wait for it.
func (c *Cluster) serves(ctx context.Context, o room.Owned, id string) bool {
	now := c.config.Clock()
	c.mu.Lock()
	dead := c.view.dead(o.Node, now)
	c.mu.Unlock()
	if dead {
		return false
	}
	_, r := c.ask(ctx, peer{Node: room.Node{ID: o.Node, URL: o.URL}}, id, askOneIn)
	return r == mine
}

// place places a room that is live nowhere. A node that was started a moment ago
// would have to wait before it claims it, so it sends on.
func (c *Cluster) place() room.Owned {
	load, now := c.config.Load(), c.config.Clock()
	c.mu.Lock()
	defer c.mu.Unlock()
	load.Draining = load.Draining || c.view.young.After(now)
	return place(load, slices.DeleteFunc(c.view.ready(now), func(p peer) bool { return c.own(p.URL) }))
}

// Nodes are the other nodes that are known, in the order of their ids, each
// with its age now.
func (c *Cluster) Nodes() []room.Node {
	now := c.config.Clock()
	all := c.others("")
	nodes := make([]room.Node, len(all))
	for i, p := range all {
		nodes[i] = p.Node
		nodes[i].Age = max(now.Sub(p.hi), 0)
	}
	return nodes
}

// Origins are the public origins of the other nodes that take people, in
// order and each once.
func (c *Cluster) Origins() []string {
	now := c.config.Clock()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.origins(c.view.ready(now))
}

// Known are the public origins of all other nodes of the last two minutes:
// draining ones too, and those that are gone, whose people may come here.
func (c *Cluster) Known() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.origins(c.view.ever())
}

func (c *Cluster) origins(of []peer) (list []string) {
	for _, p := range of {
		if p.Origin != "" && p.Origin != c.config.Origin {
			list = append(list, p.Origin)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
