package signaling

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Server is the public face of a node: the page, and the sockets. Safe for
// concurrent use.
type Server struct {
	// Static after New.
	cfg       Config
	origins   origins
	subjects  Subjects
	tickets   *tickets
	page      *page
	nodes     *nodes
	ctx       context.Context // ends with Close
	cancel    context.CancelFunc
	addresses *addresses
	links     *links
	legs      *legs
	conns     *conns
	audience  *audience
	count     *counters

	mu      sync.Mutex // guards stopped, and work.Add against work.Wait
	stopped bool
	work    sync.WaitGroup // commands being done
}

// New makes a Server. A configuration that cannot work is an error wrapping
// ErrConfig that names what to change.
func New(cfg Config) (*Server, error) {
	cfg, err := cfg.checked()
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, links: newLinks(), legs: newLegs(), conns: newConns(), audience: newAudience(), count: newCounters(),
		addresses: newAddresses(cfg.Limits, cfg.Now)}
	s.nodes = newNodes(&cfg)
	more := cfg.Origins
	if cfg.Origin != "" {
		more = append(slices.Clip(more), cfg.Origin)
	}
	if s.origins, err = newOrigins(cfg.PublicURL, more); err != nil {
		return nil, err
	}
	if s.subjects, err = NewSubjects(cfg.ClusterKey); err != nil {
		return nil, err
	}
	if s.tickets, err = newTickets(cfg.ClusterKey); err != nil {
		return nil, err
	}
	if s.page, err = newPage(&cfg); err != nil {
		return nil, err
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	if cfg.Cluster != nil {
		s.spawn(s.tell)
	}
	return s, nil
}

// Handler serves everything that is public: see openapi.yaml and PROTOCOL.md.
func (s *Server) Handler() http.Handler {
	return s.page.headers(s.nodes.sources, s.routes())
}

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	for pattern, serve := range s.table() {
		mux.HandleFunc(pattern, serve)
	}
	return mux
}

// table is all that is served, as openapi.yaml describes it.
func (s *Server) table() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"GET /ws":          s.socket,
		"GET /config.json": s.page.config,
		"GET /robots.txt":  robots,
		"/":                s.page.asset, // GET / and GET /{asset}; all else is not found
	}
}

// Drain sends every client away to come back elsewhere, takes in nobody more,
// and waits until the last socket is closed or the context ends. Rooms and
// links stay; seats are kept for their grace. Where rooms are handed over to
// other nodes, close them first: until Drain, whoever comes is brought on.
func (s *Server) Drain(ctx context.Context) error {
	s.conns.finish(closeDrain)
	if err := s.conns.wait(ctx); err != nil {
		return fmt.Errorf("signaling: drain: %w", err)
	}
	return nil
}

// closeWait is how long Close waits for clients to take a goodbye.
const closeWait = 2 * time.Second

// Close ends all sockets and waits for everything this package has started.
// Close the rooms afterwards: their goodbyes need no socket.
func (s *Server) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), closeWait)
	defer cancel()
	late := s.Drain(ctx) != nil
	s.cancel()
	if late {
		s.conns.cut()
		_ = s.conns.wait(context.Background())
	}
	s.mu.Lock()
	s.stopped = true
	s.mu.Unlock()
	s.work.Wait()
}

// Stats is a snapshot of the counters.
func (s *Server) Stats() Stats {
	n := s.count.snapshot()
	n.Sockets, n.Links = s.conns.len(), s.links.len()
	return n
}

// spawn runs f in a goroutine that Close waits for; false after Close.
func (s *Server) spawn(f func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return false
	}
	s.work.Go(f)
	return true
}

func (s *Server) now() time.Time { return s.cfg.Now() }

// unexpected logs that something failed for a reason that is nobody's decision.
// Only the error's type is logged: its text may hold what must not be kept.
func (s *Server) unexpected(what string, err error) {
	s.cfg.Log.Warn(what, "kind", kindOf(err))
}

func (s *Server) panicked() {
	s.count.count(func(n *Stats) { n.Panics++ })
	s.cfg.Log.Error("panic caught")
}
