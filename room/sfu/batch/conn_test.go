package batch

import (
	"net"
	"net/netip"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/pion/ice/v4"
)

var (
	_ net.PacketConn           = (*Conn)(nil)
	_ ice.AddrPortReaderWriter = (*Conn)(nil)
)

func TestOpenRefusesWhatItCannotUse(t *testing.T) {
	if _, err := Open(nil, Options{}); err != ErrConn {
		t.Error(err)
	}
	peer := listen(t, "127.0.0.1:0")
	connected, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(addrOf(peer)))
	if err != nil {
		t.Fatal(err)
	}
	defer connected.Close()
	if _, err := Open(connected, Options{Batch: true}); err != ErrConn {
		t.Error(err)
	}
}

func TestUnusableAddresses(t *testing.T) {
	for _, road := range roads {
		c := open(t, "127.0.0.1:0", road.o)
		for _, to := range []netip.AddrPort{{}, netip.MustParseAddrPort("[::1]:9")} {
			if _, err := c.WriteToAddrPort([]byte{1}, to); err != ErrAddress {
				t.Error(err)
			}
		}
		if _, err := c.WriteTo([]byte{1}, &net.TCPAddr{}); err != ErrAddress {
			t.Error(err)
		}
	}
}

// Corked datagrams leave with the Uncork, or when a call is full.
func TestCork(t *testing.T) {
	var calls []int
	c := fake(t, Options{}, func(b *batch, wait bool) (int, error) {
		calls = append(calls, len(b.runs))
		return all(b, wait)
	})
	write := func(n int) {
		for range n {
			_, _ = c.WriteToAddrPort([]byte{1}, peerAddr(1))
		}
	}
	c.Cork()
	write(10)
	c.Cork()
	write(1)
	c.Uncork()
	write(70)
	c.Uncork()
	write(2)
	c.Cork()
	c.Uncork()
	if want := []int{11, 64, 6, 1, 1}; len(calls) != len(want) {
		t.Errorf("%v", calls)
	} else {
		for i := range want {
			if calls[i] != want[i] {
				t.Errorf("%v", calls)
			}
		}
	}
}

// Equal datagrams to one peer, the last one shorter, go as one message.
func TestSegmentsOnTheWire(t *testing.T) {
	c, peer := open(t, "127.0.0.1:0", Options{Batch: true, Segment: true}), listen(t, "127.0.0.1:0")
	if !c.Stats().Segmenting {
		t.Skip("no UDP_SEGMENT here")
	}
	buf := make([]byte, 1500)
	c.Cork()
	for i, n := range []int{1130, 1130, 1130, 400, 1200, 1200, 80, 90} {
		_, _ = c.WriteToAddrPort(datagram(buf[:n], uint32(i)), addrOf(peer))
	}
	c.Uncork()
	expect(t, peer, 8)
	if s := c.Stats(); s.Segmented != 7 || s.SendCalls != 1 || s.Sent != 8 || s.Refusals != 0 {
		t.Errorf("%+v", s)
	}
}

// Close sends what waits for an Uncork that never came.
func TestCloseFlushes(t *testing.T) {
	for _, road := range roads {
		t.Run(road.name, func(t *testing.T) {
			c, peer := open(t, "127.0.0.1:0", road.o), listen(t, "127.0.0.1:0")
			c.Cork()
			for i := range uint32(40) {
				_, _ = c.WriteToAddrPort(datagram(make([]byte, 50), i), addrOf(peer))
			}
			if err := c.Close(); err != nil {
				t.Error(err)
			}
			c.Uncork()
			expect(t, peer, 40)
		})
	}
}

// Close while many write, burst and read: everybody comes back, and each
// datagram was sent, dropped with a name, or refused to its writer.
func TestCloseDuringWrites(t *testing.T) {
	for _, road := range roads {
		t.Run(road.name, func(t *testing.T) {
			c, peer := open(t, "127.0.0.1:0", road.o), listen(t, "127.0.0.1:0")
			var mu sync.Mutex
			var written uint64
			var w sync.WaitGroup
			w.Go(func() {
				for {
					if _, _, err := c.ReadFromAddrPort(make([]byte, 10)); err != nil {
						return
					}
				}
			})
			for range 4 {
				w.Go(func() {
					n := writeUntilClosed(c, road.cork, addrOf(peer))
					mu.Lock()
					defer mu.Unlock()
					written += n
				})
			}
			eventually(t, func() bool { return c.Stats().Sent > 1000 })
			if err := c.Close(); err != nil {
				t.Error(err)
			}
			w.Wait()
			if s := c.Stats(); s.Sent+total(s.Dropped) < written {
				t.Errorf("%d written, %+v", written, s)
			}
		})
	}
}

func writeUntilClosed(c *Conn, cork bool, to netip.AddrPort) (n uint64) {
	buf := make([]byte, 200)
	for {
		if cork {
			c.Cork()
		}
		for range 8 {
			if _, err := c.WriteToAddrPort(buf, to); err != nil {
				if cork {
					c.Uncork()
				}
				return n
			}
			n++
		}
		if cork {
			c.Uncork()
		}
	}
}

