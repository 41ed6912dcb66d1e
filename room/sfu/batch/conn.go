package batch

import (
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

const (
	mostMessages = 64                     // of one sendmmsg
	defaultQueue = 2048                   // datagrams
	mostRounds   = 4                      // batches a caller sends for others before the flusher takes over
	flushTime    = 100 * time.Millisecond // Close waits this long for a full socket
)

// Options say how a Conn sends and receives.
type Options struct {
	// Batch sends what has gathered with one sendmmsg and receives with
	// recvmmsg. Without it, or on a system that has neither, each datagram
	// takes a call of its own.
	Batch bool
	// Segment joins runs of equal length to one peer in one UDP_SEGMENT
	// message where the kernel can. It needs Batch.
	Segment bool
	// Queue is how many datagrams may wait; 0 means 2,048. It takes 1.5 KB
	// for each.
	Queue int
}

// Conn is a UDP socket shared by any number of goroutines. It implements
// net.PacketConn and pion's ice.AddrPortReaderWriter.
//
// A write copies the datagram and reports success when it is in the queue. A
// datagram that cannot be sent is lost, as the network might have lost it,
// and Stats says why: no peer's trouble reaches another's packets or the
// socket. Datagrams to one peer leave in the order they were written.
type Conn struct {
	// Static after Open.
	udp   *net.UDPConn
	inet4 bool          // an IPv4 socket
	wire  wire          // sends batches; nil: plain path
	recv  receiver      // receives many at once; nil: plain path
	wake  chan struct{} // gives the flusher the sender's part; closed by Close
	ended sync.WaitGroup

	stats   counters
	segment atomic.Bool // UDP_SEGMENT is in use

	// Whoever set sending owns these until it is unset or handed over.
	out     *batch
	strikes int // UDP_SEGMENT messages refused in a row

	mu      sync.Mutex
	moved   sync.Cond // sending was unset, the batch exchanged, or stalled set
	fill    *batch
	sending bool
	stalled bool // the socket is full, and the flusher waits for it
	corked  int
	closed  bool
}

// wire sends planned runs. Its errors concern the run at b.done, unless they
// are final.
type wire interface {
	// send sends runs from b.done on and returns how many were taken: at
	// least one, or an error. On a full socket it waits, or fails with EAGAIN.
	send(b *batch, wait bool) (runs int, err error)
}

// receiver reads one datagram, of those that came together.
type receiver interface {
	receive(b []byte) (int, netip.AddrPort, error)
	close()
}

// Open takes over udp, which has to be unconnected: Close closes it, and
// nobody else may read or write it any more. Its buffers may be set before or
// afterwards.
func Open(udp *net.UDPConn, o Options) (*Conn, error) {
	if udp == nil || udp.RemoteAddr() != nil {
		return nil, ErrConn
	}
	local, ok := udp.LocalAddr().(*net.UDPAddr)
	if !ok {
		return nil, ErrConn
	}
	c := &Conn{udp: udp, inet4: local.IP.To4() != nil}
	c.moved.L = &c.mu
	if !o.Batch {
		return c, nil
	}
	return c, c.openBatch(o)
}

// start makes the Conn a batching one.
func (c *Conn) start(w wire, o Options) {
	if o.Queue <= 0 {
		o.Queue = defaultQueue
	}
	half := max(o.Queue/2, 1)
	c.wire, c.fill, c.out = w, newBatch(half), newBatch(half)
	c.wake = make(chan struct{}, 1)
	c.ended.Add(1)
	go c.flusher()
}

// Batching says whether datagrams are sent in batches: switched on, and
// possible on this system.
func (c *Conn) Batching() bool { return c.wire != nil }

// Stats returns the counters.
func (c *Conn) Stats() Stats {
	s := c.stats.snapshot()
	s.Segmenting = c.segment.Load()
	return s
}

// LocalAddr is the address the socket is bound to, a *net.UDPAddr.
func (c *Conn) LocalAddr() net.Addr { return c.udp.LocalAddr() }

// SetDeadline implements net.PacketConn.
func (c *Conn) SetDeadline(t time.Time) error {
	if err := c.SetReadDeadline(t); err != nil {
		return err
	}
	return c.SetWriteDeadline(t)
}

// SetReadDeadline implements net.PacketConn. Datagrams already received
// are handed out all the same.
func (c *Conn) SetReadDeadline(t time.Time) error { return c.udp.SetReadDeadline(t) }

// SetWriteDeadline implements net.PacketConn. After it, queued datagrams are
// dropped, and a caller that finds out itself gets os.ErrDeadlineExceeded.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed { // it is Close's now
		return net.ErrClosed
	}
	return c.udp.SetWriteDeadline(t)
}

// Close sends what is queued, waits at most 100 ms for a full socket, and
// closes it. Writes in flight are either sent or counted as dropped; readers
// return net.ErrClosed.
func (c *Conn) Close() error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return net.ErrClosed
	}
	c.closed = true
	if c.wire == nil {
		c.mu.Unlock()
		return c.udp.Close()
	}
	_ = c.udp.SetWriteDeadline(time.Now().Add(flushTime))
	lead := c.lead(true)
	c.mu.Unlock()
	if lead {
		_ = c.drain(true)
	}
	c.mu.Lock()
	for c.sending {
		c.moved.Wait()
	}
	c.mu.Unlock()
	close(c.wake)
	c.ended.Wait()
	err := c.udp.Close()
	if c.recv != nil {
		c.recv.close()
	}
	return err
}
