package sfu

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

// Bounds of ICE over TCP against connections of strangers.
const (
	tcpPlaces     = 4096 // connections at once
	tcpPlacesEach = 128  // of one address: everybody in a clinic may come from one
	// tcpFirstCheck is how long a connection has to send the first check of a
	// PeerConnection that is known here.
	tcpFirstCheck = 5 * time.Second
)

// door is a listener with so many places, in all and for each address. A
// connection for which there is none is closed and counted.
type door struct {
	net.Listener
	stats *counters

	mu   sync.Mutex
	open int                // guarded by mu
	each map[netip.Addr]int // guarded by mu: those open of each address
}

func newDoor(l net.Listener, stats *counters) *door {
	return &door{Listener: l, stats: stats, each: map[netip.Addr]int{}}
}

// Accept implements net.Listener.
func (d *door) Accept() (net.Conn, error) {
	for {
		conn, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if from := site(conn.RemoteAddr()); d.enter(from) {
			return &doorConn{Conn: conn, leave: sync.OnceFunc(func() { d.leave(from) })}, nil
		}
		d.stats.drop(DropConnection)
		_ = conn.Close()
	}
}

func (d *door) enter(from netip.Addr) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open >= tcpPlaces || d.each[from] >= tcpPlacesEach {
		return false
	}
	d.open++
	d.each[from]++
	return true
}

func (d *door) leave(from netip.Addr) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open--
	if d.each[from]--; d.each[from] == 0 {
		delete(d.each, from)
	}
}

// site is the address that pays for a connection; a network of IPv6 is one.
func site(a net.Addr) netip.Addr {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	ip := tcp.AddrPort().Addr().Unmap().WithZone("")
	if ip.Is6() {
		network, _ := ip.Prefix(64) // 64 bits is within every IPv6 address
		return network.Addr()
	}
	return ip
}

// doorConn gives its place back when it is closed.
type doorConn struct {
	net.Conn
	leave func()
}

// Close implements net.Conn.
func (c *doorConn) Close() error {
	c.leave()
	return c.Conn.Close()
}
