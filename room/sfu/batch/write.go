package batch

import (
	"net"
	"net/netip"
)

// WriteTo implements net.PacketConn for *net.UDPAddr. Safe for concurrent use.
func (c *Conn) WriteTo(b []byte, to net.Addr) (int, error) {
	udp, ok := to.(*net.UDPAddr)
	if !ok || udp == nil {
		return 0, ErrAddress
	}
	return c.WriteToAddrPort(b, udp.AddrPort())
}

// WriteToAddrPort sends b to one peer, now or with the next batch; b may be
// reused at once. It fails with net.ErrClosed, ErrAddress or, on a passed
// deadline, os.ErrDeadlineExceeded. Whatever else goes wrong is counted.
// It does not wait for a full socket when batching. Safe for concurrent use.
func (c *Conn) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	if !to.IsValid() || c.inet4 && !to.Addr().Unmap().Is4() {
		return 0, ErrAddress
	}
	if c.wire == nil {
		return c.writePlain(b, to)
	}
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return 0, net.ErrClosed
	}
	taken := c.fill.push(b, to)
	lead := c.lead(c.corked == 0 || c.fill.n >= mostMessages)
	c.mu.Unlock()
	if !taken {
		c.stats.drop(DropOverflow, 1)
	}
	if lead {
		if err := c.drain(false); err != nil {
			return 0, err
		}
	}
	return len(b), nil
}

// writePlain is the plain path: one datagram, one call.
func (c *Conn) writePlain(b []byte, to netip.AddrPort) (int, error) {
	var err error
	for range 2 { // an error may be of an earlier datagram; see failed
		_, err = c.udp.WriteToUDPAddrPort(b, to)
		c.stats.sendCalls.Add(1)
		if err == nil {
			c.stats.sent.Add(1)
			return len(b), nil
		}
		if final(err) {
			break
		}
	}
	c.stats.drop(reasonOf(err), 1)
	if final(err) {
		return 0, bare(err)
	}
	return len(b), nil
}

// Cork announces a burst: until Uncork, writes by anybody may gather, up to
// 64 of them. To be held for as long as it takes to write a packet to everyone
// in a room, never over waiting for something. Corks nest, and goroutines may
// hold theirs at the same time. Free of effect when not batching.
func (c *Conn) Cork() {
	if c.wire == nil {
		return
	}
	c.mu.Lock()
	c.corked++
	c.mu.Unlock()
}

// Uncork ends a Cork and sends what has gathered, others' datagrams included.
// While the sender is so far behind that the queue is more than half full, it
// waits for it, a few milliseconds at most: better that a publisher is read a
// little later than that packets are encrypted and then dropped. It does not
// wait for a socket that is full.
func (c *Conn) Uncork() {
	if c.wire == nil {
		return
	}
	c.mu.Lock()
	c.corked--
	lead := c.lead(true)
	for c.sending && !lead && !c.stalled && c.fill.n > len(c.fill.slots)/2 {
		c.moved.Wait()
	}
	c.mu.Unlock()
	if lead {
		_ = c.drain(false)
	}
}
