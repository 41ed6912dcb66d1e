package cluster

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// maxVouches bounds how many questions a silent node asks at once: rooms times
// nodes.
const maxVouches = 4096

// mend says whether every room that is live here is known to be this node's.
// First it announces itself, so that no thief begins any more; then Redis
// says it, or, while Redis is away or has lost its data, every other node. A
// node that stood still for long is blind: others may have come that it never
// heard of. Redis may have forgotten a theft of a moment ago, which the thief
// knows: nobody may contradict it.
func (c *Cluster) mend(ctx context.Context, blind bool) bool {
	if c.refresh(ctx) != nil {
		return !blind && c.vouched(ctx)
	}
	contested := make(chan bool, 1)
	go func() { contested <- c.contested(ctx) }()
	// The second look is for data that was lost during the renewal.
	confirmed := c.confirm(ctx) && c.refresh(ctx) == nil && !c.emptied()
	switch {
	case <-contested:
		return false
	case confirmed:
		return true
	}
	return !blind && c.vouched(ctx)
}

// contested asks all other nodes about all rooms that are live here, and says
// whether one of them claims to own one. Those that do not answer at once, as
// any that lives does, are not waited for. Where there are too many questions
// none is asked.
func (c *Cluster) contested(ctx context.Context) bool {
	rooms, peers := c.rooms(), c.others("")
	if len(rooms)*len(peers) > maxVouches {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, askAllIn)
	defer cancel()
	var (
		claimed atomic.Bool
		slots   = make(chan struct{}, maxAsks)
		asks    sync.WaitGroup
	)
	for _, id := range rooms {
		own, _ := c.config.Owns(id)
		for _, p := range peers {
			slots <- struct{}{}
			asks.Go(func() {
				defer func() { <-slots }()
				if c.claims(ctx, p, id, own, askAllIn) == mine {
					claimed.Store(true)
				}
			})
		}
	}
	asks.Wait()
	return claimed.Load()
}

// claims asks a node about a room that is live here under an epoch. An older
// owner's "mine", of a smaller one, is "not mine".
func (c *Cluster) claims(ctx context.Context, p peer, id string, own uint64, within time.Duration) result {
	epoch, r := c.ask(ctx, p, id, within)
	if r == mine && epoch > Taking && epoch < own {
		r = notMine
	}
	return r
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
	c.revive(ctx)
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
	var beside sync.WaitGroup
	beside.Go(func() { c.revive(ctx) })
	results := c.askEach(ctx, peers, id)
	beside.Wait()
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

// revive asks nodes that were found gone for a sign of life: while Redis is away
// one may have been started again that nobody hears of. Whichever answers counts
// again.
func (c *Cluster) revive(ctx context.Context) {
	c.mu.Lock()
	gone := slices.DeleteFunc(c.view.ever(), func(p peer) bool { return !p.gone })
	c.mu.Unlock()
	c.askAll(ctx, gone, anyRoom)
}

// askEach asks nodes side by side, maxAsks at a time.
func (c *Cluster) askEach(ctx context.Context, peers []peer, id string) []result {
	own, _ := c.config.Owns(id)
	results := make([]result, len(peers))
	slots := make(chan struct{}, maxAsks)
	var asks sync.WaitGroup
	for i, p := range peers {
		slots <- struct{}{}
		asks.Go(func() {
			defer func() { <-slots }()
			results[i] = c.claims(ctx, p, id, own, roundEvery)
		})
	}
	asks.Wait()
	return results
}
