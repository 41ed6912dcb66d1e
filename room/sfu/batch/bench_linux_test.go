package batch

import (
	"net/netip"
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

// BenchmarkRead: bursts of 64 packets that have come before anybody reads.
// Only the reading is measured.
func BenchmarkRead(b *testing.B) {
	for _, way := range ways[:2] {
		b.Run(way.name, func(b *testing.B) {
			c := open(b, "127.0.0.1:0", way.o)
			_ = c.udp.SetReadBuffer(1 << 20)
			from := open(b, "127.0.0.1:0", Options{Batch: true})
			data, buf := make([]byte, mediaSize), make([]byte, receiveSize)
			const burst = 64
			var user, system int64
			before := c.Stats()
			b.ReportAllocs()
			for range b.N {
				from.Cork()
				for range burst {
					_, _ = from.WriteToAddrPort(data, addrOf(c))
				}
				from.Uncork()
				u0, s0 := used()
				for range burst {
					if _, _, err := c.ReadFromAddrPort(buf); err != nil {
						b.Fatal(err)
					}
				}
				u1, s1 := used()
				user, system = user+u1-u0, system+s1-s0
			}
			n := float64(b.N * burst)
			b.ReportMetric(float64(user+system)/n, "cpu-ns/packet")
			b.ReportMetric(float64(c.Stats().ReadCalls-before.ReadCalls)/n, "calls/packet")
			b.ReportMetric(0, "ns/op")
		})
	}
}
