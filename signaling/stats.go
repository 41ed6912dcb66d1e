package signaling

import (
	"maps"
	"sync"
)

// Stats are aggregate counters for metrics. Nothing in them is about a room, a
// person or an address (M-P8).
type Stats struct {
	Sockets   int               // open now
	Links     int               // open now, with or without a socket
	Welcomes  uint64            // hellos that were welcomed, first and again
	Resumes   uint64            // of these, links that were found alive
	Commands  uint64            // done, with whatever answer
	Panics    uint64            // caught
	Refused   map[string]uint64 // refused hellos and commands, by code
	Turned    map[string]uint64 // refused before the upgrade: origin, subprotocol, address, drain, hop
	Dropped   map[string]uint64 // sockets ended by us, by name of the close, and "stall", "silent"
	Relays    int               // links that hold relay credentials now
	Unrelayed uint64            // welcomes without a relay because it granted none
	LanesFull uint64            // commands answered with busy because too many waited

	Hops       int               // sockets now whose room is on another node
	HopsIn     int               // sockets now that other nodes have brought here
	Hopped     uint64            // sockets that were brought to another node
	HopLooks   uint64            // hellos brought to yet another node because the first did not have the room
	HopsFailed map[string]uint64 // hops that failed: dial, elsewhere, lost, silent, dead, garbage
}

// counters hold Stats. Safe for concurrent use.
type counters struct {
	mu sync.Mutex // guards s
	s  Stats
}

func newCounters() *counters {
	return &counters{s: Stats{Refused: map[string]uint64{}, Turned: map[string]uint64{}, Dropped: map[string]uint64{}, HopsFailed: map[string]uint64{}}}
}

// count changes the counters; f must be short.
func (c *counters) count(f func(*Stats)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(&c.s)
}

func (c *counters) hopFailed(why string) { c.count(func(s *Stats) { s.HopsFailed[why]++ }) }

func (c *counters) refused(code string) { c.count(func(s *Stats) { s.Refused[code]++ }) }
func (c *counters) turned(why string)   { c.count(func(s *Stats) { s.Turned[why]++ }) }
func (c *counters) dropped(why string)  { c.count(func(s *Stats) { s.Dropped[why]++ }) }

func (c *counters) snapshot() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.s
	s.Refused, s.Turned, s.Dropped = maps.Clone(s.Refused), maps.Clone(s.Turned), maps.Clone(s.Dropped)
	s.HopsFailed = maps.Clone(s.HopsFailed)
	return s
}
