package cluster

import (
	"context"
	"slices"
	"sync"
)

// maxVouches bounds how many questions a silent node asks at once: rooms times
// nodes.
const maxVouches = 4096

// mend says whether every room that is live here is known to be this node's.
// First it announces itself, so that no thief begins any more; then Redis
// says it, or, while Redis is away or has lost its data, every other node. A
// node that stood still for long is blind: others may have come that it never
// heard of.
func (c *Cluster) mend(ctx context.Context, blind bool) bool {
	// The second look is for data that was lost during the renewal.
	if c.refresh(ctx) == nil && c.confirm(ctx) && c.refresh(ctx) == nil && !c.emptied() {
		return true
	}
	return !blind && c.vouched(ctx)
}

// emptied says whether Redis has lost its data a moment ago.
func (c *Cluster) emptied() bool {
	now := c.config.Clock()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.view.empty.After(now)
}

// confirm renews all leases.
func (c *Cluster) confirm(ctx context.Context) bool {
	bound, cancel := context.WithTimeout(ctx, confirmWithin)
	defer cancel()
	return c.config.Confirm(bound) == nil
}

// vouched asks every other node about every room: all have to answer that it is
// not theirs.
func (c *Cluster) vouched(ctx context.Context) bool {
	rooms, peers := c.rooms(), c.others("")
	if len(rooms)*len(peers) > maxVouches {
		return false
	}
	good := true
	for _, id := range rooms {
		for _, r := range c.askEach(ctx, peers, id) {
			good = good && (r == notMine || r == refused)
		}
		if !good {
			return false
		}
	}
	return ctx.Err() == nil
}

// askRound asks every node that could take a room over about one of the rooms
// here, and notes who is out of reach. A refused connection is an answer, since
// a process that is gone takes nothing; but where all of several nodes refuse,
// it is more likely that something between them does.
func (c *Cluster) askRound(ctx context.Context, turn int) {
	rooms := c.rooms()
	if len(rooms) == 0 {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.view.forgive()
		return
	}
	id := rooms[turn%len(rooms)]
	peers := slices.DeleteFunc(c.others(""), func(p peer) bool { return p.Draining || p.URL == "" })
	results := c.askEach(ctx, peers, id)
	if ctx.Err() != nil {
		return
	}
	if refusals := slices.Repeat([]result{refused}, len(peers)); len(peers) >= 2 && slices.Equal(results, refusals) {
		results = slices.Repeat([]result{silent}, len(peers))
	}
	var missed []string
	for i, r := range results {
		if r == silent {
			missed = append(missed, peers[i].ID)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.view.missed(missed)
	c.stolen = c.stolen || slices.Contains(results, mine)
}

// askEach asks nodes side by side, maxAsks at a time. An older owner's "mine",
// of a smaller epoch, is "not mine".
func (c *Cluster) askEach(ctx context.Context, peers []peer, id string) []result {
	own, _ := c.config.Owns(id)
	results := make([]result, len(peers))
	slots := make(chan struct{}, maxAsks)
	var asks sync.WaitGroup
	for i, p := range peers {
		slots <- struct{}{}
		asks.Go(func() {
			defer func() { <-slots }()
			epoch, r := c.ask(ctx, p, id, roundEvery)
			if r == mine && epoch > Taking && epoch < own {
				r = notMine
			}
			results[i] = r
		})
	}
	asks.Wait()
	return results
}
