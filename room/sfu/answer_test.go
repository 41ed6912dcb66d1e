package sfu

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"

	"hearth/room/sfu/sfutest"
)

// answerOf connects a client and returns the answer.
func answerOf(t *testing.T, s *SFU) string {
	t.Helper()
	p, err := sfutest.New(sfutest.Config{Seats: 17})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	_, answer, err := s.Circle(17).Connect(context.Background(), p.Offer(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestAnswer(t *testing.T) {
	s, err := Open(Config{UDP: "127.0.0.1:0", TCP: "127.0.0.1:0", Announce: []netip.Addr{
		netip.MustParseAddr("192.0.2.7"), netip.MustParseAddr("2001:db8::7"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	answer := answerOf(t, s)
	if n := strings.Count(answer, "a=candidate:"); n != 4 {
		t.Errorf("%d candidates", n)
	}
	for _, want := range []string{
		"a=ice-lite", " 192.0.2.7 ", " 2001:db8::7 ", "typ host tcptype passive", "a=end-of-candidates",
		"a=setup:passive", "a=rid:l recv", "a=rid:h recv", "a=simulcast:recv l;h", "usedtx=1",
		"a=ssrc-group:FID", "goog-remb", "nack pli", "ccm fir",
	} {
		if !strings.Contains(answer, want) {
			t.Errorf("no %q in the answer", want)
		}
	}
	for _, never := range []string{" 127.0.0.1 ", "m=application", "webrtc-datachannel", "H264"} {
		if strings.Contains(answer, never) {
			t.Errorf("%q in the answer", never)
		}
	}
	if n, m := strings.Count(answer, uriTransport), strings.Count(answer, " transport-cc"); n != ownLines || m != ownLines {
		t.Errorf("transport-wide feedback for %d and %d m-lines, not the own ones", n, m)
	}
	if strings.Count(answer, "a=sendonly") != 34 || strings.Count(answer, "a=recvonly") != 3 {
		t.Error("directions")
	}
}

func TestAnnounced(t *testing.T) {
	local, any4 := netip.MustParseAddr("127.0.0.1"), netip.IPv4Unspecified()
	got, err := announced(Config{}, local)
	if err != nil || len(got) != 1 || got[0] != local {
		t.Errorf("loopback: %v, %v", got, err)
	}
	got, err = announced(Config{Loopback: true}, any4)
	if err != nil || len(got) == 0 || got[len(got)-1] != local {
		t.Errorf("everywhere with loopback: %v, %v", got, err)
	}
	for _, a := range got {
		if !a.Is4() {
			t.Errorf("%v announced for an IPv4 socket", a)
		}
	}
	for _, bad := range []netip.Addr{{}, any4, netip.MustParseAddr("224.0.0.1"), netip.MustParseAddr("fe80::1%eth0")} {
		if _, err := announced(Config{Announce: []netip.Addr{bad}}, local); !errors.Is(err, ErrConfig) {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	s := openTest(t)
	for name, c := range map[string]Config{
		"no port":   {UDP: "127.0.0.1"},
		"taken UDP": {UDP: s.UDPAddr().String()},
		"taken TCP": {UDP: "127.0.0.1:0", TCP: s.TCPAddr().String()},
		"announce":  {UDP: "127.0.0.1:0", Announce: []netip.Addr{{}}},
	} {
		_, err := Open(c)
		if !errors.Is(err, ErrConfig) && !errors.Is(err, ErrListen) {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("%s: an address in the error", name)
		}
	}
}
