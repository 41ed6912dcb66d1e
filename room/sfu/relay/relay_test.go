package relay

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/pion/stun/v4"
)

// kinds are the two ways to the relay.
func kinds(t *testing.T, f func(t *testing.T, overTLS bool)) {
	t.Run("udp", func(t *testing.T) { f(t, false) })
	t.Run("tls", func(t *testing.T) { f(t, true) })
}

func TestRelays(t *testing.T) {
	kinds(t, func(t *testing.T, overTLS bool) {
		s := openTest(t, nil)
		c, _ := grant(t, s)
		conn := allocated(t, s, c, overTLS)
		if !answers(t, conn, s.config.Media, patience) {
			t.Fatal("no answer")
		}
		eventually(t, "all is counted", func() bool { // on goroutines of their own
			st := s.Stats()
			return st.Allocations == 1 && st.Credentials == 1 && st.Allocated == 1 && st.BytesUp > 0 && st.BytesDown > 0
		})
		_ = conn.Close()
		eventually(t, "the allocation is gone", func() bool { return s.Stats().Allocations == 0 })
	})
}

// Whatever a client asks for, packets reach the SFU's socket and no other.
func TestReachesNobodyElse(t *testing.T) {
	kinds(t, func(t *testing.T, overTLS bool) {
		s := openTest(t, nil)
		c, _ := grant(t, s)
		other := echo(t)
		conn := allocated(t, s, c, overTLS)
		if answers(t, conn, other, 500*time.Millisecond) {
			t.Error("another port answered")
		}
		if refusals(s, DropPort) == 0 {
			t.Error("not counted")
		}
		for _, ip := range []string{"127.0.0.2", "10.0.0.1", "169.254.169.254", "0.0.0.0", "255.255.255.255", "224.0.0.1"} {
			was := refusals(s, RefusedPeer)
			if _, err := conn.WriteTo([]byte("x"), &net.UDPAddr{IP: net.ParseIP(ip), Port: int(s.config.Media.Port())}); err == nil {
				t.Errorf("%s: permission given", ip)
			}
			if refusals(s, RefusedPeer) == was {
				t.Errorf("%s: not counted", ip)
			}
		}
		if !answers(t, conn, s.config.Media, patience) {
			t.Error("the SFU does not answer any more")
		}
	})
}

// The client knows the SFU by a public address that this machine may not even
// be able to reach.
func TestAnnouncedAddress(t *testing.T) {
	public := netip.MustParseAddr("203.0.113.7")
	second := netip.MustParseAddr("203.0.113.8")
	s := openTest(t, func(c *Config) { c.Peers = []netip.Addr{public, second} })
	c, _ := grant(t, s)
	conn := allocated(t, s, c, false)
	port := s.config.Media.Port()
	if !answers(t, conn, netip.AddrPortFrom(second, port), patience) {
		t.Fatal("no answer from the announced address")
	}
	if answers(t, conn, netip.AddrPortFrom(public, port), 300*time.Millisecond) {
		t.Error("an answer under a second address, which the client would not believe")
	}
	if refusals(s, DropPort) == 0 {
		t.Error("not counted")
	}
	if _, err := conn.WriteTo([]byte("x"), net.UDPAddrFromAddrPort(s.config.Media)); err == nil {
		t.Error("the address behind the NAT is no peer, unless announced")
	}
}

