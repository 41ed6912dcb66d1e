package batch

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const mediaSize = 1130 // bytes of a full video packet after SRTP

// used is the user and system time of this process in nanoseconds.
func used() (user, system int64) {
	var r unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_SELF, &r)
	return r.Utime.Nano(), r.Stime.Nano()
}

// measure runs f, which writes n datagrams, and reports what one costs.
func measure(b *testing.B, c *Conn, n int, f func()) {
	b.ReportAllocs()
	before := c.Stats()
	u0, s0 := used()
	start := time.Now()
	b.ResetTimer()
	f()
	for s := c.Stats(); s.Sent+total(s.Dropped)-before.Sent-total(before.Dropped) < uint64(n); s = c.Stats() {
		time.Sleep(10 * time.Microsecond)
	}
	b.StopTimer()
	wall := time.Since(start)
	u1, s1 := used()
	after := c.Stats()
	sent := float64(after.Sent - before.Sent)
	b.ReportMetric(float64(wall.Nanoseconds())/sent, "wall-ns/packet")
	b.ReportMetric(float64(u1-u0)/sent, "user-ns/packet")
	b.ReportMetric(float64(s1-s0)/sent, "sys-ns/packet")
	b.ReportMetric(float64(u1-u0+s1-s0)/sent, "cpu-ns/packet")
	b.ReportMetric(float64(after.SendCalls-before.SendCalls)/sent, "calls/packet")
	b.ReportMetric(float64(total(after.Dropped)-total(before.Dropped))/float64(n), "dropped/packet")
	b.ReportMetric(0, "ns/op")
}

// ways are the ways to send that are compared.
var ways = []struct {
	name string
	o    Options
	cork bool
}{
	{"plain", Options{}, false},
	{"batch", Options{Batch: true}, false},
	{"batch+cork", Options{Batch: true}, true},
	{"segment+cork", Options{Batch: true, Segment: true}, true},
}

// deaf are peers that never read: their queues are full after a moment, and
// the kernel drops at the end of the way. Readers would spend CPU of the same
// process.
func deaf(b *testing.B, n int) []netip.AddrPort {
	to := make([]netip.AddrPort, n)
	for i := range to {
		p := listen(b, "127.0.0.1:0")
		_ = p.SetReadBuffer(1)
		to[i] = addrOf(p)
	}
	return to
}

// burst writes one packet to each of the peers, as a forwarded packet goes to
// everybody in the circle.
func burst(c *Conn, cork bool, data []byte, to []netip.AddrPort) {
	if cork {
		c.Cork()
		defer c.Uncork()
	}
	for _, a := range to {
		_, _ = c.WriteToAddrPort(data, a)
	}
}

// BenchmarkFanOut: one packet to each of 16 peers, again and again, from one
// publisher's goroutine and from eight.
func BenchmarkFanOut(b *testing.B) {
	for _, way := range ways {
		for _, writers := range []int{1, 8} {
			name := way.name + "/one"
			if writers > 1 {
				name = way.name + "/eight"
			}
			b.Run(name, func(b *testing.B) {
				c := open(b, "127.0.0.1:0", way.o)
				to := deaf(b, 16)
				each := b.N/writers + 1
				measure(b, c, each*writers*len(to), func() {
					var w sync.WaitGroup
					for range writers {
						w.Go(func() {
							data := make([]byte, mediaSize)
							for range each {
								burst(c, way.cork, data, to)
							}
						})
					}
					w.Wait()
				})
			})
		}
	}
}

// BenchmarkRun: bursts of 8 packets of one size to one peer, as a keyframe or
// a repair is.
func BenchmarkRun(b *testing.B) {
	for _, way := range ways {
		b.Run(way.name, func(b *testing.B) {
			c := open(b, "127.0.0.1:0", way.o)
			to := make([]netip.AddrPort, 8)
			peer := deaf(b, 1)[0]
			for i := range to {
				to[i] = peer
			}
			data := make([]byte, mediaSize)
			measure(b, c, b.N*len(to), func() {
				for range b.N {
					burst(c, way.cork, data, to)
				}
			})
		})
	}
}

