package relay

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"
)

// streamsEach is how many TLS connections one address may have open: everybody
// in a clinic may come from one, and a browser opens up to four.
const streamsEach = 256

// door is the TLS listener as the TURN library uses it: with so many places,
// in all and for each address. A connection for which there is none is closed
// and counted.
type door struct {
	// Static.
	listener *net.TCPListener
	config   *tls.Config
	server   *Server
	places   int

	strangers *strangers // owned by the goroutine in Accept

	mu   sync.Mutex
	open map[netip.AddrPort]*stream // guarded by mu
	each map[netip.Addr]int         // guarded by mu: those open of each site
	shut bool                       // guarded by mu
}

func (s *Server) openDoor(c Config) (*door, error) {
	at, err := net.ResolveTCPAddr("tcp", c.TLS)
	if err != nil {
		return nil, fmt.Errorf("%w: tls address", ErrConfig)
	}
	l, err := net.ListenTCP("tcp", at)
	if err != nil {
		return nil, fmt.Errorf("%w: tls: %w", ErrListen, cause(err))
	}
	s.running.Add(1)
	return &door{
		listener: l, server: s, places: 2 * c.Allocations, strangers: newStrangers(calling),
		config: &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.Certificate},
		open:   map[netip.AddrPort]*stream{}, each: map[netip.Addr]int{},
	}, nil
}

// Accept returns the next connection for which there is a place. An error is
// final: the library stops for any.
func (d *door) Accept() (net.Conn, error) {
	for {
		raw, err := d.listener.AcceptTCP()
		if errors.Is(err, net.ErrClosed) {
			d.server.running.Done() // the library accepts no more
			return nil, net.ErrClosed
		}
		if err != nil { // too many open files, say
			d.server.stats.stackErrors.Add(1)
			time.Sleep(readPause)
			continue
		}
		from := plain(raw.RemoteAddr().(*net.TCPAddr).AddrPort())
		if s := d.enter(from, raw); s != nil {
			return s, nil
		}
		d.server.stats.refuse(EndConnection)
		_ = raw.Close()
	}
}

// enter gives a connection a place, or nil.
func (d *door) enter(from netip.AddrPort, raw *net.TCPConn) *stream {
	if !d.strangers.admit(from.Addr(), d.server.now()) {
		return nil
	}
	s := d.newStream(from, raw)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.shut || len(d.open) >= d.places || d.each[site(from.Addr())] >= streamsEach {
		return nil
	}
	if d.open[from] != nil { // the one before it on this port is still on its way out
		return nil
	}
	d.open[from] = s
	d.each[site(from.Addr())]++
	d.server.running.Add(1)
	return s
}

// exit gives the place back, once.
func (d *door) exit(s *stream) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open[s.from] != s {
		return
	}
	delete(d.open, s.from)
	of := site(s.from.Addr())
	if d.each[of]--; d.each[of] == 0 {
		delete(d.each, of)
	}
}

func (d *door) find(from netip.AddrPort) *stream {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.open[from]
}

func (d *door) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.open)
}

// welcome lets a connection that has allocated stay.
func (d *door) welcome(from netip.AddrPort) {
	if s := d.find(from); s != nil {
		s.welcome()
	}
}

// leave gives a connection whose allocation is over the time for another.
func (d *door) leave(from netip.AddrPort) {
	if s := d.find(from); s != nil {
		s.introduce()
	}
}

// end closes a connection.
func (d *door) end(from netip.AddrPort) {
	if s := d.find(from); s != nil {
		s.end()
	}
}

// Close implements net.Listener.
func (d *door) Close() error { return d.listener.Close() }

// closeAll ends all connections, for good.
func (d *door) closeAll() {
	d.mu.Lock()
	d.shut = true
	all := make([]*stream, 0, len(d.open))
	for _, s := range d.open {
		all = append(all, s)
	}
	d.mu.Unlock()
	for _, s := range all {
		s.end()
	}
}

// Addr implements net.Listener.
func (d *door) Addr() net.Addr { return d.listener.Addr() }
