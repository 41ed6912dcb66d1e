package hop

import (
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Limits bound what nodes and strangers may cost. A zero value stands for its
// default.
type Limits struct {
	Handshake      time.Duration // a handshake may take this long; 4 s
	Header         time.Duration // a request's header may take this long; 2 s
	Body           time.Duration // header, body and answer may take this long; 5 s
	Idle           time.Duration // a connection without a request is kept this long; 60 s
	Handshakes     int           // at once; 256
	PeerHandshakes int           // of one address, at once; 64
	Conns          int           // of nodes, at once; 16,384
	PeerConns      int           // of nodes at one address, at once; 8,192
}

func or[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

func (l Limits) complete() Limits {
	return Limits{
		Handshake:      or(l.Handshake, 4*time.Second),
		Header:         or(l.Header, 2*time.Second),
		Body:           or(l.Body, 5*time.Second),
		Idle:           or(l.Idle, time.Minute),
		Handshakes:     or(l.Handshakes, 256),
		PeerHandshakes: or(l.PeerHandshakes, 64),
		Conns:          or(l.Conns, 16384),
		PeerConns:      or(l.PeerConns, 8192),
	}
}

// Config is what a Listener answers with. Its functions are called on many
// goroutines at once and do not wait for anything.
type Config struct {
	Key    *Key                                       // required
	Owns   func(room string) (epoch uint64, yes bool) // required: what (*room.Rooms).Owns says
	Shut   func(room string, epoch uint64)            // required: an owner before epoch goes quiet
	Hop    http.Handler                               // required: what (*signaling.Server).Internal returns
	Limits Limits
}

// Listener is the internal listener of a node. Safe for concurrent use.
type Listener struct {
	// Static after Listen.
	cfg    Config
	count  *counters
	door   *door
	server *http.Server
	served chan struct{} // closed when no more requests are taken
	work   sync.WaitGroup

	mu      sync.Mutex // guards stopped, and work.Add against work.Wait
	stopped bool
}

// Listen serves nodes on a listener, which it owns from now on, until Close.
func Listen(inner net.Listener, cfg Config) (*Listener, error) {
	if cfg.Key == nil || cfg.Owns == nil || cfg.Shut == nil || cfg.Hop == nil {
		return nil, errors.New("hop: key, owns, shut and hop are required")
	}
	cfg.Limits = cfg.Limits.complete()
	l := &Listener{cfg: cfg, count: newCounters(), served: make(chan struct{})}
	l.door = openDoor(inner, cfg.Key, cfg.Limits, l.count)
	l.server = &http.Server{
		Handler: l.routes(), ReadHeaderTimeout: cfg.Limits.Header, ReadTimeout: cfg.Limits.Body, WriteTimeout: cfg.Limits.Body + time.Second,
		IdleTimeout: cfg.Limits.Idle, MaxHeaderBytes: 4 << 10,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), // its lines hold addresses
	}
	go func() {
		defer close(l.served)
		_ = l.server.Serve(l.door) // ends with Close
	}()
	return l, nil
}

// Addr is where it listens.
func (l *Listener) Addr() net.Addr { return l.door.Addr() }

// Stats is a snapshot of the counters.
func (l *Listener) Stats() Stats {
	s := l.count.snapshot()
	s.Open = l.door.opened()
	return s
}

// Close takes no more requests, ends those that are being answered and waits
// for all goroutines. WebSockets are their server's to end, before: Close waits
// for them.
func (l *Listener) Close() error {
	l.mu.Lock()
	l.stopped = true
	l.mu.Unlock()
	err := l.server.Close()
	<-l.served
	_ = l.door.Close() // closed by the server; waits for the handshakes
	l.work.Wait()
	return err
}

// routes are all that is answered.
func (l *Listener) routes() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !l.begin() {
			return
		}
		defer l.work.Done()
		serve, method := l.route(r.URL.Path)
		switch {
		case serve == nil:
			l.refuse(w, http.StatusNotFound, "path")
		case r.Method != method:
			l.refuse(w, http.StatusMethodNotAllowed, "method")
		default:
			serve(w, r)
		}
	})
}

func (l *Listener) route(path string) (serve http.HandlerFunc, method string) {
	switch path {
	case "/owns":
		return l.owns, http.MethodPost
	case "/shut":
		return l.shut, http.MethodPost
	case "/hop":
		return l.hop, http.MethodGet
	}
	return nil, ""
}

func (l *Listener) hop(w http.ResponseWriter, r *http.Request) {
	l.count.count(func(s *Stats) { s.Hops++ })
	l.cfg.Hop.ServeHTTP(w, r)
}

// begin counts a request in, so that Close waits for it; false after Close.
func (l *Listener) begin() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.stopped {
		l.work.Add(1)
	}
	return !l.stopped
}

func (l *Listener) refuse(w http.ResponseWriter, status int, why string) {
	l.count.refused(why)
	w.Header().Set("Connection", "close")
	w.WriteHeader(status)
}
