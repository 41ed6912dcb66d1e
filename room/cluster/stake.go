package cluster

import (
	"maps"
	"slices"
	"time"
)

// Taking is the epoch that Owns gives for a room that this node may have taken
// by the time the answer arrives. Real epochs are far above it.
const Taking uint64 = 1

// stakeFor is how long this node says "mine" of a room it has just taken,
// before the room itself says so.
const stakeFor = time.Second

// stake is a room that this node has taken, or is about to.
type stake struct {
	taking int       // claims under way that may succeed any moment
	epoch  uint64    // of the last that did; 0 for none
	at     time.Time // when it did
}

// Owns answers the question of another node whether a room is here: it is
// live, was taken a moment ago, or may be any moment (Taking). It never
// blocks. It is what the internal port has to ask: between a claim in Redis
// and the opened room nobody else would know.
func (c *Cluster) Owns(room string) (epoch uint64, yes bool) {
	if epoch, yes = c.config.Owns(room); yes {
		return epoch, true
	}
	now := c.config.Clock()
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.stakes[room]
	if s.epoch != 0 && now.Sub(s.at) < stakeFor {
		return s.epoch, true
	}
	if s.taking > 0 {
		return Taking, true
	}
	return 0, false
}

// reach begins a claim that may succeed any moment.
func (c *Cluster) reach(room string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.stakes[room]
	s.taking++
	c.stakes[room] = s
}

// drop ends what a claim that succeeded has begun.
func (c *Cluster) drop(room string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.stakes[room]
	s.epoch = 0
	c.stakes[room] = s
}

// grasp ends it; epoch is 0 where it did not succeed.
func (c *Cluster) grasp(room string, epoch uint64) {
	now := c.config.Clock()
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.stakes[room]
	s.taking--
	if epoch != 0 {
		s.epoch, s.at = epoch, now
	}
	c.stakes[room] = s
}

// rooms are the ids of the rooms that are live here, in order. It forgets the
// stakes of those that are not any more.
func (c *Cluster) rooms() []string {
	now := c.config.Clock()
	c.mu.Lock()
	ids := slices.Sorted(maps.Keys(c.stakes))
	c.mu.Unlock()
	live := slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		_, yes := c.config.Owns(id)
		return !yes
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range ids {
		if _, yes := slices.BinarySearch(live, id); yes {
			continue
		}
		if s := c.stakes[id]; s.taking == 0 && now.Sub(s.at) >= stakeFor {
			delete(c.stakes, id)
		}
	}
	return live
}
