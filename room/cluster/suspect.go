package cluster

import (
	"context"
	"sync"
	"time"

	"hearth/room"
)

// A node that stops to announce itself is asked from then on, question upon
// question, before anybody wants one of its rooms. So its end is known at the
// moment at which it is certain, and who comes then waits no longer.

// suspects are the nodes that have not announced themselves for a while. While
// Redis is away nobody can, so nobody is suspected.
func (v *view) suspects(now time.Time) (list []peer) {
	if v.away(now) {
		return nil
	}
	for _, p := range v.all() {
		if p.URL != "" && now.Sub(p.hi) >= suspectAfter {
			list = append(list, p)
		}
	}
	return list
}

// doubted counts the questions in a row that a suspect has left open for their
// full time. They are asked one after the other; those of others do not count.
func (v *view) doubted(id string, r result, now time.Time) {
	if p := v.peers[id]; p != nil && r == silent {
		p.row++
		p.rowed = now
	}
}

// unheard is how many questions in a row a suspect has left open until just now.
func (v *view) unheard(id string, now time.Time) int {
	p := v.peers[id]
	if p == nil || now.Sub(p.rowed) > freshFor {
		return 0
	}
	return p.row
}

// dead says whether a node serves no room for certain: as of the last answer of
// Redis and the last questions.
func (v *view) dead(id string, now time.Time) bool {
	p := v.peers[id]
	return p != nil && !v.away(now) && v.still(p) >= deadAfter && v.unheard(id, now) >= 2
}

// buried are the nodes that are found dead now, each once until it is heard
// of again.
func (v *view) buried(now time.Time) (list []room.Node) {
	for id, p := range v.peers {
		if !p.told && v.dead(id, now) {
			p.told = true
			list = append(list, p.Node)
		}
	}
	return list
}

// doubt asks suspects once more, each for its full time, and lets Redis say
// whether those that leave two questions open still announce themselves.
func (c *Cluster) doubt(ctx context.Context, suspects []peer) {
	slots := make(chan struct{}, maxAsks)
	var asks sync.WaitGroup
	for _, p := range suspects {
		slots <- struct{}{}
		asks.Go(func() {
			defer func() { <-slots }()
			c.doubtOne(ctx, p)
		})
	}
	asks.Wait()
	if due := c.verdict(suspects); !due.IsZero() && c.wait(ctx, due) {
		_ = c.refresh(ctx) // without Redis there is no verdict
	}
}

func (c *Cluster) doubtOne(ctx context.Context, p peer) {
	r := c.askFully(ctx, p, anyRoom)
	if ctx.Err() != nil {
		return
	}
	now := c.config.Clock()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.view.doubted(p.ID, r, now)
}

// verdict is when Redis has to be asked about suspects that have left two
// questions open: in a moment, where that may decide; the zero value otherwise.
func (c *Cluster) verdict(suspects []peer) (due time.Time) {
	now := c.config.Clock()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range suspects {
		p := c.view.peers[s.ID]
		if p == nil || p.told || c.view.unheard(s.ID, now) < 2 {
			continue
		}
		if at := p.hi.Add(deadAfter); at.Sub(now) < askOneIn && (due.IsZero() || at.Before(due)) {
			due = at
		}
	}
	return due
}

// askFully asks one node. Silence takes its full time: an error that comes at
// once, as where there is no route, is no sooner certain.
func (c *Cluster) askFully(ctx context.Context, p peer, id string) result {
	end := c.config.Clock().Add(askOneIn)
	_, r := c.ask(ctx, p, id, askOneIn)
	if r == silent {
		c.wait(ctx, end)
	}
	return r
}

// bury tells of nodes that are found dead.
func (c *Cluster) bury() {
	now := c.config.Clock()
	c.mu.Lock()
	dead := c.view.buried(now)
	c.stats.Dead += uint64(len(dead))
	c.mu.Unlock()
	for _, n := range dead {
		c.config.Log.Warn("another node does not answer any more")
		c.config.Dead(n)
	}
}
