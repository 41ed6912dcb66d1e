package sfu

import (
	"context"
	"strings"
	"testing"

	"hearth/room/sfu/sfutest"
)

// A well-formed fingerprint of somebody else's certificate: ICE comes up, DTLS
// never does, not one packet flows, and the others are not disturbed.
func TestForeignFingerprint(t *testing.T) {
	c := openTest(t).Circle(3)
	defer c.Close()
	a, b := join(t, c, sfutest.Config{Tag: 1}), join(t, c, sfutest.Config{Tag: 2})
	a.peer.Allow(full(0))
	b.peer.Allow(full(1))
	a.StartMic()
	eventually(t, "sound", func() bool { return b.Audio(0).Packets() > 3 })

	p, err := sfutest.New(sfutest.Config{Seats: 3, Tag: 3})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	_, print, _ := strings.Cut(p.Offer(), "a=fingerprint:sha-256 ")
	print, _, _ = strings.Cut(print, "\r\n")
	foreign := flip(print[0]) + print[1:]
	peer, answer, err := c.Connect(context.Background(), strings.ReplaceAll(p.Offer(), print, foreign), nil)
	if err != nil {
		t.Fatal(err)
	}
	peer.Allow(full(2))
	if err := p.Answer(answer); err != nil {
		t.Fatal(err)
	}
	p.StartMic()
	was := b.Audio(0).Packets()
	eventually(t, "a second of sound", func() bool { return b.Audio(0).Packets() > was+50 })
	if peer.ready.Load() {
		t.Error("media came up for a foreign certificate")
	}
	if n := b.Audio(2).Packets() + p.Audio(0).Packets(); n != 0 {
		t.Errorf("%d packets flowed", n)
	}
	peer.Close()
	eventually(t, "nothing left", func() bool { return c.sfu.Stats().Peers == 2 })
}
