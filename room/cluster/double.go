package cluster

import (
	"errors"
	"slices"
	"time"

	"hearth/room"
)

const (
	// doubleFor is how long two processes of one id or URL count as such after one
	// of them last saw the other.
	doubleFor = 2 * time.Second
	// doubleSlack is by how much a stamp has to be too young before it is another's:
	// Redis' clock is not this node's.
	doubleSlack = 10 * time.Millisecond
)

// double notices that another process announces itself under this node's id, or
// at its URL: the two would take each other's rooms without a question. It is
// pure; times are passed in.
type double struct {
	seen  time.Time // when an entry last was another's
	until time.Time // it counts
}

// look takes an answer: whether the other process was in it. found says that
// there is one which was not there before; one answer could still be from before
// a restart.
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

// was says whether there ever was another.
func (d *double) was() bool { return !d.until.IsZero() }

// Doubled says whether another process runs under this node's id or at its
// internal URL, as with a copied file of settings. Such a node must not be ready:
// the two take rooms from each other. It is over two seconds after one of them
// has ended. Never true without Config.URL.
func (c *Cluster) Doubled() bool {
	now := c.config.Clock()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.name.is(now) || c.url.is(now)
}

// doubles looks for other processes in an answer that is no first one; mu is held.
func (c *Cluster) doubles(nodes []room.Node, start, end time.Time) {
	if c.name.look(c.twin(nodes, start, end), end) {
		c.config.Log.Error("two nodes have one name: give each a HEARTH_NODE of its own, or leave it empty")
	}
	if c.url.look(c.shared(nodes, start), end) {
		c.config.Log.Error("two nodes have one internal URL: give each a HEARTH_INTERNAL_URL of its own")
	}
}

// twin says whether the entry of this id in an answer is another process's: one
// of another URL, younger than this node's own last announcement began, or one
// that is too young to be that announcement. A later one that failed may have
// reached Redis all the same.
func (c *Cluster) twin(nodes []room.Node, start, end time.Time) bool {
	i := slices.IndexFunc(nodes, func(n room.Node) bool { return n.ID == c.node })
	switch {
	case c.config.URL == "" || i < 0:
		return false
	case nodes[i].URL != c.config.URL:
		return nodes[i].Age < end.Sub(c.view.began)
	}
	return c.failed.Before(c.view.began) && nodes[i].Age < start.Sub(c.view.heardAt)-doubleSlack
}

// shared says whether another id announces itself at this node's URL: its stamp
// has advanced since the last answer. That of the process that ran here before
// this one stands still.
func (c *Cluster) shared(nodes []room.Node, start time.Time) bool {
	return slices.ContainsFunc(nodes, func(n room.Node) bool {
		p := c.view.peers[n.ID]
		return c.own(n.URL) && n.ID != c.node && p != nil && c.own(p.URL) && start.Add(-n.Age).After(p.hi)
	})
}

// own says whether a URL is this node's: nobody else is reached there.
func (c *Cluster) own(url string) bool { return url != "" && url == c.config.URL }

// past is what the node of another id at this node's own URL would answer. It is
// the process that ran here before, and owns nothing any more; but where two
// nodes have one URL it may be a living one, which cannot be reached.
func (c *Cluster) past() result {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.url.was() {
		return silent
	}
	return notMine
}

// elsewhere is the error of a claim as others can use it: nobody finds an owner
// at this node's own URL.
func (c *Cluster) elsewhere(err error) error {
	var owned room.Owned
	if errors.As(err, &owned) && c.own(owned.URL) {
		return room.ErrUnavailable
	}
	return err
}
