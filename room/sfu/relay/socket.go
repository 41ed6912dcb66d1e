package relay

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"
)

// clientBuffer is the kernel's queue of the socket for all clients, each way,
// in bytes.
const clientBuffer = 2 << 20

// readPause keeps a broken socket from busy loops.
const readPause = 10 * time.Millisecond

// clientRequests is how many requests a client with an allocation may send a
// second, and at once: permissions, channels, refreshes.
var clientRequests = pace{rate: 20, burst: 60}

// socket is the UDP socket of all clients, as the TURN library uses it. What
// the library would work on for nothing is dropped before it sees it.
type socket struct {
	// Static.
	conn  *net.UDPConn
	stats *counters
	bytes pace
	now   func() int64
	done  func() // after the last read

	strangers *strangers // owned by the goroutine in ReadFrom

	mu      sync.RWMutex
	clients map[netip.AddrPort]*client // guarded by mu: those with an allocation
}

// client is one address that has an allocation. The buckets are owned by the
// goroutine in ReadFrom.
type client struct {
	addr         *net.UDPAddr
	requests, up bucket
}

func (s *Server) openSocket(address string) (*socket, error) {
	at, err := net.ResolveUDPAddr("udp", address)
	if err != nil {
		return nil, fmt.Errorf("%w: udp address", ErrConfig)
	}
	conn, err := net.ListenUDP("udp", at)
	if err != nil {
		return nil, fmt.Errorf("%w: udp: %w", ErrListen, cause(err))
	}
	// The kernel may allow less; it takes what it may.
	_, _ = conn.SetReadBuffer(clientBuffer), conn.SetWriteBuffer(clientBuffer)
	s.running.Add(1)
	return &socket{
		conn: conn, stats: &s.stats, bytes: s.bytes, now: s.now, done: sync.OnceFunc(s.running.Done),
		strangers: newStrangers(asking), clients: map[netip.AddrPort]*client{},
	}, nil
}

// ReadFrom returns the next datagram that is worth the library's while. An
// error is final: the library stops for any.
func (s *socket) ReadFrom(p []byte) (int, net.Addr, error) {
	for {
		n, from, err := s.conn.ReadFromUDPAddrPort(p)
		if errors.Is(err, net.ErrClosed) {
			s.done()
			return 0, nil, net.ErrClosed
		}
		if err != nil {
			s.stats.stackErrors.Add(1)
			time.Sleep(readPause)
			continue
		}
		if to, ok := s.admit(p[:n], plain(from)); ok {
			return n, to, nil
		}
	}
}

// admit tells whether a datagram goes further, and its sender as the library
// wants it.
func (s *socket) admit(p []byte, from netip.AddrPort) (net.Addr, bool) {
	s.mu.RLock()
	c := s.clients[from]
	s.mu.RUnlock()
	if c == nil {
		return s.admitStranger(p, from)
	}
	now := s.now()
	switch kind := classify(p); {
	case !c.up.take(s.bytes, int64(len(p)), now):
		s.stats.refuse(DropRateUp)
	case kind == garbage:
		s.stats.refuse(DropGarbage)
	case kind != data && !c.requests.take(clientRequests, 1, now):
		s.stats.refuse(DropRequests)
	default:
		return c.addr, true
	}
	return nil, false
}

// admitStranger lets Allocate requests in alone. Binding requests are not
// answered: clients learn their address when they allocate, and a server that
// answers anybody is of use to those who forge addresses.
func (s *socket) admitStranger(p []byte, from netip.AddrPort) (net.Addr, bool) {
	switch kind := classify(p); {
	case kind == binding:
		s.stats.refuse(DropBinding)
	case kind != allocate:
		s.stats.refuse(DropGarbage)
	case !s.strangers.admit(from.Addr(), s.now()):
		s.stats.refuse(DropStranger)
	default:
		return net.UDPAddrFromAddrPort(from), true
	}
	return nil, false
}

// welcome makes an address a client.
func (s *socket) welcome(from netip.AddrPort) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clients[from] = &client{addr: net.UDPAddrFromAddrPort(from), requests: clientRequests.full(), up: s.bytes.full()}
}

// leave makes it a stranger.
func (s *socket) leave(from netip.AddrPort) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.clients, from)
}

// WriteTo implements net.PacketConn.
func (s *socket) WriteTo(p []byte, to net.Addr) (int, error) {
	n, err := s.conn.WriteTo(p, to)
	if err != nil {
		s.stats.refuse(DropWrite)
		return len(p), nil
	}
	return n, nil
}

// Close implements net.PacketConn.
func (s *socket) Close() error { return s.conn.Close() }

// LocalAddr implements net.PacketConn.
func (s *socket) LocalAddr() net.Addr { return s.conn.LocalAddr() }

// SetDeadline implements net.PacketConn.
func (s *socket) SetDeadline(t time.Time) error { return s.conn.SetDeadline(t) }

// SetReadDeadline implements net.PacketConn.
func (s *socket) SetReadDeadline(t time.Time) error { return s.conn.SetReadDeadline(t) }

// SetWriteDeadline implements net.PacketConn.
func (s *socket) SetWriteDeadline(t time.Time) error { return s.conn.SetWriteDeadline(t) }
