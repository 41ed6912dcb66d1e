package main

import (
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// pond is the way of everybody's media to one server, through this process, where
// that of single people can be lost without a word. It has the server's port on
// an address of its own: the server announces that one.
//
//	people --pond--> hearth
//
// Safe for concurrent use.
type pond struct {
	t      *testing.T
	near   *net.UDPConn // people's side
	target netip.AddrPort
	work   sync.WaitGroup

	mu    sync.Mutex
	ways  map[netip.AddrPort]*way // guarded by mu, as all below; by the address of a person's socket
	later bool                    // whoever comes from now on is lost, too
	ended bool
}

// way is one socket's.
type way struct {
	far  *net.UDPConn
	lost atomic.Bool
}

// newPond makes a way from an address to the same port of the target.
func newPond(t *testing.T, host, target string) *pond {
	t.Helper()
	p := &pond{t: t, target: netip.MustParseAddrPort(target), ways: map[netip.AddrPort]*way{}}
	near, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(host), p.target.Port())))
	if err != nil {
		t.Skipf("this system has no second loopback address: %v", err)
	}
	p.near = near
	p.work.Go(p.in)
	t.Cleanup(p.end)
	return p
}

// in carries what people send.
func (p *pond) in() {
	packet := make([]byte, 2048)
	for {
		n, from, err := p.near.ReadFromUDPAddrPort(packet)
		if err != nil {
			return
		}
		if w := p.way(from); w != nil && !w.lost.Load() {
			_, _ = w.far.Write(packet[:n])
		}
	}
}

// way is the way of a socket, which is made when it is first heard of; nil for
// none.
func (p *pond) way(from netip.AddrPort) *way {
	p.mu.Lock()
	defer p.mu.Unlock()
	if w := p.ways[from]; w != nil || p.ended {
		return w
	}
	far, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(p.target))
	if err != nil {
		p.t.Errorf("a pond: %v", err)
		return nil
	}
	w := &way{far: far}
	w.lost.Store(p.later)
	p.ways[from] = w
	p.work.Go(func() { p.out(w, from) })
	return w
}

// out carries what the server sends to one socket.
func (p *pond) out(w *way, to netip.AddrPort) {
	packet := make([]byte, 2048)
	for {
		n, err := w.far.Read(packet)
		if err != nil {
			if p.over() {
				return
			}
			continue // the server is away for a moment
		}
		if !w.lost.Load() {
			_, _ = p.near.WriteToUDPAddrPort(packet[:n], to)
		}
	}
}

func (p *pond) over() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ended
}

// mark remembers which sockets there are.
func (p *pond) mark() map[netip.AddrPort]bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := map[netip.AddrPort]bool{}
	for from := range p.ways {
		known[from] = true
	}
	return known
}

// lose loses the packets of all sockets but those of a mark, both ways, and of
// all that are made before the function returned is called.
func (p *pond) lose(but map[netip.AddrPort]bool) (find func()) {
	set := func(lost bool) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.later = lost
		for from, w := range p.ways {
			w.lost.Store(lost && !but[from])
		}
	}
	set(true)
	return func() { set(false) }
}

// end closes everything and waits for it.
func (p *pond) end() {
	p.mu.Lock()
	p.ended = true
	for _, w := range p.ways {
		_ = w.far.Close()
	}
	p.mu.Unlock()
	_ = p.near.Close()
	p.work.Wait()
}

// TestPond: it carries both ways, and loses only whom it should.
func TestPond(t *testing.T) {
	server, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		t.Fatal(err)
	}
	var work sync.WaitGroup
	work.Go(func() {
		for piece := make([]byte, 1); ; {
			_, from, err := server.ReadFromUDPAddrPort(piece)
			if err != nil {
				return
			}
			_, _ = server.WriteToUDPAddrPort([]byte("!"), from)
		}
	})
	t.Cleanup(func() { _ = server.Close(); work.Wait() })
	p := newPond(t, pondHost, server.LocalAddr().String())
	dial := func() net.Conn {
		c, err := net.Dial("udp4", p.near.LocalAddr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	first := dial()
	says := func(c net.Conn, want string) {
		t.Helper()
		bound := patience
		if want == "" {
			bound = 50 * time.Millisecond
		}
		if got := ask(t, c, bound); got != want {
			t.Errorf("answered %q, not %q", got, want)
		}
	}
	says(first, "!")
	mark := p.mark()
	second := dial()
	says(second, "!")
	find := p.lose(mark)
	says(first, "!")
	says(second, "")
	says(dial(), "")
	find()
	says(second, "!")
}
