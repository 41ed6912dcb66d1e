package sfu

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"encoding/binary"
	"hash/crc32"
	"net"
	"strings"
	"testing"
	"time"

	"hearth/room/sfu/sfutest"
)

// checks makes the connectivity checks (RFC 8445, 7.2.4) that a hostile
// participant can make with the credentials of its own session.
type checks struct {
	user, password string
}

// checksOf reads the credentials of an offer and its answer.
func checksOf(t testing.TB, offer, answer string) checks {
	t.Helper()
	value := func(text, name string) string {
		_, rest, ok := strings.Cut(text, "a="+name+":")
		if !ok {
			t.Fatalf("no %s", name)
		}
		return strings.TrimSpace(rest[:strings.IndexByte(rest, '\n')])
	}
	return checks{value(answer, "ice-ufrag") + ":" + value(offer, "ice-ufrag"), value(answer, "ice-pwd")}
}

// request is one Binding Request that nominates its pair (RFC 8489).
func (c checks) request() []byte {
	b := make([]byte, 20)
	binary.BigEndian.PutUint16(b, 1)
	binary.BigEndian.PutUint32(b[4:], 0x2112a442)
	_, _ = rand.Read(b[8:20])
	attribute := func(kind uint16, value []byte) {
		b = binary.BigEndian.AppendUint16(b, kind)
		b = binary.BigEndian.AppendUint16(b, uint16(len(value)))
		b = append(b, value...)
		for len(b)%4 != 0 {
			b = append(b, 0)
		}
	}
	length := func(more int) { binary.BigEndian.PutUint16(b[2:], uint16(len(b)-20+more)) }
	attribute(0x0006, []byte(c.user))
	attribute(0x0024, []byte{0x7e, 0xff, 0xff, 0xff})    // PRIORITY
	attribute(0x802a, []byte{0xff, 0, 0, 0, 0, 0, 0, 0}) // ICE-CONTROLLING
	attribute(0x0025, nil)                               // USE-CANDIDATE
	length(24)
	mac := hmac.New(sha1.New, []byte(c.password))
	mac.Write(b)
	attribute(0x0008, mac.Sum(nil))
	length(8)
	attribute(0x8028, binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(b)^0x5354554e))
	return b
}

// from sends one check from a new socket.
func (c checks) from(t testing.TB, s *SFU) *net.UDPConn {
	t.Helper()
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(s.UDPAddr()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := conn.Write(c.request()); err != nil {
		t.Fatal(err)
	}
	return conn
}

// answered waits a moment for anything.
func answered(conn *net.UDPConn, wait time.Duration) bool {
	_ = conn.SetReadDeadline(time.Now().Add(wait))
	_, err := conn.Read(make([]byte, 1500))
	return err == nil
}

// negotiated is a participant that has its answer and does nothing with it yet.
func negotiated(t testing.TB, c *Circle, config sfutest.Config, change func(string) string) (*sfutest.Participant, *Peer, string) {
	t.Helper()
	config.Seats = c.seats
	p, err := sfutest.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	offer := p.Offer()
	if change != nil {
		offer = change(offer)
	}
	peer, answer, err := c.Connect(context.Background(), offer, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p, peer, answer
}
