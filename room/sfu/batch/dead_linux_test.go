package batch

import (
	"net/netip"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A peer whose port is shut answers with ICMP errors. With IP_RECVERR the
// kernel reports each at the next call, whoever that is for, reading
// included: the others get everything all the same, and reading goes on.
func TestDeadPeerHurtsNobody(t *testing.T) {
	for _, road := range roads {
		t.Run(road.name, func(t *testing.T) {
			c, peer := open(t, "127.0.0.1:0", road.o), listen(t, "127.0.0.1:0")
			reportErrors(t, c)
			gone := listen(t, "127.0.0.1:0")
			dead := addrOf(gone)
			_ = gone.Close()
			const n = 40
			for i := range uint32(n) {
				if road.cork {
					c.Cork()
				}
				for _, to := range []netip.AddrPort{dead, addrOf(peer), dead} {
					if _, err := c.WriteToAddrPort(datagram(make([]byte, 500), i), to); err != nil {
						t.Error(err)
					}
				}
				if road.cork {
					c.Uncork()
				}
			}
			expect(t, peer, n)
			_, _ = c.WriteToAddrPort([]byte{1}, dead)
			_, _ = peer.WriteToUDPAddrPort([]byte{5}, addrOf(c))
			_ = c.SetReadDeadline(time.Now().Add(patience))
			if _, from, err := c.ReadFromAddrPort(make([]byte, 10)); err != nil || from != addrOf(peer) {
				t.Error(err)
			}
			s := c.Stats()
			if s.SendCalls+s.ReadErrors < 10 || s.ReadErrors == 0 {
				t.Errorf("the kernel reported nothing: %+v", s)
			}
		})
	}
}

func reportErrors(t *testing.T, c *Conn) {
	t.Helper()
	raw, err := c.udp.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	_ = raw.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_RECVERR, 1)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestZones(t *testing.T) {
	var z zones
	i := z.index("lo")
	if i == 0 {
		t.Skip("no interface lo")
	}
	if name := z.name(i); name != "lo" || z.index(name) != i {
		t.Error(name)
	}
	if z.index("7") != 7 || z.index("no such interface") != 0 || z.name(1<<30) != "1073741824" {
		t.Error("numbers and unknown names")
	}
	for i := range uint32(3 * mostZones) {
		z.name(1<<29 + i)
	}
	if len(z.names) > mostZones+1 || len(z.indices) > mostZones+1 {
		t.Error("not bounded: ", len(z.names), len(z.indices))
	}
}
