package relay

import (
	"crypto/tls"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// streamBuffer is the kernel's queue towards one TLS client, in bytes.
	// What a slow one does not take is better lost early.
	streamBuffer = 64 << 10
	// streamStall is how long a client may take nothing.
	streamStall = 5 * time.Second
	// introduction is how many bytes a client may send before it has allocated.
	introduction = 8 << 10
)

// stream is one TLS connection as the TURN library uses it. The handshake is
// part of the first read, so that a client that does not finish it costs no
// more than one that sends nothing. A client over its rate is read more slowly.
type stream struct {
	// Static.
	conn *tls.Conn
	raw  *net.TCPConn
	door *door
	from netip.AddrPort

	welcomed atomic.Bool  // it has an allocation
	known    atomic.Bool  // it had one
	said     atomic.Int64 // bytes since it was last without

	up bucket // owned by the goroutine in Read

	ended  chan struct{} // closed by end
	ending sync.Once
	over   sync.Once // the library has let go
}

func (d *door) newStream(from netip.AddrPort, raw *net.TCPConn) *stream {
	_ = raw.SetWriteBuffer(streamBuffer) // the kernel may do otherwise
	s := &stream{conn: tls.Server(raw, d.config), raw: raw, door: d, from: from, up: d.server.bytes.full(), ended: make(chan struct{})}
	s.introduce()
	return s
}

// introduce gives a stranger little time and few words. Its errors are those
// of a closed connection.
func (s *stream) introduce() {
	s.welcomed.Store(false)
	s.said.Store(0)
	_ = s.raw.SetReadDeadline(time.Now().Add(s.door.server.config.limits.introduce))
}

// welcome lets it stay.
func (s *stream) welcome() {
	s.welcomed.Store(true)
	s.known.Store(true)
	_ = s.raw.SetReadDeadline(time.Time{})
}

// Read implements net.Conn.
func (s *stream) Read(p []byte) (int, error) {
	n, err := s.conn.Read(p)
	if err != nil {
		return n, net.ErrClosed // what went wrong may name addresses
	}
	if !s.welcomed.Load() && s.said.Add(int64(n)) > introduction {
		return 0, net.ErrClosed
	}
	return n, s.slow(int64(n))
}

// slow waits until a client's bytes are within its rate.
func (s *stream) slow(n int64) error {
	server := s.door.server
	wait := s.up.owe(server.bytes, n, server.now())
	if wait <= 0 {
		return nil
	}
	server.stats.refuse(DropRateUp)
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-s.ended:
		return net.ErrClosed
	}
}

// Write implements net.Conn. One goroutine waits here for a slow client, its
// own; the queue behind it is the relayed socket's, in the kernel.
func (s *stream) Write(p []byte) (int, error) {
	_ = s.raw.SetWriteDeadline(time.Now().Add(streamStall))
	if _, err := s.conn.Write(p); err != nil {
		s.door.server.stats.refuse(DropWrite)
		s.end() // the stream is broken in the middle of a packet
	}
	return len(p), nil
}

// end closes the connection from our side. The library notices by reading.
func (s *stream) end() {
	s.ending.Do(func() {
		close(s.ended)
		_ = s.raw.Close()
	})
}

// Close is the last that the library does with a connection.
func (s *stream) Close() error {
	s.end()
	s.over.Do(func() {
		if !s.known.Load() {
			s.door.server.stats.refuse(EndStranger)
		}
		s.door.exit(s)
		s.door.server.running.Done()
	})
	return nil
}

// LocalAddr implements net.Conn.
func (s *stream) LocalAddr() net.Addr { return s.raw.LocalAddr() }

// RemoteAddr implements net.Conn.
func (s *stream) RemoteAddr() net.Addr { return s.raw.RemoteAddr() }

// SetDeadline implements net.Conn; the deadlines are the stream's own.
func (s *stream) SetDeadline(time.Time) error { return nil }

// SetReadDeadline implements net.Conn; the deadlines are the stream's own.
func (s *stream) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline implements net.Conn; the deadlines are the stream's own.
func (s *stream) SetWriteDeadline(time.Time) error { return nil }
