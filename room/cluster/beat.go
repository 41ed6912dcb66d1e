package cluster

import (
	"context"
	"sync"
	"time"

	"hearth/room"
)

// Run announces this node, and watches it, until ctx ends. It returns when all
// it started has ended. Call it once.
func (c *Cluster) Run(ctx context.Context) {
	var both sync.WaitGroup
	both.Go(func() { c.beats(ctx) })
	both.Go(func() { newWatch(c).run(ctx) })
	both.Wait()
}

// beats announces this node twice a second, and whenever somebody wants to see
// the others as they are now.
func (c *Cluster) beats(ctx context.Context) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		c.beat(ctx)
		select {
		case <-tick.C:
		case <-c.kick:
		case <-ctx.Done():
			return
		}
	}
}

// beat announces this node once.
func (c *Cluster) beat(ctx context.Context) {
	start := c.config.Clock()
	bound, cancel := context.WithTimeout(ctx, beatWithin)
	defer cancel()
	nodes, err := c.config.Registry.Announce(bound, c.config.Load())
	end := c.config.Clock()
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.failed = start
		c.stats.Missed++
	} else {
		c.heard(nodes, start, end)
	}
	close(c.beaten)
	c.beaten = make(chan struct{})
}

// heard takes the answer to an announcement; mu is held.
func (c *Cluster) heard(nodes []room.Node, start, end time.Time) {
	c.stats.Beats++
	first := c.view.began.IsZero()
	if !first {
		c.doubles(nodes, start, end)
	}
	back, lost := c.view.heard(c.node, nodes, start, end)
	if lost {
		c.stats.Lost++
	}
	c.renew = c.renew || !first && (back || lost)
}

// refresh returns when this node has seen the others as they were at the
// beginning of the call or later; room.ErrUnavailable where Redis did not answer.
func (c *Cluster) refresh(ctx context.Context) error {
	since := c.config.Clock()
	for {
		c.mu.Lock()
		began, failed, beaten := c.view.began, c.failed, c.beaten
		c.mu.Unlock()
		switch {
		case !began.Before(since):
			return nil
		case !failed.Before(since):
			return room.ErrUnavailable
		}
		select {
		case c.kick <- struct{}{}:
		default: // wanted already
		}
		if err := within(ctx, beaten); err != nil {
			return err
		}
	}
}
