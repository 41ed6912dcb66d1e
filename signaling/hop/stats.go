package hop

import (
	"maps"
	"sync"
)

// Stats are aggregate counters of a Listener. Nothing in them is about a room,
// a person or an address.
type Stats struct {
	Open      int               // connections of nodes now
	Strangers uint64            // ended in the handshake: no TLS, no key, another key, too slow
	Crowded   uint64            // connections refused because there were too many
	Owns      uint64            // questions answered
	Shuts     uint64            // told to end what an earlier owner still forwards
	Stale     uint64            // of Shuts: without effect, since this node has the room under that epoch or a later one
	Hops      uint64            // GET /hop
	Refused   map[string]uint64 // requests that are none of these, by reason: path, method, body, upgrade
}

// counters hold Stats. Safe for concurrent use.
type counters struct {
	mu sync.Mutex // guards s
	s  Stats
}

func newCounters() *counters { return &counters{s: Stats{Refused: map[string]uint64{}}} }

// count changes the counters; f must be short.
func (c *counters) count(f func(*Stats)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(&c.s)
}

func (c *counters) refused(why string) { c.count(func(s *Stats) { s.Refused[why]++ }) }

func (c *counters) snapshot() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.s
	s.Refused = maps.Clone(s.Refused)
	return s
}
