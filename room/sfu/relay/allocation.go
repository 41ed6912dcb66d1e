package relay

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// relayBuffer is the kernel's queue of one allocation from the SFU, in bytes.
// It is short: what waits longer behind a slow TLS connection is of no use.
const relayBuffer = 128 << 10

// allocation is the relayed socket of one client, as the TURN library uses it:
// a packet conn whose only peer is the SFU. In the client's eyes the peer has
// one of the announced addresses, the one the client writes to first; all of
// them are the same socket here, and an answer has to seem to come from where
// the question went.
type allocation struct {
	// Static.
	server *Server
	conn   *net.UDPConn // connected to the SFU
	local  netip.AddrPort
	owner  *credential

	peer     atomic.Pointer[net.UDPAddr] // as the client wrote it, nil before
	heard    atomic.Int64                // when the client last wrote or refreshed
	channels atomic.Int32                // bound so far

	down bucket // owned by the goroutine in ReadFrom

	client clientKey // guarded by Server.mu; zero while not known
	closed bool      // guarded by Server.mu

	closing, read sync.Once
}

// clientKey names a client while it has an allocation.
type clientKey struct {
	stream bool // over TLS, else over UDP
	from   netip.AddrPort
}

func (s *Server) newAllocation(way route, owner *credential) (*allocation, error) {
	conn, err := net.DialUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(way.bind, 0)), net.UDPAddrFromAddrPort(way.to))
	if err != nil {
		return nil, cause(err)
	}
	// The kernel may allow less; it takes what it may.
	_ = conn.SetReadBuffer(relayBuffer)
	a := &allocation{server: s, conn: conn, owner: owner, down: s.bytes.full()}
	a.local = netip.AddrPortFrom(way.bind, uint16(conn.LocalAddr().(*net.UDPAddr).Port))
	a.heard.Store(s.now())
	return a, nil
}

// ReadFrom returns the SFU's next packet, as coming from the address that the
// client writes to.
func (a *allocation) ReadFrom(p []byte) (int, net.Addr, error) {
	for {
		n, err := a.conn.Read(p)
		if err != nil {
			if errors.Is(err, syscall.ECONNREFUSED) {
				continue // the SFU's socket was not there for an earlier packet of ours
			}
			a.read.Do(a.server.running.Done) // the library reads no more
			return 0, nil, cause(err)
		}
		peer := a.peer.Load()
		switch {
		case peer == nil: // the SFU answers only
			a.server.stats.refuse(DropPort)
		case !a.down.take(a.server.bytes, int64(n), a.server.now()):
			a.server.stats.refuse(DropRateDown)
		default:
			a.server.stats.bytesDown.Add(uint64(n))
			return n, peer, nil
		}
	}
}

// WriteTo sends a client's packet to the SFU if that is meant. What is dropped
// is counted and no error: the library would log it.
func (a *allocation) WriteTo(p []byte, to net.Addr) (int, error) {
	a.heard.Store(a.server.now())
	u, ok := to.(*net.UDPAddr)
	if !ok || !a.meant(u) {
		a.server.stats.refuse(DropPort)
		return len(p), nil
	}
	if _, err := a.conn.Write(p); err != nil {
		a.server.stats.refuse(DropWrite)
		return len(p), nil
	}
	a.server.stats.bytesUp.Add(uint64(len(p)))
	return len(p), nil
}

// meant tells whether a client's packet is for the SFU, under the one address
// that the client has chosen.
func (a *allocation) meant(to *net.UDPAddr) bool {
	peer := a.peer.Load()
	if peer == nil && a.server.isPeer(to.AddrPort()) {
		a.peer.CompareAndSwap(nil, to)
		peer = a.peer.Load()
	}
	return peer != nil && peer.Port == to.Port && peer.IP.Equal(to.IP)
}

// Close ends the socket. The library calls it when the allocation is over.
func (a *allocation) Close() error {
	a.closing.Do(func() {
		_ = a.conn.Close()
		a.server.detach(a)
	})
	return nil
}

// end makes an end of the allocation from our side. The library notices by
// reading.
func (a *allocation) end() {
	s := a.server
	s.mu.Lock()
	key := a.client
	s.mu.Unlock()
	_ = a.Close()
	if key.stream && s.door != nil {
		s.door.end(key.from)
	}
}

// LocalAddr is the relayed address.
func (a *allocation) LocalAddr() net.Addr { return net.UDPAddrFromAddrPort(a.local) }

// SetDeadline implements net.PacketConn.
func (a *allocation) SetDeadline(t time.Time) error { return a.conn.SetDeadline(t) }

// SetReadDeadline implements net.PacketConn.
func (a *allocation) SetReadDeadline(t time.Time) error { return a.conn.SetReadDeadline(t) }

// SetWriteDeadline implements net.PacketConn.
func (a *allocation) SetWriteDeadline(t time.Time) error { return a.conn.SetWriteDeadline(t) }
