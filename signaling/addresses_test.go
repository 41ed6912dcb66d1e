package signaling

import (
	"net/netip"
	"testing"
	"time"
)

// clock is a time that a test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func testAddresses() (*addresses, *clock) {
	c := &clock{time.Unix(1767225600, 0)}
	return newAddresses(Limits{}.complete(), c.now), c
}

func ip(s string) netip.Addr { return netip.MustParseAddr(s) }

func TestUnauthenticatedSockets(t *testing.T) {
	a, _ := testAddresses()
	var in []*visit
	for range 20 {
		in = append(in, a.enter(ip("192.0.2.1")))
	}
	if a.enter(ip("192.0.2.1")) != nil {
		t.Error("a 21st socket is let in")
	}
	if a.enter(ip("192.0.2.2")) == nil {
		t.Error("another address has to pay")
	}
	in[0].leave()
	if a.enter(ip("192.0.2.1")) == nil {
		t.Error("a free place is not given")
	}
}

func TestSiteIsOneAddress(t *testing.T) {
	a, _ := testAddresses()
	if a.hash(ip("2001:db8::1")) != a.hash(ip("2001:db8::ffff:2")) {
		t.Error("two addresses of one IPv6 network differ")
	}
	if a.hash(ip("2001:db8::1")) == a.hash(ip("2001:db8:0:1::1")) {
		t.Error("two networks are one")
	}
}

func TestJoinsPerMinute(t *testing.T) {
	a, c := testAddresses()
	e := a.enter(ip("192.0.2.1"))
	for i := range 30 {
		if _, ok := e.join(); !ok {
			t.Fatalf("join %d refused", i+1)
		}
	}
	wait, ok := e.join()
	if ok || wait != 2*time.Second {
		t.Fatalf("a 31st join: %v, %v", wait, ok)
	}
	c.at = c.at.Add(wait)
	if _, ok := e.join(); !ok {
		t.Error("refused after the wait")
	}
}

func TestFailuresDelayMoreAndMore(t *testing.T) {
	a, c := testAddresses()
	e := a.enter(ip("192.0.2.1"))
	for range 9 {
		e.failed()
	}
	if e.wait() != 0 {
		t.Fatal("made to wait before the limit")
	}
	var last time.Duration
	for range 6 {
		e.failed()
		wait := e.wait()
		if wait <= last {
			t.Fatalf("waits %v after %v", wait, last)
		}
		if _, ok := e.join(); !ok {
			t.Fatal("a genuine invitation waits for forged ones")
		}
		last = wait
	}
	for range 1000 {
		e.failed()
	}
	if e.wait() != longestDelay {
		t.Errorf("waits %v at most", e.wait())
	}
	c.at = c.at.Add(addressMemory)
	e.failed()
	if e.wait() != 0 {
		t.Error("failures of long ago still count")
	}
}

func TestAddressesAreForgottenAndBounded(t *testing.T) {
	a, c := testAddresses()
	a.enter(ip("192.0.2.1")).leave()
	c.at = c.at.Add(addressMemory)
	a.enter(ip("192.0.2.2")).leave()
	if len(a.byKey) != 1 {
		t.Errorf("%d addresses remembered", len(a.byKey))
	}
	for i := range addressesKept + 100 {
		a.enter(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})).leave()
	}
	if len(a.byKey) > addressesKept || a.order.Len() != len(a.byKey) {
		t.Errorf("%d addresses remembered, %d in order", len(a.byKey), a.order.Len())
	}
}

func TestPeerOf(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for name, c := range map[string]struct {
		remote    string
		forwarded []string
		want      string
	}{
		"direct":              {"192.0.2.1:5", nil, "192.0.2.1"},
		"a lie":               {"192.0.2.1:5", []string{"198.51.100.1"}, "192.0.2.1"},
		"a proxy":             {"10.0.0.1:5", []string{"198.51.100.1"}, "198.51.100.1"},
		"a lie via the proxy": {"10.0.0.1:5", []string{"203.0.113.9, 198.51.100.1"}, "198.51.100.1"},
		"two proxies":         {"10.0.0.1:5", []string{"203.0.113.9", "198.51.100.1, 10.0.0.2"}, "198.51.100.1"},
		"rubbish":             {"10.0.0.1:5", []string{"unknown"}, "10.0.0.1"},
		"nothing":             {"10.0.0.1:5", nil, "10.0.0.1"},
		"mapped":              {"[::ffff:192.0.2.1]:5", nil, "192.0.2.1"},
		"zone":                {"[fe80::1%eth0]:5", nil, "fe80::1"},
	} {
		if got := peerOf(c.remote, c.forwarded, trusted); got != ip(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
