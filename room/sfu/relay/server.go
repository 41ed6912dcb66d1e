package relay

import (
	"crypto/rand"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/turn/v5"
)

// Server is a TURN server for one SFU. Safe for concurrent use.
type Server struct {
	// Static after Open.
	config Config
	routes routes
	peers  []netip.Addr
	bytes  pace   // of each allocation, each way
	decoy  []byte // key of users that do not exist
	stack  *stackLog
	stats  counters
	born   time.Time
	socket *socket // nil without UDP
	door   *door   // nil without TLS
	turn   *turn.Server
	stop   chan struct{}

	closing sync.Once
	running sync.WaitGroup // our goroutine, and the library's as far as we see them; Add under mu while not closed

	// The library calls us with its own lock held, so nothing of the library
	// is called with mu held. After mu come the locks of socket and door.
	mu          sync.Mutex
	closed      bool                           // guarded by mu
	credentials map[string]*credential         // guarded by mu
	byRelay     map[netip.AddrPort]*allocation // guarded by mu: open ones, by relayed address
	byClient    map[clientKey]*allocation      // guarded by mu: those whose client is known
}

// Open listens for clients. The error is ErrConfig or ErrListen.
func Open(c Config) (*Server, error) {
	c, err := c.completed()
	if err != nil {
		return nil, err
	}
	s := &Server{
		config: c, routes: routesTo(c.Media, c.Peers), bytes: pace{c.limits.rate, c.limits.burst}, decoy: make([]byte, 16),
		born: time.Now(), stop: make(chan struct{}), credentials: map[string]*credential{},
		byRelay: map[netip.AddrPort]*allocation{}, byClient: map[clientKey]*allocation{},
	}
	for _, p := range c.Peers {
		s.peers = append(s.peers, p.Unmap())
	}
	s.stack = &stackLog{log: c.logger(), stats: &s.stats}
	_, _ = rand.Read(s.decoy) // never fails (crypto/rand)
	if err := s.listen(); err != nil {
		return nil, err
	}
	s.running.Go(s.sweep)
	return s, nil
}

// listen opens the sockets and starts the library on them.
func (s *Server) listen() (err error) {
	config := turn.ServerConfig{
		Realm: Realm, AuthHandler: s.authenticate, EventHandler: s.events(), LoggerFactory: s.stack,
		QuotaHandler:       func(name, _ string, _ net.Addr) bool { return s.admits(name) },
		AllocationLifetime: maxLifetime,
		// A client reaches the SFU by the relayed address's family, whichever
		// its own is: IPv4 wherever the SFU has it.
		StrictAddressFamily: s.routes.v4.bind.IsValid(),
	}
	if s.config.UDP != "" {
		if s.socket, err = s.openSocket(s.config.UDP); err != nil {
			return err
		}
		config.PacketConnConfigs = []turn.PacketConnConfig{{PacketConn: s.socket, RelayAddressGenerator: generator{s}, PermissionHandler: s.permit}}
	}
	if s.config.TLS != "" {
		if s.door, err = s.openDoor(s.config); err != nil {
			s.closeListeners()
			return err
		}
		config.ListenerConfigs = []turn.ListenerConfig{{Listener: s.door, RelayAddressGenerator: generator{s}, PermissionHandler: s.permit}}
	}
	if s.turn, err = turn.NewServer(config); err != nil {
		s.closeListeners()
		return fmt.Errorf("%w: %w", ErrConfig, err)
	}
	return nil
}

func (s *Server) closeListeners() {
	if s.socket != nil {
		_ = s.socket.Close()
	}
	if s.door != nil {
		_ = s.door.Close()
	}
}

// UDPAddr is where clients come in over UDP; the zero value without.
func (s *Server) UDPAddr() netip.AddrPort {
	if s.socket == nil {
		return netip.AddrPort{}
	}
	return s.socket.conn.LocalAddr().(*net.UDPAddr).AddrPort()
}

// TLSAddr is where they come in over TLS; the zero value without.
func (s *Server) TLSAddr() netip.AddrPort {
	if s.door == nil {
		return netip.AddrPort{}
	}
	return s.door.listener.Addr().(*net.TCPAddr).AddrPort()
}

// now is nanoseconds since Open.
func (s *Server) now() int64 { return int64(time.Since(s.born)) }

// sweep ends allocations that were silent for too long, until Close.
func (s *Server) sweep() {
	tick := time.NewTicker(s.config.limits.sweep)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-s.stop:
			return
		}
		s.endAll(func(a *allocation) bool {
			idle := s.now()-a.heard.Load() > int64(s.config.limits.idle)
			if idle {
				s.stats.refuse(EndIdle)
			}
			return idle
		})
	}
}

// endAll ends the allocations that which picks. It is called with mu held.
func (s *Server) endAll(which func(*allocation) bool) {
	s.mu.Lock()
	var picked []*allocation
	for _, a := range s.byRelay {
		if which(a) {
			picked = append(picked, a)
		}
	}
	s.mu.Unlock()
	for _, a := range picked {
		a.end()
	}
}

// Close ends everything and returns when all sockets are closed and the
// library has read from each for the last time. Idempotent.
func (s *Server) Close() error {
	s.closing.Do(func() {
		s.mu.Lock()
		s.closed = true
		clear(s.credentials)
		s.mu.Unlock()
		close(s.stop)
		_ = s.turn.Close() // its errors are those of closing twice
		s.endAll(func(*allocation) bool { return true })
		if s.door != nil {
			s.door.closeAll()
		}
	})
	s.running.Wait()
	return nil
}
