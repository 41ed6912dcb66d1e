package batch

import (
	"net"
	"net/netip"
)

// mostReadErrors is how many errors in a row a reader passes over. More than
// a queue of ICMP answers could cause means that the socket itself is broken.
const mostReadErrors = 1024

// ReadFrom implements net.PacketConn; the address is a *net.UDPAddr. It
// allocates it; ReadFromAddrPort does not.
func (c *Conn) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := c.ReadFromAddrPort(b)
	if err != nil {
		return n, nil, err
	}
	return n, net.UDPAddrFromAddrPort(from), nil
}

// ReadFromAddrPort waits for a datagram; one longer than b is cut. On a
// dual-stack socket an IPv4 peer's address is IPv4-mapped, as in package net.
// Errors that concern one peer, such as an ICMP answer to something sent to
// it, are counted and passed over, so that an error means the end of the
// socket or a deadline. Safe for concurrent use, though written for one reader.
func (c *Conn) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	var err error
	for range mostReadErrors {
		var n int
		var from netip.AddrPort
		if n, from, err = c.readOne(b); err == nil {
			c.stats.received.Add(1)
			return n, from, nil
		}
		if final(err) {
			break
		}
		c.stats.readErrors.Add(1)
	}
	return 0, netip.AddrPort{}, bare(err)
}

func (c *Conn) readOne(b []byte) (int, netip.AddrPort, error) {
	if c.recv != nil {
		return c.recv.receive(b)
	}
	c.stats.readCalls.Add(1)
	return c.udp.ReadFromUDPAddrPort(b)
}