func TestReadDeadline(t *testing.T) {
	for _, road := range roads {
		c := open(t, "127.0.0.1:0", road.o)
		_ = c.SetDeadline(time.Now().Add(time.Millisecond))
		if _, _, err := c.ReadFromAddrPort(make([]byte, 9)); err != os.ErrDeadlineExceeded || !os.IsTimeout(err) {
			t.Error(err)
		}
		_, addr, err := c.ReadFrom(make([]byte, 9))
		if err != os.ErrDeadlineExceeded || addr != nil {
			t.Error(addr, err)
		}
	}
}

// What came together is read one by one, whole, in order, whatever the length
// of the buffers it is read into.
func TestReadOneByOne(t *testing.T) {
	for _, road := range roads {
		t.Run(road.name, func(t *testing.T) {
			c, from := open(t, "127.0.0.1:0", road.o), listen(t, "127.0.0.1:0")
			_ = c.SetReadDeadline(time.Now().Add(patience))
			sizes := []int{4, 1200, 8000, 100}
			for i := range uint32(40) {
				_, _ = from.WriteToUDPAddrPort(datagram(make([]byte, sizes[i%4]), i), addrOf(c))
			}
			for i := range uint32(40) {
				buf := make([]byte, []int{8192, 20000, 9000}[i%3])
				n, addr, err := c.ReadFrom(buf)
				if number, ok := whole(buf[:n]); err != nil || !ok || number != i {
					t.Fatal(i, n, number, ok, err)
				}
				if addr.(*net.UDPAddr).AddrPort().Port() != addrOf(from).Port() {
					t.Error("wrong sender")
				}
			}
			s := c.Stats()
			if s.Received != 40 || c.Batching() && s.ReadCalls >= 40 {
				t.Errorf("%+v", s)
			}
		})
	}
}

// A datagram longer than the reader's buffer is cut; the next one is whole.
func TestReadCuts(t *testing.T) {
	for _, road := range roads {
		t.Run(road.name, func(t *testing.T) {
			c, from := open(t, "127.0.0.1:0", road.o), listen(t, "127.0.0.1:0")
			_ = c.SetReadDeadline(time.Now().Add(patience))
			for i := range uint32(3) {
				_, _ = from.WriteToUDPAddrPort(datagram(make([]byte, 20), i), addrOf(c))
			}
			for _, room := range []int{6, 0, 20} {
				n, _, err := c.ReadFromAddrPort(make([]byte, room))
				if n != room || err != nil {
					t.Skip("this system reports cut datagrams in its own way: ", n, err)
				}
			}
		})
	}
}

// Neither writing nor reading allocates, whichever way it goes.
func TestNothingIsAllocated(t *testing.T) {
	for _, road := range roads {
		t.Run(road.name, func(t *testing.T) {
			c, peer := open(t, "[::]:0", road.o), open(t, "127.0.0.1:0", road.o)
			to := []netip.AddrPort{addrOf(peer), addrOf(listen(t, "[::1]:0"))}
			data, buf := make([]byte, 1130), make([]byte, 8192)
			_ = peer.SetReadDeadline(time.Now().Add(patience))
			allocs := testing.AllocsPerRun(200, func() {
				if road.cork {
					c.Cork()
				}
				for range 4 {
					for _, a := range to {
						_, _ = c.WriteToAddrPort(data, a)
					}
				}
				if road.cork {
					c.Uncork()
				}
				for range 4 {
					if _, _, err := peer.ReadFromAddrPort(buf); err != nil {
						t.Fatal(err)
					}
				}
			})
			if allocs != 0 {
				t.Errorf("%v allocations", allocs)
			}
		})
	}
}

// Pion's mux takes the path without allocations, finds its peers by the
// addresses Conn reports, and closes Conn with itself.
func TestPionsMux(t *testing.T) {
	for _, road := range roads {
		t.Run(road.name, func(t *testing.T) {
			c, peer := open(t, "127.0.0.1:0", road.o), listen(t, "127.0.0.1:0")
			mux := ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: c})
			conn, err := mux.GetConn("ufrag", c.LocalAddr())
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := conn.(ice.AddrPortReaderWriter); !ok {
				t.Error("the mux does not use ReadFromAddrPort and WriteToAddrPort")
			}
			if _, err := conn.WriteTo(datagram(make([]byte, 30), 0), peer.LocalAddr()); err != nil {
				t.Fatal(err)
			}
			expect(t, peer, 1)
			_, _ = peer.WriteToUDPAddrPort(datagram(make([]byte, 40), 7), addrOf(c))
			buf := make([]byte, 8192)
			n, _, err := conn.ReadFrom(buf)
			if number, ok := whole(buf[:n]); err != nil || !ok || number != 7 {
				t.Error(number, ok, err)
			}
			_, _ = conn.Close(), mux.Close()
			if _, err := c.WriteToAddrPort([]byte{1}, addrOf(peer)); err != net.ErrClosed {
				t.Error(err)
			}
		})
	}
}
