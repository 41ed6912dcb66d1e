package batch

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"
)

// roads are all ways to send; every test of delivery walks each of them.
var roads = []struct {
	name string
	o    Options
	cork bool
}{
	{"plain", Options{}, false},
	{"batch", Options{Batch: true}, false},
	{"batch corked", Options{Batch: true}, true},
	{"segment", Options{Batch: true, Segment: true}, false},
	{"segment corked", Options{Batch: true, Segment: true}, true},
}

// datagram has its number in its first bytes and a content that follows from
// number and length.
func datagram(b []byte, number uint32) []byte {
	binary.BigEndian.PutUint32(b, number)
	for i := 4; i < len(b); i++ {
		b[i] = byte(int(number)*31 + i*7 + len(b))
	}
	return b
}

// whole says whether b is what datagram made.
func whole(b []byte) (number uint32, ok bool) {
	if len(b) < 4 {
		return 0, false
	}
	number = binary.BigEndian.Uint32(b)
	return number, string(b) == string(datagram(make([]byte, len(b)), number))
}

// expect reads until n datagrams with the numbers 0..n-1 came in order.
func expect(t *testing.T, peer *net.UDPConn, n int) {
	t.Helper()
	_ = peer.SetReadDeadline(time.Now().Add(patience))
	buf := make([]byte, 1<<16)
	for want := range uint32(n) {
		got, err := peer.Read(buf)
		if err != nil {
			t.Errorf("%d of %d: %v", want, n, err)
			return
		}
		number, ok := whole(buf[:got])
		if !ok || number != want {
			t.Errorf("datagram %d: got %d, whole: %v", want, number, ok)
			return
		}
	}
}

// sizes like those of media: frames of several equal packets and a shorter
// one, sound between them.
func size(r *rand.Rand) int {
	switch r.IntN(8) {
	case 0:
		return 4 + r.IntN(200)
	case 1:
		return 4 + r.IntN(1496)
	}
	return 1130
}

// Four writers, each with four peers of its own, write bursts to them and
// reuse their buffer at once. Reading keeps pace, so that nothing may be lost.
func TestEverythingArrivesInOrder(t *testing.T) {
	const writers, peers, each = 4, 4, 300
	for _, road := range roads {
		t.Run(road.name, func(t *testing.T) {
			c := open(t, "127.0.0.1:0", road.o)
			var w sync.WaitGroup
			for seed := range uint64(writers) {
				w.Go(func() {
					to := make([]*net.UDPConn, peers)
					for i := range to {
						to[i] = listen(t, "127.0.0.1:0")
					}
					writeAll(t, c, road.cork, to, each, rand.New(rand.NewPCG(seed, 1)))
				})
			}
			w.Wait()
			s := c.Stats()
			if s.Sent != writers*peers*each || total(s.Dropped) != 0 {
				t.Errorf("%+v", s)
			}
			if c.Batching() && road.cork && s.SendCalls >= s.Sent/2 {
				t.Errorf("%d calls for %d datagrams", s.SendCalls, s.Sent)
			}
		})
	}
}

// writeAll writes datagrams 0..each-1 to every peer, 20 to each at a time,
// and then reads them.
func writeAll(t *testing.T, c *Conn, cork bool, to []*net.UDPConn, each int, r *rand.Rand) {
	const step = 20
	buf, in := make([]byte, 2048), make([]byte, 2048)
	for start := 0; start < each; start += step {
		if cork {
			c.Cork()
		}
		for i := start; i < start+step; i++ {
			for _, peer := range to {
				if _, err := c.WriteToAddrPort(datagram(buf[:size(r)], uint32(i)), addrOf(peer)); err != nil {
					t.Error(err)
				}
			}
		}
		if cork {
			c.Uncork()
		}
		for _, peer := range to {
			_ = peer.SetReadDeadline(time.Now().Add(patience))
			for i := start; i < start+step; i++ {
				n, err := peer.Read(in)
				if number, ok := whole(in[:n]); err != nil || !ok || number != uint32(i) {
					t.Errorf("datagram %d: got %d, whole: %v, error: %v", i, number, ok, err)
					return
				}
			}
		}
	}
}

