package relay

import (
	"crypto/tls"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"
)

// knock is a UDP socket that sends to the relay.
func knock(t testing.TB, s *Server) net.Conn {
	t.Helper()
	conn, err := net.Dial("udp", s.UDPAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// replies counts what comes back within a while, and its bytes.
func replies(conn net.Conn, wait time.Duration) (n, size int) {
	b := make([]byte, 2048)
	_ = conn.SetReadDeadline(time.Now().Add(wait))
	for {
		k, err := conn.Read(b)
		if err != nil {
			return n, size
		}
		n, size = n+1, size+k
	}
}

// A flood of unauthenticated requests is answered no more than so often, and
// those who are in do not notice.
func TestFloodOfAllocates(t *testing.T) {
	s := openTest(t, nil)
	c, _ := grant(t, s)
	in := allocated(t, s, c, false)
	if !answers(t, in, s.config.Media, patience) {
		t.Fatal("no answer")
	}
	flood := knock(t, s)
	begun := time.Now()
	for range 5000 {
		_, _ = flood.Write(message(t, stun.NewType(stun.MethodAllocate, stun.ClassRequest)))
	}
	n, size := replies(flood, 500*time.Millisecond)
	most := int(float64(asking.each.burst) + float64(asking.each.rate)*(time.Since(begun).Seconds()+1))
	if n == 0 || n > most {
		t.Errorf("%d answers, at most %d", n, most)
	}
	if per := size / max(n, 1); per > 120 {
		t.Errorf("%d bytes an answer, to 20", per)
	}
	if refusals(s, DropStranger) == 0 {
		t.Error("not counted")
	}
	if !answers(t, in, s.config.Media, patience) {
		t.Error("who is in suffers")
	}
}

// Everything but an Allocate request of a stranger is met with silence.
func TestStrangersGetNoAnswer(t *testing.T) {
	s := openTest(t, nil)
	for name, b := range map[string][]byte{
		"binding":    message(t, stun.BindingRequest),
		"refresh":    message(t, stun.NewType(stun.MethodRefresh, stun.ClassRequest)),
		"permission": message(t, stun.NewType(stun.MethodCreatePermission, stun.ClassRequest)),
		"send":       message(t, stun.NewType(stun.MethodSend, stun.ClassIndication)),
		"channel":    {0x40, 0, 0, 4, 1, 2, 3, 4},
		"nothing":    {},
		"http":       []byte("GET / HTTP/1.1\r\n\r\n"),
		"large":      make([]byte, 60000),
	} {
		dropped := func() uint64 { return refusals(s, DropGarbage) + refusals(s, DropBinding) }
		was := dropped()
		conn := knock(t, s)
		_, _ = conn.Write(b)
		eventually(t, name+" is counted", func() bool { return dropped() > was })
		if n, _ := replies(conn, 20*time.Millisecond); n != 0 {
			t.Errorf("%s: answered", name)
		}
	}
}

// The library never sees most garbage; what it sees does it no harm.
func TestGarbage(t *testing.T) {
	s := openTest(t, nil)
	c, _ := grant(t, s)
	in := allocated(t, s, c, false)
	random := rand.New(rand.NewPCG(1, 2))
	conn := knock(t, s)
	for range 2000 {
		b := message(t, stun.NewType(stun.MethodAllocate, stun.ClassRequest), stun.NewRealm("hearth"), stun.NewNonce("n"), stun.NewUsername("u"), stun.MessageIntegrity("key"))
		for range random.IntN(6) {
			b[random.IntN(len(b))] = byte(random.Uint32())
		}
		_, _ = conn.Write(b)
	}
	if !answers(t, in, s.config.Media, patience) {
		t.Error("who is in suffers")
	}
}

// TLS connections that say nothing, nonsense or too much are ended.
func TestStreamsOfStrangers(t *testing.T) {
	s := openTest(t, func(c *Config) { c.limits.introduce = 300 * time.Millisecond })
	silent, err := net.Dial("tcp", s.TLSAddr().String()) // not even a handshake
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	var open []net.Conn
	for _, say := range [][]byte{
		nil, []byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), make([]byte, 1<<20), {0x40, 0, 0xff, 0xff},
		append([]byte{0, 3, 0xff, 0xfc, 0x21, 0x12, 0xa4, 0x42}, make([]byte, 1<<17)...),
	} {
		conn, err := tls.Dial("tcp", s.TLSAddr().String(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_, _ = conn.Write(say)
		open = append(open, conn)
	}
	begun := time.Now()
	for i, conn := range append(open, silent) {
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		if _, err := io.Copy(io.Discard, conn); err != nil && time.Since(begun) > patience {
			t.Errorf("connection %d was not ended", i)
		}
	}
	eventually(t, "no connection is left", func() bool { return s.Stats().Streams == 0 })
	if refusals(s, EndStranger) != 6 {
		t.Errorf("%d ended", refusals(s, EndStranger))
	}
}

// One address has so many TLS connections.
func TestStreamPlaces(t *testing.T) {
	s := openTest(t, func(c *Config) { c.Allocations = 2 })
	var ended int
	for range 6 {
		conn, err := tls.Dial("tcp", s.TLSAddr().String(), nil)
		if err != nil {
			ended++
			continue
		}
		defer conn.Close()
	}
	if ended != 2 || refusals(s, EndConnection) != 2 || s.Stats().Streams != 4 {
		t.Errorf("%d sent away, %+v", ended, s.Stats())
	}
}

// A client that comes back on the port of a connection which is still on its way
// out is sent away, and no place is lost for good.
func TestSamePortTwice(t *testing.T) {
	s := openTest(t, nil)
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	accepted := func() *net.TCPConn {
		near, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = near.Close() })
		far, err := l.AcceptTCP()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = far.Close() })
		return far
	}
	from := netip.MustParseAddrPort("192.0.2.1:5000")
	first := s.door.enter(from, accepted())
	if second := s.door.enter(from, accepted()); second != nil {
		t.Error("two on one port")
		_ = second.Close()
	}
	if s.door.count() != 1 {
		t.Errorf("%d are in", s.door.count())
	}
	_ = first.Close()
	s.door.mu.Lock()
	if len(s.door.open) != 0 || len(s.door.each) != 0 {
		t.Errorf("%v and %v are left", len(s.door.open), s.door.each)
	}
	s.door.mu.Unlock()
	again := s.door.enter(from, accepted())
	if again == nil {
		t.Fatal("no place any more")
	}
	_ = again.Close()
}

