package sfu

import (
	"context"
	"errors"
	"testing"

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
