package cluster

import (
	"slices"
	"time"

	"hearth/room"
)

// doubleFor is how long two processes of one id count as such after one of them
// last saw the other.
const doubleFor = 2 * time.Second

// double notices that another process announces itself under this node's id: the
// two would take each other's rooms without a question. It is pure; times are
// passed in.
type double struct {
	seen  time.Time // when the entry of this id last was another's
	until time.Time // it counts
}

// look takes an answer: whether the entry of this id was another's. found says
// that there is a second process which was not there before; one entry could
// still be from before a restart.
func (d *double) look(others bool, now time.Time) (found bool) {
	if !others {
		return false
	}
	if !d.seen.IsZero() && now.Sub(d.seen) < doubleFor {
		found = !d.is(now)
		d.until = now.Add(doubleFor)
	}
	d.seen = now
	return found
}

func (d *double) is(now time.Time) bool { return now.Before(d.until) }

// Doubled says whether another process runs under this node's id with another
// internal URL. Such a node must not be ready: the two take rooms from each
// other. It is over two seconds after one of them has ended. Never true without
// Config.URL.
func (c *Cluster) Doubled() bool {
	now := c.config.Clock()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.double.is(now)
}

// twin says whether the entry of this id in an answer is another process's: one
// of another URL, younger than this node's own last announcement, which began so
// long ago.
func (c *Cluster) twin(nodes []room.Node, ago time.Duration) bool {
	i := slices.IndexFunc(nodes, func(n room.Node) bool { return n.ID == c.node })
	return c.config.URL != "" && i >= 0 && nodes[i].URL != c.config.URL && nodes[i].Age < ago
}
