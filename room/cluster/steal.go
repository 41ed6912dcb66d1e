package cluster

import (
	"context"
	"time"

	"hearth/room"
)

// theft is one attempt to take a room over from an owner that may be dead.
type theft struct {
	cluster *Cluster
	id      string
	owner   room.Owned
	waited  bool      // the last look at the stamp ended in waiting
	watched bool      // base is known
	base    time.Time // the owner's last stamp when it first did not answer, at the latest
	known   bool      // the owner was in the registry then
}

// takeOver asks the owner of a room before it takes the room over. While it
// asks for the last time, and until Redis has answered, this node says "mine":
// an owner that comes back then, and asks around, stays silent. dead says that
// the owner was found to be gone just now.
func (c *Cluster) takeOver(ctx context.Context, id string, o room.Owned, dead bool) (room.Lease, room.Record, error) {
	t := &theft{cluster: c, id: id, owner: o}
	c.reach(id)
	var epoch uint64
	defer func() { c.grasp(id, epoch) }()
	if !dead {
		if is, err := t.certain(ctx); err != nil {
			return nil, room.Record{}, err
		} else if is != gone {
			return nil, room.Record{}, o
		}
	}
	bound, cancel := context.WithTimeout(ctx, askOneIn)
	defer cancel()
	lease, record, err := c.config.Registry.Steal(bound, id, o.Epoch)
	if epoch = epochOf(lease, err); err == nil {
		c.tally(func(s *Stats) { s.Thefts++ })
		c.config.Log.Info("room taken over")
	}
	return lease, record, err
}

// state is what an owner turns out to be.
type state uint8

const (
	gone    state = iota // certainly not serving the room
	serving              // it says so
	living               // it does not answer, but announces itself
)

// certain finds out what the owner is. room.ErrUnavailable when ctx ends, or
// Redis is away.
func (t *theft) certain(ctx context.Context) (state, error) {
	if t.suspected() >= 2 {
		if dead, err := t.found(ctx); dead || err != nil {
			return gone, err
		}
	}
	row, last := 0, unasked // the same answer in a row
	for {
		r := t.cluster.askFully(ctx, peer{Node: room.Node{ID: t.owner.Node, URL: t.owner.URL}}, t.id)
		if ctx.Err() != nil {
			return gone, room.ErrUnavailable
		}
		if row++; r != last {
			row, last = 1, r
		}
		if r == silent {
			row = max(row, t.suspected())
		}
		switch {
		case r == mine:
			return serving, nil
		case r == notMine && row >= 2:
			return gone, nil
		case r == notMine:
			t.cluster.wait(ctx, t.cluster.config.Clock().Add(askAgain))
		default:
			is, again, err := t.watch(ctx, r, row)
			if err != nil || !again {
				return is, err
			}
			if t.waited {
				row = 0 // only questions just before the end count
			}
		}
	}
}

// suspected is how many questions the owner has left open in a row, asked before
// anybody wanted the room.
func (t *theft) suspected() int {
	c := t.cluster
	now := c.config.Clock()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.view.unheard(t.owner.Node, now)
}

// found says whether an owner that has left two questions open is dead by what
// Redis says now.
func (t *theft) found(ctx context.Context) (dead bool, err error) {
	if err := t.cluster.refresh(ctx); err != nil {
		return false, err
	}
	lives, still := t.look()
	return !lives && still >= deadAfter && t.suspected() >= 2, nil
}

// watch looks at the stamp of an owner that does not answer. Once it has been
// still for long enough, or advances, there is nothing to ask again. Otherwise
// it waits until it is time for the questions that count.
func (t *theft) watch(ctx context.Context, r result, row int) (is state, again bool, err error) {
	if err := t.cluster.refresh(ctx); err != nil {
		return gone, false, err
	}
	lives, still := t.look()
	need, questions, rows := goneAfter, time.Duration(0), 1
	if r == silent {
		need, questions, rows = deadAfter, 2*askOneIn, 2
	}
	switch {
	case lives:
		t.cluster.tally(func(s *Stats) { s.Lives++ })
		return living, false, nil
	case still >= need && row >= rows:
		return gone, false, nil
	}
	pause := need - questions - still
	if t.waited = pause > 0; t.waited {
		t.cluster.wait(ctx, t.cluster.config.Clock().Add(pause))
	}
	return gone, true, nil
}

// look compares the owner's stamp with the first one seen, and says for how
// long it has been still.
func (t *theft) look() (lives bool, still time.Duration) {
	c := t.cluster
	now := c.config.Clock()
	c.mu.Lock()
	lo, hi, ok := c.view.stamp(t.owner.Node)
	c.mu.Unlock()
	if !t.watched {
		t.watched, t.known, t.base = true, ok, now
		if ok {
			t.base = hi
		}
	}
	switch {
	case !ok:
		return false, now.Sub(t.base)
	case !t.known || lo.After(t.base):
		return true, 0
	}
	return false, now.Sub(hi)
}