// IPv4, IPv6 and both on one socket, also with IPv4-mapped addresses.
func TestFamilies(t *testing.T) {
	for _, road := range roads {
		for _, f := range []struct{ socket, peer string }{
			{"127.0.0.1:0", "127.0.0.1:0"}, {"0.0.0.0:0", "127.0.0.1:0"}, {"[::1]:0", "[::1]:0"},
			{"[::]:0", "[::1]:0"}, {"[::]:0", "127.0.0.1:0"},
		} {
			t.Run(fmt.Sprint(road.name, f), func(t *testing.T) {
				c, peer := open(t, f.socket, road.o), listen(t, f.peer)
				to := addrOf(peer)
				_, _ = c.WriteToAddrPort(datagram(make([]byte, 100), 0), to)
				mapped := netip.AddrPortFrom(netip.AddrFrom16(to.Addr().As16()), to.Port())
				_, _ = c.WriteToAddrPort(datagram(make([]byte, 1000), 1), mapped)
				_, _ = c.WriteTo(datagram(make([]byte, 10), 2), peer.LocalAddr())
				expect(t, peer, 3)
				answer(t, c, peer)
			})
		}
	}
}

// answer sends one datagram from peer to c, and looks at it and its sender.
func answer(t *testing.T, c *Conn, peer *net.UDPConn) {
	t.Helper()
	at := addrOf(c)
	if at.Addr().IsUnspecified() {
		at = netip.AddrPortFrom(addrOf(peer).Addr(), at.Port())
	}
	_, _ = peer.WriteToUDPAddrPort(datagram(make([]byte, 77), 5), at)
	_ = c.SetReadDeadline(time.Now().Add(patience))
	buf := make([]byte, 2048)
	n, from, err := c.ReadFromAddrPort(buf)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := whole(buf[:n]); !ok || n != 77 {
		t.Errorf("%d bytes, whole: %v", n, ok)
	}
	want := addrOf(peer)
	if from.Port() != want.Port() || from.Addr().Unmap() != want.Addr().Unmap() {
		t.Error("wrong sender")
	}
	if dual := !c.inet4; dual != (from.Addr().Is4In6() || from.Addr().Is6()) {
		t.Error("not the form package net gives: ", from.Addr())
	}
}

// Longer than a slot, longer than a frame, longer than UDP.
func TestHugeDatagram(t *testing.T) {
	for _, road := range roads {
		t.Run(road.name, func(t *testing.T) {
			c, peer := open(t, "127.0.0.1:0", road.o), listen(t, "127.0.0.1:0")
			for i, n := range []int{100, 9000, 200, 60000} {
				if _, err := c.WriteToAddrPort(datagram(make([]byte, n), uint32(i)), addrOf(peer)); err != nil {
					t.Fatal(err)
				}
			}
			expect(t, peer, 4)
			if _, err := c.WriteToAddrPort(make([]byte, 70000), addrOf(peer)); err != nil {
				t.Error(err)
			}
			if s := c.Stats(); s.Sent != 4 || s.Dropped[DropSize]+s.Dropped[DropOther] != 1 {
				t.Errorf("%+v", s)
			}
		})
	}
}

// An empty datagram is a datagram.
func TestEmptyDatagram(t *testing.T) {
	for _, road := range roads {
		t.Run(road.name, func(t *testing.T) {
			c, peer := open(t, "127.0.0.1:0", road.o), listen(t, "127.0.0.1:0")
			c.Cork()
			for range 3 {
				_, _ = c.WriteToAddrPort(nil, addrOf(peer))
			}
			c.Uncork()
			_ = peer.SetReadDeadline(time.Now().Add(patience))
			for range 3 {
				if n, err := peer.Read(make([]byte, 10)); n != 0 || err != nil {
					t.Error(n, err)
				}
			}
			if s := c.Stats(); s.Sent != 3 {
				t.Errorf("%+v", s)
			}
		})
	}
}
