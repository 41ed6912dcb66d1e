package relay

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/turn/v5"
	"go.uber.org/goleak"

	"hearth/room/sfu/relay/relaytest"
)

// identity is the certificate of all servers here.
var identity tls.Certificate

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "relay")
	if err == nil {
		var cert, key string
		if cert, key, err = relaytest.Trust(dir); err == nil {
			identity, err = tls.LoadX509KeyPair(cert, key)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		_ = os.RemoveAll(dir)
		os.Exit(code)
	}))
}

// patience bounds every wait of the tests.
const patience = 15 * time.Second

// eventually polls until f holds.
func eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if f() {
			return
		}
	}
	t.Fatal("never: " + what)
}

var loopback = netip.MustParseAddr("127.0.0.1")

// echo is a peer that answers everything, in the SFU's place.
func echo(t testing.TB) netip.AddrPort {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		b := make([]byte, 2048)
		for {
			n, from, err := conn.ReadFromUDPAddrPort(b)
			if err != nil {
				return
			}
			_, _ = conn.WriteToUDPAddrPort(b[:n], from)
		}
	}()
	t.Cleanup(func() { _ = conn.Close(); <-done })
	return conn.LocalAddr().(*net.UDPAddr).AddrPort()
}

// openTest is a relay to an echo, on free ports of the loopback interface.
func openTest(t testing.TB, change func(*Config)) *Server {
	t.Helper()
	c := Config{
		UDP: "127.0.0.1:0", TLS: "127.0.0.1:0", Media: echo(t), Peers: []netip.Addr{loopback}, limits: usual,
		Certificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &identity, nil },
	}
	if change != nil {
		change(&c)
	}
	s, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func grant(t testing.TB, s *Server) (Credential, func()) {
	t.Helper()
	c, revoke, err := s.Grant()
	if err != nil {
		t.Fatal(err)
	}
	return c, revoke
}

// dialTURN is a client of the relay, over UDP or TLS.
func dialTURN(t testing.TB, s *Server, c Credential, overTLS bool) *turn.Client {
	t.Helper()
	at := s.UDPAddr()
	var conn net.PacketConn
	var err error
	if overTLS {
		at = s.TLSAddr()
		var raw *tls.Conn
		if raw, err = tls.Dial("tcp", at.String(), nil); err == nil {
			conn = turn.NewSTUNConn(raw)
		}
	} else {
		conn, err = net.ListenPacket("udp4", "127.0.0.1:0")
	}
	if err != nil {
		t.Fatal(err)
	}
	return clientOver(t, at, c, conn)
}

// clientOver is a client on a socket of the test's own.
func clientOver(t testing.TB, at netip.AddrPort, c Credential, conn net.PacketConn) *turn.Client {
	t.Helper()
	client, err := turn.NewClient(&turn.ClientConfig{
		TURNServerAddr: at.String(), Username: c.Username, Password: c.Password, Conn: conn, RTO: 50 * time.Millisecond,
		LoggerFactory: &stackLog{stats: &counters{}, log: slog.New(slog.DiscardHandler)},
	})
	if err == nil {
		err = client.Listen()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); _ = conn.Close() })
	return client
}

// allocated is a client with an allocation.
func allocated(t testing.TB, s *Server, c Credential, overTLS bool) net.PacketConn {
	t.Helper()
	conn, err := dialTURN(t, s, c, overTLS).Allocate()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// answers tells whether a packet to an address is answered from there.
func answers(t testing.TB, conn net.PacketConn, to netip.AddrPort, wait time.Duration) bool {
	t.Helper()
	b := make([]byte, 2048)
	for end := time.Now().Add(wait); time.Now().Before(end); {
		if _, err := conn.WriteTo([]byte("anybody there?"), net.UDPAddrFromAddrPort(to)); err != nil {
			return false
		}
		_ = conn.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
		if _, from, err := conn.ReadFrom(b); err == nil {
			if from.String() != to.String() {
				t.Fatal("the answer came from elsewhere")
			}
			return true
		}
	}
	return false
}

// refusals is how often the relay refused for a reason.
func refusals(s *Server, r Reason) uint64 { return s.Stats().Refused[r] }

// allocatedOver is a client with an allocation, on a socket of the test's own.
func allocatedOver(t testing.TB, at netip.AddrPort, c Credential, conn net.PacketConn) net.PacketConn {
	t.Helper()
	relayed, err := clientOver(t, at, c, conn).Allocate()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = relayed.Close() })
	return relayed
}

// stuckConn can stop reading.
type stuckConn struct {
	net.Conn
	stopped atomic.Bool
	ended   chan struct{}
	once    sync.Once
}

func (c *stuckConn) stop() { c.stopped.Store(true) }

func (c *stuckConn) Read(b []byte) (int, error) {
	if c.stopped.Load() {
		<-c.ended
		return 0, net.ErrClosed
	}
	return c.Conn.Read(b)
}

func (c *stuckConn) Close() error {
	c.once.Do(func() { close(c.ended) })
	return c.Conn.Close()
}
