package cluster

import (
	"context"
	"slices"
	"sync"
	"time"
)

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

// contested asks all other nodes about all rooms that are live here, however
// many there are, and says whether one of them claims to own one, or answers and
// then falls silent before it was asked about all. Those that do not answer at
// once, as any that lives does, are not waited for.
func (c *Cluster) contested(ctx context.Context) bool {
	heard := c.askAround(ctx, c.others(""), c.rooms(), askAllIn, time.Time{})
	return slices.ContainsFunc(heard, func(s said) bool {
		return s.claimed() || s.answered > 0 && s.left > 0 && s.refused == 0
	})
}

// claims asks a node about a room that is live here. "Mine" of an older owner,
// whose epoch is smaller, is "not mine"; so is that of a room that has ended here
// meanwhile.
func (c *Cluster) claims(ctx context.Context, p peer, id string, within time.Duration) result {
	epoch, r := c.ask(ctx, p, id, within)
	own, live := c.config.Owns(id)
	if r == mine && (!live || epoch > Taking && epoch < own) {
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
	for _, s := range c.askAround(ctx, c.others(""), c.rooms(), roundEvery, time.Time{}) {
		if s.claims > 0 || s.open > 0 {
			return false
		}
	}
	return ctx.Err() == nil
}

// askRound asks every node that could take a room over about the rooms here,
// beginning with the one at from, and notes who is out of reach. It returns how
// many it got to: all, unless the answers take their time. A refused connection
// is an answer, since a process that is gone takes nothing; but where all of
// several nodes refuse, it is more likely that something between them does.
func (c *Cluster) askRound(ctx context.Context, from int) (asked int) {
	rooms := c.rooms()
	if len(rooms) == 0 {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.view.forgive()
		return 0
	}
	from %= len(rooms)
	rooms = slices.Concat(rooms[from:], rooms[:from])
	peers := slices.DeleteFunc(c.others(""), func(p peer) bool { return p.Draining || p.URL == "" })
	var beside sync.WaitGroup
	beside.Go(func() { c.revive(ctx) })
	heard := c.askAround(ctx, peers, rooms, roundEvery, c.config.Clock().Add(roundEvery))
	stolen := slices.ContainsFunc(heard, said.claimed)
	if stolen {
		c.robbed()
	}
	if beside.Wait(); stolen || ctx.Err() != nil {
		return 0
	}
	blocked := len(peers) >= 2 && !slices.ContainsFunc(heard, func(s said) bool { return !s.refuses() })
	asked = len(rooms)
	var missed []string
	for i, s := range heard {
		switch {
		case s.answered > 0:
			asked = min(asked, s.answered)
		case s.open > 0 && !s.refuses() || blocked:
			missed = append(missed, peers[i].ID)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.view.missed(missed)
	return asked
}

// robbed notes that another node has a room that is live here.
func (c *Cluster) robbed() {
	c.mu.Lock()
	c.stolen = true
	c.mu.Unlock()
	c.look()
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

// said is what one node said of many rooms: the number of questions that ended
// in each way, and of rooms that it was not asked about.
type said struct{ claims, answered, refused, open, left int }

func (s said) claimed() bool { return s.claims > 0 }

func (s said) refuses() bool { return s.answered == 0 && s.refused > 0 }

func (s *said) count(r result) {
	switch r {
	case mine:
		s.claims++
	case notMine:
		s.answered++
	case refused:
		s.refused++
	default:
		s.open++
	}
}

// askAround asks nodes side by side, maxAsks at a time, about rooms that are
// live here. It ends with the first that claims one.
func (c *Cluster) askAround(ctx context.Context, peers []peer, rooms []string, within time.Duration, until time.Time) []said {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	heard := make([]said, len(peers))
	slots := make(chan struct{}, maxAsks)
	var asks sync.WaitGroup
	for i, p := range peers {
		slots <- struct{}{}
		asks.Go(func() {
			defer func() { <-slots }()
			if heard[i] = c.askAbout(ctx, p, rooms, within, until); heard[i].claimed() {
				cancel()
			}
		})
	}
	asks.Wait()
	return heard
}

// askAbout asks one node about rooms in their order, maxEach at a time. It ends
// with the first that the node claims, and each line of questions with one that
// it refuses or leaves open. After until, unless that is the zero value, only the
// first questions begin. Rooms that are not live here any more are left out.
func (c *Cluster) askAbout(ctx context.Context, p peer, rooms []string, within time.Duration, until time.Time) (all said) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		mu    sync.Mutex // guards all and next
		next  int
		lines sync.WaitGroup
	)
	take := func() (id string, ok bool) {
		mu.Lock()
		defer mu.Unlock()
		for ; !ok && next < len(rooms) && ctx.Err() == nil; next++ {
			if next >= maxEach && !until.IsZero() && !c.config.Clock().Before(until) {
				break
			}
			id = rooms[next]
			_, ok = c.config.Owns(id)
		}
		return id, ok
	}
	for range min(maxEach, len(rooms)) {
		lines.Go(func() {
			for r := notMine; r == notMine; {
				id, ok := take()
				if !ok {
					return
				}
				if r = c.claims(ctx, p, id, within); r == mine {
					cancel()
				}
				mu.Lock()
				all.count(r)
				mu.Unlock()
			}
		})
	}
	lines.Wait()
	all.left = len(rooms) - next
	return all
}