// BenchmarkRead: 64 packets that have come before anybody reads. Only the
// reading is measured.
func BenchmarkRead(b *testing.B) {
	for _, way := range ways[:2] {
		b.Run(way.name, func(b *testing.B) {
			c := open(b, "127.0.0.1:0", way.o)
			_ = c.udp.SetReadBuffer(1 << 20)
			from := open(b, "127.0.0.1:0", Options{Batch: true})
			to := repeat(addrOf(c), 64)
			data, buf := make([]byte, mediaSize), make([]byte, receiveSize)
			before := c.Stats()
			var cpu int64
			b.ReportAllocs()
			for range b.N {
				burst(from, true, data, to)
				u0, s0 := used()
				for range to {
					if _, _, err := c.ReadFromAddrPort(buf); err != nil {
						b.Fatal(err)
					}
				}
				u1, s1 := used()
				cpu += u1 - u0 + s1 - s0
			}
			n := float64(b.N * len(to))
			b.ReportMetric(float64(cpu)/n, "cpu-ns/packet")
			b.ReportMetric(float64(c.Stats().ReadCalls-before.ReadCalls)/n, "calls/packet")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkReadLone: a reader that waits for each packet. The figure has the
// writing and the waking in it, the same for both.
func BenchmarkReadLone(b *testing.B) {
	for _, way := range ways[:2] {
		b.Run(way.name, func(b *testing.B) {
			c, from := open(b, "127.0.0.1:0", way.o), listen(b, "127.0.0.1:0")
			to, data, came := addrOf(c), make([]byte, mediaSize), make(chan struct{})
			go func() {
				defer close(came)
				buf := make([]byte, receiveSize)
				for {
					if _, _, err := c.ReadFromAddrPort(buf); err != nil {
						return
					}
					came <- struct{}{}
				}
			}()
			b.ReportAllocs()
			u0, s0 := used()
			for range b.N {
				_, _ = from.WriteToUDPAddrPort(data, to)
				<-came
			}
			u1, s1 := used()
			b.ReportMetric(float64(u1-u0+s1-s0)/float64(b.N), "cpu-ns/packet")
			_ = c.Close()
			for range came { // until the reader has ended
			}
		})
	}
}

// BenchmarkLatency: a burst to 1 or 16 peers every half millisecond, on an
// otherwise idle socket; from before the first write until the peer in the
// middle has read its packet.
func BenchmarkLatency(b *testing.B) {
	for _, way := range ways[:3] {
		for _, peers := range []int{1, 16} {
			b.Run(fmt.Sprint(way.name, "/", peers), func(b *testing.B) {
				c, peer := open(b, "127.0.0.1:0", way.o), listen(b, "127.0.0.1:0")
				to := deaf(b, peers)
				to[peers/2] = addrOf(peer)
				came := make(chan time.Time)
				go stamp(peer, came)
				took := make([]int64, b.N)
				data := make([]byte, mediaSize)
				for i := range took {
					time.Sleep(500 * time.Microsecond)
					start := time.Now()
					burst(c, way.cork, data, to)
					took[i] = (<-came).Sub(start).Nanoseconds()
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2])/1000, "p50-us")
				b.ReportMetric(float64(took[len(took)*95/100])/1000, "p95-us")
				b.ReportMetric(0, "ns/op")
				_ = peer.Close()
				for range came { // closed by stamp
				}
			})
		}
	}
}

// stamp reports when each datagram was read.
func stamp(peer *net.UDPConn, came chan<- time.Time) {
	defer close(came)
	buf := make([]byte, 2048)
	for {
		if _, err := peer.Read(buf); err != nil {
			return
		}
		came <- time.Now()
	}
}
