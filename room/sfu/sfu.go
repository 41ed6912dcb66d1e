package sfu

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// SFU is the media path of a server: its sockets and the circles behind them.
// Safe for concurrent use.
type SFU struct {
	// Static.
	udp        *sharedUDP
	tcp        *sharedTCP // nil without TCP
	candidates string     // a= lines of every answer
	stack      *stackLog
	cert       certificate
	stats      counters
	born       time.Time
	closed     chan struct{}
	fence      fence
	wake       chan struct{} // holds one token: a tick is wanted at once
	closing    sync.Once

	mu      sync.Mutex
	ended   bool           // guarded by mu
	circles []*Circle      // guarded by mu
	running sync.WaitGroup // Add under mu while not ended
}

// Open listens for media. The error is ErrConfig or ErrListen.
func Open(c Config) (*SFU, error) {
	s := &SFU{born: time.Now(), closed: make(chan struct{}), wake: make(chan struct{}, 1)}
	s.stack = newStackLog(c.logger(), &s.stats)
	s.fence.frozen = c.Frozen
	s.fence.beat.Store(s.now())
	if _, err := s.cert.get(s.born); err != nil {
		return nil, fmt.Errorf("%w: certificate", ErrInternal)
	}
	if err := s.listen(c); err != nil {
		return nil, err
	}
	s.background(s.run)
	return s, nil
}

func (s *SFU) listen(c Config) (err error) {
	if s.udp, err = openUDP(c.UDP, c.Plain, s.stack.NewLogger("udp")); err != nil {
		return err
	}
	addresses, err := announced(c, s.UDPAddr().Addr())
	if err == nil && c.TCP != "" {
		s.tcp, err = openTCP(c.TCP, s.stack.NewLogger("tcp"), &s.stats)
	}
	if err != nil {
		_ = s.udp.Close()
		return err
	}
	s.candidates = candidates(addresses, s.UDPAddr().Port(), s.TCPAddr().Port())
	return nil
}

// UDPAddr is where media arrives over UDP.
func (s *SFU) UDPAddr() netip.AddrPort { return s.udp.addr() }

// TCPAddr is where media arrives over TCP; the zero value without TCP.
func (s *SFU) TCPAddr() netip.AddrPort {
	if s.tcp == nil {
		return netip.AddrPort{}
	}
	return s.tcp.addr()
}

// Stats are the counters since Open.
func (s *SFU) Stats() Stats {
	all := s.stats.snapshot()
	if s.udp != nil {
		u := s.udp.conn.Stats()
		all.Datagrams, all.SendCalls, all.Unsent = u.Sent, u.SendCalls, u.Dropped
	}
	return all
}

// Circle opens the packet path of one room with 1 to MaxSeats seats; a number
// outside is brought to the nearest bound. On a closed SFU the circle is
// closed too.
func (s *SFU) Circle(seats int) *Circle {
	c := newCircle(s, min(max(seats, 1), MaxSeats))
	s.mu.Lock()
	defer s.mu.Unlock()
	c.closed = s.ended
	if !s.ended {
		s.circles = append(s.circles, c)
	}
	return c
}

// Close ends all circles and returns when every goroutine and socket is gone.
// Idempotent.
func (s *SFU) Close() error {
	s.closing.Do(func() {
		for _, c := range s.open() {
			c.Close()
		}
		s.mu.Lock()
		s.ended = true
		s.mu.Unlock()
		for _, c := range s.open() { // opened meanwhile
			c.Close()
		}
		close(s.closed)
	})
	s.running.Wait()
	if s.tcp != nil {
		_ = s.tcp.Close()
	}
	return s.udp.Close()
}

// background runs f on a goroutine that Close waits for. After Close has
// begun waiting f runs on the caller's.
func (s *SFU) background(f func()) {
	s.mu.Lock()
	ended := s.ended
	if !ended {
		s.running.Add(1)
	}
	s.mu.Unlock()
	if ended {
		f()
		return
	}
	go func() {
		defer s.running.Done()
		f()
	}()
}

func (s *SFU) open() []*Circle {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.circles)
}

func (s *SFU) forget(c *Circle) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.circles = slices.DeleteFunc(s.circles, func(o *Circle) bool { return o == c })
}

// now is nanoseconds since Open, never 0 after it.
func (s *SFU) now() int64 { return int64(time.Since(s.born)) + 1 }

// wall is the wall clock at now, in nanoseconds of Unix time.
func (s *SFU) wall(now int64) int64 { return s.born.UnixNano() + now }

// sendTime is the value of the abs-send-time extension: 6.18 fixed point
// seconds, big endian.
func (s *SFU) sendTime(now int64) [3]byte {
	v := ntpTime(s.wall(now)) >> 14
	return [3]byte{byte(v >> 16), byte(v >> 8), byte(v)}
}

func randomSSRC() uint32 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return binary.BigEndian.Uint32(b[:]) | 1
}
