package hop

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"
)

// door is a net.Listener that lets nodes through and nobody else: handshakes are
// done before anything above sees a connection. Slow ones hold up nobody.
type door struct {
	// Static after openDoor.
	inner  net.Listener
	tls    *tls.Config
	limits Limits
	count  *counters
	ready  chan net.Conn
	done   chan struct{} // closed by Close
	work   sync.WaitGroup

	once sync.Once

	mu      sync.Mutex // guards all below
	open    int        // connections past the handshake
	peers   map[netip.Addr]*peer
	waiting map[net.Conn]struct{} // in the handshake
	closed  bool
}

// peer is what one address has open. Guarded by door.mu.
type peer struct {
	open    int // past the handshake
	waiting int // in the handshake
}

func openDoor(inner net.Listener, key *Key, l Limits, n *counters) *door {
	d := &door{
		inner: inner, tls: key.server(), limits: l, count: n,
		ready: make(chan net.Conn), done: make(chan struct{}),
		peers: map[netip.Addr]*peer{}, waiting: map[net.Conn]struct{}{},
	}
	d.work.Go(d.accept)
	return d
}

// accept takes connections until the listener is closed.
func (d *door) accept() {
	for {
		conn, err := d.inner.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil: // too many files, say
			select {
			case <-time.After(50 * time.Millisecond):
			case <-d.done:
				return
			}
			continue
		}
		if from, ok := d.begin(conn); ok {
			d.work.Go(func() { d.greet(conn, from) })
			continue
		}
		d.count.count(func(s *Stats) { s.Crowded++ })
		_ = conn.Close()
	}
}

// begin counts a connection in, unless there are too many.
func (d *door) begin(conn net.Conn) (from netip.Addr, ok bool) {
	if ap, err := netip.ParseAddrPort(conn.RemoteAddr().String()); err == nil {
		from = ap.Addr().Unmap()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.peers[from]
	if p == nil {
		p = &peer{}
	}
	if d.closed || len(d.waiting) >= d.limits.Handshakes || p.waiting >= d.limits.PeerHandshakes ||
		d.open >= d.limits.Conns || p.open >= d.limits.PeerConns {
		return from, false
	}
	p.waiting++
	d.peers[from] = p
	d.waiting[conn] = struct{}{}
	return from, true
}

// greet does the handshake, within its time.
func (d *door) greet(raw net.Conn, from netip.Addr) {
	ctx, cancel := context.WithTimeout(context.Background(), d.limits.Handshake)
	defer cancel()
	secured := tls.Server(raw, d.tls)
	err := secured.HandshakeContext(ctx)
	conn := d.settle(raw, secured, from, err == nil)
	if conn == nil {
		_ = raw.Close()
		if err != nil && !d.closing() {
			d.count.count(func(s *Stats) { s.Strangers++ })
		}
		return
	}
	select {
	case d.ready <- conn:
	case <-d.done:
		_ = conn.Close()
	}
}

// settle counts a connection out of the handshake, and in as a node's where it
// is one.
func (d *door) settle(raw net.Conn, secured *tls.Conn, from netip.Addr, known bool) *visitor {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.waiting, raw)
	p := d.peers[from]
	p.waiting--
	if !known || d.closed {
		d.sweep(from)
		return nil
	}
	p.open++
	d.open++
	return &visitor{Conn: secured, door: d, from: from}
}

// leave counts a node's connection out.
func (d *door) leave(from netip.Addr) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open--
	d.peers[from].open--
	d.sweep(from)
}

// sweep forgets an address that has nothing open. d.mu is held.
func (d *door) sweep(from netip.Addr) {
	if *d.peers[from] == (peer{}) {
		delete(d.peers, from)
	}
}

func (d *door) closing() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.closed
}

func (d *door) opened() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.open
}

// Accept returns the next node's connection.
func (d *door) Accept() (net.Conn, error) {
	select {
	case conn := <-d.ready:
		return conn, nil
	case <-d.done:
		return nil, net.ErrClosed
	}
}

// Addr is where the door is.
func (d *door) Addr() net.Addr { return d.inner.Addr() }

// Close ends the listener and all handshakes, and waits for them. Connections
// that are through are somebody else's by now.
func (d *door) Close() (err error) {
	d.once.Do(func() {
		d.mu.Lock()
		d.closed = true
		for conn := range d.waiting {
			_ = conn.Close()
		}
		d.mu.Unlock()
		err = d.inner.Close()
		close(d.done)
	})
	d.work.Wait()
	return err
}

// visitor is a node's connection, which the door counts until it is closed.
type visitor struct {
	*tls.Conn
	door *door
	from netip.Addr
	once sync.Once
}

// Close closes the connection.
func (v *visitor) Close() error {
	v.once.Do(func() { v.door.leave(v.from) })
	return v.Conn.Close()
}