// A stream that takes nothing is ended, and holds up nobody else.
func TestSlowStream(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for the stall")
	}
	s := openTest(t, nil)
	c, _ := grant(t, s)
	other := allocated(t, s, c, true)
	raw, err := net.Dial("tcp", s.TLSAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	stuck := &stuckConn{Conn: raw, ended: make(chan struct{})}
	over := tls.Client(stuck, &tls.Config{ServerName: "localhost"})
	conn := allocatedOver(t, s.TLSAddr(), c, turn.NewSTUNConn(over))
	if !answers(t, conn, s.config.Media, patience) {
		t.Fatal("no answer")
	}
	stuck.stop()
	big := make([]byte, 1200)
	for end := time.Now().Add(2 * patience); s.Stats().Allocations == 2; {
		if time.Now().After(end) {
			t.Fatal("it was not ended")
		}
		if !answers(t, other, s.config.Media, patience) {
			t.Fatal("another suffers")
		}
		for range 20 {
			_, _ = conn.WriteTo(big, net.UDPAddrFromAddrPort(s.config.Media))
		}
	}
}

// A credential does not buy unlimited channels: the library looks through all
// of them for every packet.
func TestChannels(t *testing.T) {
	s := openTest(t, nil)
	c, _ := grant(t, s)
	conn := allocated(t, s, c, false)
	for port := range uint16(2 * maxChannels) {
		_, _ = conn.WriteTo([]byte("x"), net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, 20000+port)))
	}
	eventually(t, "the end", func() bool { return s.Stats().Allocations == 0 })
	if refusals(s, EndChannels) != 1 {
		t.Errorf("%+v", s.Stats())
	}
}

// Requests of who is in are bounded as well.
func TestRequestsOfClients(t *testing.T) {
	s := openTest(t, nil)
	c, _ := grant(t, s)
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	in := allocatedOver(t, s.UDPAddr(), c, conn)
	to := net.UDPAddrFromAddrPort(s.UDPAddr())
	for range 500 {
		_, _ = conn.WriteTo(message(t, stun.NewType(stun.MethodRefresh, stun.ClassRequest)), to)
	}
	eventually(t, "it is too much", func() bool { return refusals(s, DropRequests) > 0 })
	eventually(t, "it answers again", func() bool { return answers(t, in, s.config.Media, 200*time.Millisecond) })
}
