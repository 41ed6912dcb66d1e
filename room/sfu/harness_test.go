package sfu

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"hearth/room/sfu/sfutest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

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

// openTest is an SFU on free ports of the loopback interface.
func openTest(t testing.TB) *SFU {
	t.Helper()
	s, err := Open(Config{UDP: "127.0.0.1:0", TCP: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// member is one participant with its peer.
type member struct {
	*sfutest.Participant
	peer *Peer
}

// join connects a participant and waits until media could flow.
func join(t testing.TB, c *Circle, config sfutest.Config) *member {
	t.Helper()
	m := begin(t, c, config)
	m.await(t)
	return m
}

func begin(t testing.TB, c *Circle, config sfutest.Config) *member {
	t.Helper()
	config.Seats = c.seats
	p, err := sfutest.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	peer, answer, err := c.Connect(context.Background(), p.Offer(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Answer(answer); err != nil {
		t.Fatal(err)
	}
	return &member{p, peer}
}

func (m *member) await(t testing.TB) {
	t.Helper()
	select {
	case <-m.Connected():
	case <-time.After(patience):
		t.Fatal("not connected")
	}
	eventually(t, "server side connected", m.peer.ready.Load)
}

// full lets a peer do everything on a seat.
func full(seat int) Grant {
	return Grant{Seat: seat, Audio: true, Video: true, Slide: true, Receive: true}
}

// sfutestTag remembers who the last packet was from.
type sfutestTag struct{ who atomic.Uint32 }

func (s *sfutestTag) see(p sfutest.Packet) bool {
	if who, _, ok := p.Tag(); ok && !p.Repair {
		s.who.Store(who)
	}
	return true
}

// settle waits until nothing forwarded before can still be on its way: a
// packet sent through the same sockets now has arrived.
func settle(t testing.TB, from, to *member, seat int) {
	t.Helper()
	was := to.Audio(seat).Packets()
	eventually(t, "sound goes on", func() bool { return to.Audio(seat).Packets() > was+3 })
}
