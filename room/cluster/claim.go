package cluster

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"hearth/room"
)

// Claim makes this node the owner of a room, after having made sure that no
// other node serves it. room.Owned for the node that does; room.ErrUnavailable
// while Redis is away: a room never opens without it, because nobody would
// know who has been removed. It may take some seconds where an owner has died,
// or where Redis has just come back; it returns when ctx ends.
func (c *Cluster) Claim(ctx context.Context, id string) (room.Lease, room.Record, error) {
	lease, record, err := c.claim(ctx, id)
	return lease, record, c.elsewhere(err)
}

func (c *Cluster) claim(ctx context.Context, id string) (room.Lease, room.Record, error) {
	if err := c.settle(ctx, id); err != nil {
		return nil, room.Record{}, err
	}
	owner, open := c.askAll(ctx, c.others(""), id)
	switch {
	case owner.Node != "":
		return nil, room.Record{}, owner
	case len(open) > 0:
		return c.claimInDoubt(ctx, open, id)
	}
	return c.win(ctx, id, nil)
}

// claimInDoubt claims a room that a node may own which did not answer.
func (c *Cluster) claimInDoubt(ctx context.Context, open []peer, id string) (room.Lease, room.Record, error) {
	c.reach(id)
	defer c.grasp(id, 0)
	if err := c.refresh(ctx); err != nil { // Redis may have lost data just now
		return nil, room.Record{}, err
	}
	dead, err := c.exclude(ctx, open, id)
	if err != nil {
		return nil, room.Record{}, err
	}
	lease, record, err := c.win(ctx, id, dead)
	if err == nil {
		err = c.certify(ctx, id, lease)
	}
	if err != nil {
		return nil, room.Record{}, err
	}
	return lease, record, nil
}

// certify gives a new lease back where Redis may have lost its data just before
// the claim, and a node that may have owned the room did not answer.
func (c *Cluster) certify(ctx context.Context, id string, l room.Lease) error {
	if c.refresh(ctx) == nil && !c.emptied() {
		return nil
	}
	c.drop(id)
	_ = l.Release(ctx) // or it lapses
	return room.ErrUnavailable
}

// win claims a room, and takes it over from an owner that is gone; of the dead
// that is known already.
func (c *Cluster) win(ctx context.Context, id string, dead []string) (room.Lease, room.Record, error) {
	lease, record, err := c.take(ctx, id)
	for range 2 {
		var owned room.Owned
		if !errors.As(err, &owned) {
			break
		}
		known := slices.Contains(dead, owned.Node)
		if lease, record, err = c.takeOver(ctx, id, owned, known); !errors.Is(err, room.ErrStale) {
			break
		}
		lease, record, err = c.take(ctx, id) // it was given up meanwhile
	}
	if errors.Is(err, room.ErrStale) {
		err = room.ErrUnavailable
	}
	return lease, record, err
}

// exclude makes sure that none of the nodes that left the question open serves
// the room, and returns those that are dead. One that announces itself reaches
// Redis, which knows its rooms once it has been rebuilt; one that does not may
// go on without Redis, until it is certain that it does not.
func (c *Cluster) exclude(ctx context.Context, open []peer, id string) (dead []string, err error) {
	errs, states := make([]error, len(open)), make([]state, len(open))
	var asks sync.WaitGroup
	for i, p := range open {
		asks.Go(func() { states[i], errs[i] = c.excludeOne(ctx, p, id) })
	}
	asks.Wait()
	for i, is := range states {
		if is == gone {
			dead = append(dead, open[i].ID)
		}
	}
	return dead, errors.Join(errs...)
}

func (c *Cluster) excludeOne(ctx context.Context, p peer, id string) (is state, err error) {
	is = living
	if !c.announces(p.ID) {
		t := &theft{cluster: c, id: id, owner: room.Owned{Node: p.ID, URL: p.URL}}
		if is, err = t.certain(ctx); err != nil {
			return living, err
		}
	}
	if is == serving || is == living && !c.wait(ctx, c.rebuilt()) {
		return is, room.Owned{Node: p.ID, URL: p.URL}
	}
	return is, nil
}

// announces says whether a node had a young stamp when Redis last answered.
func (c *Cluster) announces(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.view.peers[id]
	return p != nil && c.view.still(p) < goneAfter
}

// served says whether another node serves a room.
func (c *Cluster) served(ctx context.Context, id string) (room.Owned, bool) {
	owner, err := c.config.Registry.Owner(ctx, id)
	yes := err == nil && owner.Node != "" && owner.Node != c.node && c.serves(ctx, owner, id)
	return owner, yes
}

// settle waits until every living node has had the time to be seen here, or
// until one serves the room, which is the error then: whoever is brought here
// because this node owned the room before it stood still shall not wait, nor
// who comes while another node opens it.
func (c *Cluster) settle(ctx context.Context, id string) error {
	for {
		now := c.config.Clock()
		c.mu.Lock()
		started, away, until, beaten := !c.view.began.IsZero(), c.view.away(now), c.view.settled, c.beaten
		c.mu.Unlock()
		if started && !away && !until.After(now) {
			return nil
		}
		if until.After(now) {
			if owner, yes := c.served(ctx, id); yes {
				return owner
			}
		}
		switch {
		case started && away:
			return room.ErrUnavailable
		case !started:
			if err := within(ctx, beaten); err != nil {
				return err
			}
		case !c.wait(ctx, earlier(until, now.Add(lookEvery))):
			return room.ErrUnavailable
		}
	}
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func (c *Cluster) rebuilt() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.view.rebuilt
}

// take claims a room that seems to be free.
func (c *Cluster) take(ctx context.Context, id string) (room.Lease, room.Record, error) {
	c.reach(id)
	lease, record, err := c.config.Registry.Claim(ctx, id)
	c.grasp(id, epochOf(lease, err))
	if err == nil {
		c.tally(func(s *Stats) { s.Claims++ })
	}
	return lease, record, err
}

func epochOf(l room.Lease, err error) uint64 {
	if err != nil {
		return 0
	}
	return l.Epoch()
}

// within waits for a channel to be closed, or for ctx to end.
func within(ctx context.Context, done <-chan struct{}) error {
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return room.ErrUnavailable
	}
}
