package batch

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds every wait in these tests.
const patience = 10 * time.Second

func listen(t testing.TB, address string) *net.UDPConn {
	t.Helper()
	at, err := net.ResolveUDPAddr("udp", address)
	if err != nil {
		t.Fatal(err)
	}
	network := "udp4"
	if at.IP.To4() == nil {
		network = "udp"
	}
	udp, err := net.ListenUDP(network, at)
	if err != nil {
		t.Skip("no such address here: ", address)
	}
	t.Cleanup(func() { _ = udp.Close() })
	return udp
}

func open(t testing.TB, address string, o Options) *Conn {
	t.Helper()
	c, err := Open(listen(t, address), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func addrOf(c net.PacketConn) netip.AddrPort { return c.LocalAddr().(*net.UDPAddr).AddrPort() }

func total(dropped [Reasons]uint64) (n uint64) {
	for _, d := range dropped {
		n += d
	}
	return n
}

// eventually polls until what is expected has happened.
func eventually(t testing.TB, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("did not happen")
		}
	}
}