// What does not come from the SFU goes to no client.
func TestHearsNobodyElse(t *testing.T) {
	s := openTest(t, nil)
	c, _ := grant(t, s)
	conn := allocated(t, s, c, false)
	if !answers(t, conn, s.config.Media, patience) {
		t.Fatal("no answer")
	}
	stranger, err := net.Dial("udp", conn.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	down := s.Stats().BytesDown
	for range 20 {
		_, _ = stranger.Write([]byte("a stranger"))
	}
	if !answers(t, conn, s.config.Media, patience) {
		t.Fatal("no answer")
	}
	b := make([]byte, 100)
	_ = conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	for {
		n, _, err := conn.ReadFrom(b)
		if err != nil {
			break
		}
		if strings.Contains(string(b[:n]), "stranger") {
			t.Fatal("a stranger was heard")
		}
	}
	if got := s.Stats().BytesDown - down; got%uint64(len("anybody there?")) != 0 {
		t.Errorf("%d bytes down", got)
	}
}

func TestRevoke(t *testing.T) {
	kinds(t, func(t *testing.T, overTLS bool) {
		s := openTest(t, nil)
		c, revoke := grant(t, s)
		kept, _ := grant(t, s)
		conn, another := allocated(t, s, c, overTLS), allocated(t, s, kept, overTLS)
		if !answers(t, conn, s.config.Media, patience) {
			t.Fatal("no answer")
		}
		began := time.Now()
		revoke()
		revoke()
		eventually(t, "the allocation is gone", func() bool { return s.Stats().Allocations == 1 })
		if took := time.Since(began); took > time.Second {
			t.Errorf("it took %v", took)
		}
		if answers(t, conn, s.config.Media, 300*time.Millisecond) {
			t.Error("it still relays")
		}
		if _, err := dialTURN(t, s, c, overTLS).Allocate(); err == nil {
			t.Error("a revoked credential allocates")
		}
		if refusals(s, RefusedCredential) == 0 {
			t.Error("not counted")
		}
		if !answers(t, another, s.config.Media, patience) {
			t.Error("another credential suffered")
		}
	})
}

func TestWrongCredential(t *testing.T) {
	kinds(t, func(t *testing.T, overTLS bool) {
		s := openTest(t, nil)
		c, _ := grant(t, s)
		for name, wrong := range map[string]Credential{
			"password": {c.Username, "x"}, "user": {"x", c.Password}, "both": {"x", "y"}, "nothing": {},
		} {
			if _, err := dialTURN(t, s, wrong, overTLS).Allocate(); err == nil {
				t.Errorf("wrong %s: allocated", name)
			}
		}
		if refusals(s, RefusedCredential) < 3 || s.Stats().Allocated != 0 {
			t.Errorf("%+v", s.Stats())
		}
	})
}

func TestQuotas(t *testing.T) {
	s := openTest(t, func(c *Config) { c.Allocations, c.limits.each = 3, 2 })
	c, _ := grant(t, s)
	d, _ := grant(t, s)
	allocated(t, s, c, false)
	second := allocated(t, s, c, true)
	if _, err := dialTURN(t, s, c, false).Allocate(); err == nil {
		t.Error("a third allocation of one credential")
	}
	if refusals(s, RefusedQuota) == 0 {
		t.Error("not counted")
	}
	allocated(t, s, d, false)
	if _, err := dialTURN(t, s, d, true).Allocate(); err == nil {
		t.Error("a fourth allocation in all")
	}
	if refusals(s, RefusedFull) == 0 {
		t.Error("not counted")
	}
	_ = second.Close()
	eventually(t, "room for another", func() bool { return s.Stats().Allocations == 2 })
	allocated(t, s, d, true)
}

// A phone that has changed networks can allocate again, in place of what it
// can reach no more.
func TestSilentGivesWay(t *testing.T) {
	s := openTest(t, func(c *Config) { c.limits.each, c.limits.silent = 2, 200*time.Millisecond })
	c, _ := grant(t, s)
	silent, loud := allocated(t, s, c, false), allocated(t, s, c, false)
	begun := time.Now()
	for time.Since(begun) < 300*time.Millisecond {
		if !answers(t, loud, s.config.Media, patience) {
			t.Fatal("no answer")
		}
	}
	third := allocated(t, s, c, true)
	if refusals(s, EndSilent) != 1 || s.Stats().Allocations != 2 {
		t.Errorf("%+v", s.Stats())
	}
	if answers(t, silent, s.config.Media, 200*time.Millisecond) {
		t.Error("the silent one still relays")
	}
	if !answers(t, loud, s.config.Media, patience) || !answers(t, third, s.config.Media, patience) {
		t.Error("the others do not")
	}
}

// A client may ask for an hour; silence ends it earlier.
func TestIdleEnds(t *testing.T) {
	kinds(t, func(t *testing.T, overTLS bool) {
		s := openTest(t, func(c *Config) { c.limits.idle, c.limits.sweep = 1500*time.Millisecond, 20*time.Millisecond })
		c, _ := grant(t, s)
		conn := allocated(t, s, c, overTLS)
		begun := time.Now()
		for time.Since(begun) < 2*time.Second {
			if !answers(t, conn, s.config.Media, patience) {
				t.Fatal("ended while it was used")
			}
		}
		eventually(t, "the end", func() bool { return s.Stats().Allocations == 0 })
		if refusals(s, EndIdle) != 1 {
			t.Errorf("%+v", s.Stats())
		}
	})
}

func TestNoTCPTowardsPeers(t *testing.T) {
	s := openTest(t, nil)
	c, _ := grant(t, s)
	if _, err := dialTURN(t, s, c, true).AllocateTCP(); err == nil {
		t.Error("allocated")
	}
	if refusals(s, RefusedKind) == 0 {
		t.Error("not counted")
	}
}

// Too much is dropped and counted, both ways, and the rest goes on.
func TestRates(t *testing.T) {
	kinds(t, func(t *testing.T, overTLS bool) {
		s := openTest(t, func(c *Config) { c.limits.rate, c.limits.burst = 100_000, 20_000 })
		c, _ := grant(t, s)
		conn := allocated(t, s, c, overTLS)
		if !answers(t, conn, s.config.Media, patience) {
			t.Fatal("no answer")
		}
		begun := time.Now()
		big := make([]byte, 1000)
		for time.Since(begun) < 300*time.Millisecond {
			for range 10 {
				_, _ = conn.WriteTo(big, net.UDPAddrFromAddrPort(s.config.Media))
			}
			time.Sleep(time.Millisecond)
		}
		if refusals(s, DropRateUp) == 0 {
			t.Error("nothing was too much")
		}
		if most := uint64(20_000 + 100_000*(time.Since(begun).Seconds()+0.2)); s.Stats().BytesUp > most {
			t.Errorf("%d bytes, at most %d", s.Stats().BytesUp, most)
		}
	})
}

func TestRateDown(t *testing.T) {
	s := openTest(t, func(c *Config) { c.limits.rate, c.limits.burst = 10_000, 20_000 })
	c, _ := grant(t, s)
	conn := allocated(t, s, c, false)
	if !answers(t, conn, s.config.Media, patience) {
		t.Fatal("no answer")
	}
	var a *allocation
	s.mu.Lock()
	for _, a = range s.byRelay {
	}
	s.mu.Unlock()
	for range 50 { // past the limit up
		_, _ = a.conn.Write(make([]byte, 1000))
	}
	eventually(t, "too much came down", func() bool { return refusals(s, DropRateDown) > 0 })
}

func TestClosed(t *testing.T) {
	s := openTest(t, nil)
	c, revoke := grant(t, s)
	udp, tls := allocated(t, s, c, false), allocated(t, s, c, true)
	if !answers(t, udp, s.config.Media, patience) || !answers(t, tls, s.config.Media, patience) {
		t.Fatal("no answer")
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	revoke()
	if _, _, err := s.Grant(); err != ErrClosed {
		t.Errorf("granted: %v", err)
	}
	if st := s.Stats(); st.Allocations != 0 || st.Streams != 0 || st.Credentials != 0 {
		t.Errorf("%+v", st)
	}
}

// A credential that allocates and lets go, over and over, gets no more than so
// many sockets.
func TestMadeTooOften(t *testing.T) {
	s := openTest(t, nil)
	c, _ := grant(t, s)
	began := time.Now()
	var refused bool
	for range 60 {
		r := dialRaw(t, s, c)
		if m := r.allocate(); code(m) == 486 {
			refused = true
		} else {
			r.ask(stun.MethodRefresh, attribute{stun.AttrLifetime, make([]byte, 4)})
		}
		_ = r.conn.Close()
	}
	if most := uint64(making.burst + making.rate*int64(time.Since(began)/time.Second+1)); !refused || s.Stats().Allocated > most {
		t.Errorf("%d made, at most %d", s.Stats().Allocated, most)
	}
}
