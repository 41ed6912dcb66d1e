package sfu

import (
	"net"
	"testing"
	"time"
)

// Strangers who connect over TCP and never say anything get so many places of
// one address and no more, and those only for a while.
func TestSilentConnectionsAreBounded(t *testing.T) {
	s := openTest(t)
	open := func() net.Conn {
		conn, err := net.Dial("tcp", s.TCPAddr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		return conn
	}
	first := open()
	for range tcpPlacesEach - 1 {
		open()
	}
	late := open()
	_ = late.SetReadDeadline(time.Now().Add(patience))
	if _, err := late.Read(make([]byte, 1)); err == nil || timeout(err) {
		t.Fatalf("one connection too many is kept: %v", err)
	}
	if n := s.Stats().Dropped[DropConnection]; n != 1 {
		t.Errorf("%d connections counted as dropped", n)
	}
	_ = first.Close() // its place is free again
	eventually(t, "a place", func() bool {
		conn := open()
		_ = conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		_, err := conn.Read(make([]byte, 1))
		return timeout(err)
	})
}

func timeout(err error) bool {
	e, ok := err.(net.Error)
	return ok && e.Timeout()
}

// A network of IPv6 pays as one.
func TestSite(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1:5": "192.0.2.1", "[::ffff:192.0.2.1]:5": "192.0.2.1", "[2001:db8::1:2]:5": "2001:db8::", "[2001:db8:0:1::2]:5": "2001:db8:0:1::",
	} {
		a, err := net.ResolveTCPAddr("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		if got := site(a).String(); got != want {
			t.Errorf("%s counts as %s, want %s", address, got, want)
		}
	}
}
