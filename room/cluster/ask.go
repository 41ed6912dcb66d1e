package cluster

import (
	"context"
	"errors"
	"sync"
	"time"

	"hearth/room"
)

// ask asks one node whether it owns a room, within a time. It never asks itself.
func (c *Cluster) ask(ctx context.Context, p peer, id string, within time.Duration) (epoch uint64, r result) {
	if p.URL == "" {
		return 0, silent
	}
	if c.own(p.URL) {
		return 0, c.past()
	}
	bound, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	epoch, yes, err := c.config.Asker.Owns(bound, p.URL, id)
	switch {
	case errors.Is(err, ErrRefused):
		r = refused
	case err != nil:
		r = silent
	case yes:
		r = mine
	default:
		r = notMine
	}
	if ctx.Err() == nil { // else it was the caller who went away
		now := c.config.Clock()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.view.noted(p.ID, r, now)
		c.stats.count(r)
	}
	return epoch, r
}

// askAll asks nodes side by side, maxAsks at a time, and returns the first
// that owns the room, or else those that left the question open.
func (c *Cluster) askAll(ctx context.Context, peers []peer, id string) (owner room.Owned, open []peer) {
	ctx, cancel := context.WithTimeout(ctx, askAllIn)
	defer cancel()
	var (
		mu    sync.Mutex
		asks  sync.WaitGroup
		slots = make(chan struct{}, maxAsks)
	)
	for _, p := range peers {
		slots <- struct{}{}
		asks.Go(func() {
			defer func() { <-slots }()
			epoch, r := c.ask(ctx, p, id, askAllIn)
			mu.Lock()
			defer mu.Unlock()
			if r == mine && owner.Node == "" {
				owner = room.Owned{Node: p.ID, URL: p.URL, Epoch: epoch}
				cancel()
			}
			if r == silent {
				open = append(open, p)
			}
		})
	}
	asks.Wait()
	return owner, open
}

// others are the nodes that are known, without one.
func (c *Cluster) others(without string) []peer {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := c.view.all()
	for i, p := range all {
		if p.ID == without {
			return append(all[:i], all[i+1:]...)
		}
	}
	return all
}

// wait sleeps until a time, or until ctx ends: false.
func (c *Cluster) wait(ctx context.Context, until time.Time) bool {
	d := until.Sub(c.config.Clock())
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
