package relay

import (
	"crypto/tls"
	"io"
	"net"
	"syscall"
	"testing"
	"time"
)

// Our part of a relayed packet's way allocates nothing.
func TestNoAllocations(t *testing.T) {
	s := openTest(t, nil)
	c, _ := grant(t, s)
	r := dialRaw(t, s, c)
	if m := r.allocate(); code(m) != 0 {
		t.Fatal(code(m))
	}
	from := r.conn.LocalAddr().(*net.UDPAddr).AddrPort()
	packet, to := channelData(0x4000, make([]byte, 1000)), net.UDPAddrFromAddrPort(s.config.Media)
	silent, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}) // nobody answers
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	s.mu.Lock()
	way, _ := s.routes.of("udp4")
	way.to = silent.LocalAddr().(*net.UDPAddr).AddrPort()
	a, err := s.newAllocation(way, &credential{})
	s.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if n := testing.AllocsPerRun(200, func() { s.socket.admit(packet, from) }); n != 0 {
		t.Errorf("admit: %v", n)
	}
	if n := testing.AllocsPerRun(200, func() { _, _ = a.WriteTo(packet, to) }); n != 0 {
		t.Errorf("up: %v", n)
	}
	b := make([]byte, 2000)
	if n := testing.AllocsPerRun(200, func() {
		_, _ = silent.WriteToUDPAddrPort(packet, a.local)
		if _, _, err := a.ReadFrom(b); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("down: %v", n)
	}
}

// cpu is the processor time of this process.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkRoundTrip sends 1,100 bytes to an echo and back, directly and
// through the relay: half of the difference is what the relay costs a packet.
func BenchmarkRoundTrip(b *testing.B) {
	run := func(b *testing.B, conn net.Conn, packet []byte) {
		buf := make([]byte, 2048)
		_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
		const window = 16
		b.ReportAllocs()
		began := cpu()
		for i := 0; b.Loop(); i++ {
			if _, err := conn.Write(packet); err != nil {
				b.Fatal(err)
			}
			if i < window {
				continue
			}
			if _, err := io.ReadFull(conn, buf[:len(packet)]); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(cpu()-began)/float64(b.N), "cpu-ns/op")
	}
	b.Run("direct", func(b *testing.B) {
		conn, err := net.Dial("udp", echo(b).String())
		if err != nil {
			b.Fatal(err)
		}
		defer conn.Close()
		run(b, conn, make([]byte, 1100))
	})
	for _, way := range []string{"udp", "tls"} {
		b.Run(way, func(b *testing.B) {
			s := openTest(b, func(c *Config) { c.limits.rate, c.limits.burst = 1e9, 1e9 })
			c, _ := grant(b, s)
			r := dialRaw(b, s, c)
			if way == "tls" {
				conn, err := tls.Dial("tcp", s.TLSAddr().String(), nil)
				if err != nil {
					b.Fatal(err)
				}
				defer conn.Close()
				r.conn = conn
			}
			if m := r.allocate(); code(m) != 0 {
				b.Fatal(code(m))
			}
			if m := r.bind(0x4000, s.config.Media); m == nil || code(m) != 0 {
				b.Fatal(code(m))
			}
			run(b, r.conn, channelData(0x4000, make([]byte, 1100)))
		})
	}
}
