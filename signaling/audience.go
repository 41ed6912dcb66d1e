package signaling

import (
	"slices"
	"sync"
	"time"
)

// tellEvery is how often at most clients are told that the other servers are
// others now.
const tellEvery = 3 * time.Second

// nodesFrame is what a welcome says in nodes, as it is now. It is no part of the
// view, and the next welcome has it anyway: it has no sequence number and is not
// replayed.
type nodesFrame struct {
	Type  string   `json:"type"`
	Nodes []string `json:"nodes"`
}

// audience are the sockets that hear when the other servers change: those of the
// clients that are connected to this node. One that another node has brought hears
// of that one's servers there. Safe for concurrent use.
type audience struct {
	mu    sync.Mutex     // guards all below
	told  map[*conn]bool // false: its welcome may have named the servers of an earlier look
	last  []string       // the servers at the last look
	fresh bool           // they were others than at the one before
}

func newAudience() *audience { return &audience{told: map[*conn]bool{}} }

// join is called for a socket behind its welcome, and leave at its end.
func (a *audience) join(c *conn) (leave func()) {
	if c.hopped {
		return func() {}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.told[c] = !a.fresh
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.told, c)
	}
}

// look takes the servers as they are now, in order, and returns who has to hear
// of them.
func (a *audience) look(servers []string) (who []*conn) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.fresh = !slices.Equal(servers, a.last)
	a.last = servers
	for c, told := range a.told {
		if a.fresh || !told {
			a.told[c] = true
			who = append(who, c)
		}
	}
	return who
}

// tell looks at the other servers again and again, until Close.
func (s *Server) tell() {
	tick := time.NewTicker(tellEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			s.look()
		case <-s.ctx.Done():
			return
		}
	}
}

func (s *Server) look() {
	servers := s.nodes.ordered()
	for _, c := range s.audience.look(servers) {
		c.push(outFrame{data: encode(nodesFrame{"nodes", shuffled(servers)})})
	}
}
