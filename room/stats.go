package room

import (
	"errors"
	"maps"
	"sync"
	"sync/atomic"
)

// Stats are sums over all rooms of a node, since its start where they count.
type Stats struct {
	Rooms    int                // live now
	Seated   int                // seats taken or kept now
	Waiting  int                // people in waiting rooms now
	Commands uint64             // asked by people
	Refusals map[Refusal]uint64 // of those, by code
	Panics   uint64             // rooms closed by a bug
	Handed   uint64             // rooms handed over to another node
	Lost     uint64             // rooms closed because another node had taken them
	Shut     uint64             // of these and of afterglows, those another node has ended
}

// counters are the running sums. Safe for concurrent use.
type counters struct {
	rooms, seated, waiting atomic.Int64
	commands, panics       atomic.Uint64
	handed, lost, shut     atomic.Uint64

	mu       sync.Mutex
	refusals map[Refusal]uint64
}

// Stats sums up.
func (rs *Rooms) Stats() Stats {
	c := &rs.stats
	c.mu.Lock()
	defer c.mu.Unlock()
	return Stats{
		Rooms: int(c.rooms.Load()), Seated: int(c.seated.Load()), Waiting: int(c.waiting.Load()),
		Commands: c.commands.Load(), Refusals: maps.Clone(c.refusals), Panics: c.panics.Load(),
		Handed: c.handed.Load(), Lost: c.lost.Load(), Shut: c.shut.Load(),
	}
}

// count counts what people ask and what they are refused.
func (c *counters) count(cmd Command, err error) {
	switch cmd.(type) {
	case tick, seated, stale, drain, lost, back:
		return
	}
	c.commands.Add(1)
	var r Refusal
	if errors.As(err, &r) {
		c.refuse(r)
	}
}

func (c *counters) refuse(r Refusal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refusals == nil {
		c.refusals = map[Refusal]uint64{}
	}
	c.refusals[r]++
}

// settle replaces a room's share of the gauges. Called by the room's goroutine.
func (c *counters) settle(r *Room, seats, waiting int) {
	c.seated.Add(int64(seats - r.seats))
	c.waiting.Add(int64(waiting - r.waiting))
	r.seats, r.waiting = seats, waiting
}
