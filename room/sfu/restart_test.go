package sfu

import (
	"context"
	"encoding/binary"
	"errors"
	"testing"

	"hearth/room/sfu/estimate"
	"hearth/room/sfu/sfutest"
)

func TestICERestart(t *testing.T) {
	for name, tcp := range map[string]bool{"udp": false, "tcp": true} {
		t.Run(name, func(t *testing.T) {
			c := openTest(t).Circle(2)
			check := newContinuity(t)
			check.gaps = true // what is sent while the path changes
			a, b := join(t, c, sfutest.Config{TCP: tcp}), join(t, c, sfutest.Config{TCP: tcp, OnPacket: check.see})
			a.StartMic()
			a.StartCamera()
			a.peer.Allow(full(0))
			b.peer.Allow(full(1))
			eventually(t, "sound", func() bool { return b.Audio(0).Packets() > 5 && b.Video(0).Packets() > 5 })
			for _, m := range []*member{a, b} {
				m.restart(t)
				audio, video := b.Audio(0).Packets(), b.Video(0).Packets()
				eventually(t, "sound and picture after the restart", func() bool {
					return b.Audio(0).Packets() > audio+20 && b.Video(0).Packets() > video+40
				})
			}
			if n := c.sfu.Stats().Restarts; n != 2 {
				t.Errorf("%d restarts", n)
			}
		})
	}
}

func (m *member) restart(t *testing.T) {
	t.Helper()
	offer, err := m.Restart()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := m.peer.Restart(context.Background(), offer)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Answer(answer); err != nil {
		t.Fatal(err)
	}
}

func TestRestartIsOfTheSameSession(t *testing.T) {
	c := openTest(t).Circle(2)
	a := join(t, c, sfutest.Config{})
	other, err := sfutest.New(sfutest.Config{Seats: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(other.Close)
	if _, err := a.peer.Restart(context.Background(), other.Offer()); !errors.Is(err, ErrOffer) {
		t.Errorf("another client's offer: %v", err)
	}
	if _, err := a.peer.Restart(context.Background(), "v=0\r\n"); !errors.Is(err, ErrOffer) {
		t.Errorf("no offer: %v", err)
	}
	a.restart(t) // and the peer still works
	a.peer.Close()
	offer, err := a.Restart()
	if err == nil {
		_, err = a.peer.Restart(context.Background(), offer)
	}
	if err == nil {
		t.Error("a closed peer restarted")
	}
}

func TestConnectLeavesNothingBehind(t *testing.T) {
	s := openTest(t)
	c := s.Circle(2)
	p, err := sfutest.New(sfutest.Config{Seats: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := c.Connect(gone, p.Offer(), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, _, err := c.Connect(context.Background(), "v=0\r\n", nil); !errors.Is(err, ErrOffer) {
		t.Errorf("no offer: %v", err)
	}
	c.Close()
	if _, _, err := c.Connect(context.Background(), p.Offer(), nil); !errors.Is(err, ErrClosed) {
		t.Errorf("closed circle: %v", err)
	}
	eventually(t, "no peer left", func() bool { return s.Stats().Peers == 0 })
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, _, err := s.Circle(2).Connect(context.Background(), p.Offer(), nil); !errors.Is(err, ErrClosed) {
		t.Errorf("closed SFU: %v", err)
	}
}

// watching is a circle of two, of whom the second sees the first.
func watching(t *testing.T) (*Circle, *member) {
	t.Helper()
	c := openTest(t).Circle(2)
	a, b := join(t, c, sfutest.Config{}), join(t, c, sfutest.Config{})
	a.StartCamera()
	a.peer.Allow(full(0))
	b.peer.Allow(full(1))
	eventually(t, "a picture", func() bool { return b.Video(0).Packets() > 5 })
	return c, b
}

// After an ICE restart the receiver reports what was lost while there was no
// path. The pictures go on nevertheless; what the new path loses counts.
func TestAPathFoundAgainIsNotBlamedForTheHole(t *testing.T) {
	c, b := watching(t)
	seen := b.peer.seats[0].video
	pictures := func(ahead, lost uint32) int64 {
		b.peer.down.mu.Lock()
		highest := uint32(seen.rewriter.head) + ahead
		b.peer.down.mu.Unlock()
		block := make([]byte, reportBlock)
		binary.BigEndian.PutUint32(block[4:], lost)
		binary.BigEndian.PutUint32(block[8:], highest)
		seen.heardOf(block, c.sfu.now())
		b.peer.down.mu.Lock()
		defer b.peer.down.mu.Unlock()
		return b.peer.down.path.Pictures(c.sfu.now())
	}
	pictures(0, 0)
	b.restart(t)
	packets := b.Video(0).Packets()
	eventually(t, "a picture after the restart", func() bool { return b.peer.paths.Load() == 2 && b.Video(0).Packets() > packets+5 })
	if got := pictures(100, 1000); got < estimate.Start/2 {
		t.Errorf("pictures %d when the hole is reported", got)
	}
	if got := pictures(300, 1290); got > estimate.Start/2 {
		t.Errorf("pictures %d when the new path loses most", got)
	}
}

// Who steps out and comes back is on the same path: what is known of it stays.
func TestSteppingOutForgetsNoPath(t *testing.T) {
	c, b := watching(t)
	b.peer.down.mu.Lock()
	for range 4 {
		b.peer.down.path.Report(90, 100, 0, c.sfu.now())
	}
	bits := b.peer.down.path.Bits(c.sfu.now())
	b.peer.down.mu.Unlock()
	b.peer.Allow(Grant{Seat: 1})
	b.peer.Allow(full(1))
	packets := b.Video(0).Packets()
	eventually(t, "a picture again", func() bool { return b.Video(0).Packets() > packets })
	b.peer.down.mu.Lock()
	defer b.peer.down.mu.Unlock()
	if got := b.peer.down.path.Bits(c.sfu.now()); got > 2*bits {
		t.Errorf("%d after %d", got, bits)
	}
}
