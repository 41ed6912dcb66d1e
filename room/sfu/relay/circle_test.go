package relay

import (
	"context"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"hearth/room/sfu"
	"hearth/room/sfu/relay/relaytest"
	"hearth/room/sfu/sfutest"
)

// openCircle is a real SFU with a relay to it.
func openCircle(t *testing.T, c sfu.Config, peers ...netip.Addr) (*Server, *sfu.Circle) {
	t.Helper()
	media, err := sfu.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = media.Close() })
	s := openTest(t, func(c *Config) { c.Media, c.Peers = media.UDPAddr(), peers })
	return s, media.Circle(3)
}

// relayed is a participant who comes through the relay alone.
func relayed(t *testing.T, s *Server, circle *sfu.Circle, seat int, overTLS bool) (*relaytest.Participant, func()) {
	t.Helper()
	c, revoke := grant(t, s)
	url := fmt.Sprintf("turn:127.0.0.1:%d?transport=udp", s.UDPAddr().Port())
	if overTLS {
		url = fmt.Sprintf("turns:127.0.0.1:%d?transport=tcp", s.TLSAddr().Port())
	}
	p, err := relaytest.New(relaytest.Config{Seats: 3, URLs: []string{url}, Username: c.Username, Credential: c.Password})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	peer, answer, err := circle.Connect(context.Background(), p.Offer(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Answer(answer); err != nil {
		t.Fatal(err)
	}
	select {
	case <-p.Connected():
	case <-time.After(patience):
		t.Fatalf("not connected; %+v", s.Stats())
	}
	peer.Allow(sfu.Grant{Seat: seat, Audio: true, Video: true, Receive: true})
	p.Send()
	return p, revoke
}

func direct(t *testing.T, circle *sfu.Circle, seat int) *sfutest.Participant {
	t.Helper()
	p, err := sfutest.New(sfutest.Config{Seats: 3, Tag: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	peer, answer, err := circle.Connect(context.Background(), p.Offer(), nil)
	if err == nil {
		err = p.Answer(answer)
	}
	if err != nil {
		t.Fatal(err)
	}
	<-p.Connected()
	peer.Allow(sfu.Grant{Seat: seat, Audio: true, Video: true, Receive: true})
	p.StartMic()
	p.StartCamera()
	return p
}

// flows waits until sound and picture go both ways.
func flows(t *testing.T, near *sfutest.Participant, far *relaytest.Participant) {
	t.Helper()
	sound, picture, back, seen := far.Audio(0), far.Video(0), near.Audio(1).Packets(), near.Video(1).Packets()
	eventually(t, "sound and picture both ways", func() bool {
		return far.Audio(0) > sound+5 && far.Video(0) > picture+5 && near.Audio(1).Packets() > back+5 && near.Video(1).Packets() > seen+5
	})
}

func TestMediaThroughTheRelay(t *testing.T) {
	kinds(t, func(t *testing.T, overTLS bool) {
		s, circle := openCircle(t, sfu.Config{UDP: "127.0.0.1:0"}, loopback)
		near := direct(t, circle, 0)
		far, revoke := relayed(t, s, circle, 1, overTLS)
		flows(t, near, far)
		revoke()
		eventually(t, "the allocation is gone", func() bool { return s.Stats().Allocations == 0 })
		eventually(t, "the path is lost", func() bool {
			return far.State() == webrtc.PeerConnectionStateDisconnected || far.State() == webrtc.PeerConnectionStateFailed
		})
	})
}

// A server behind a one-to-one NAT that listens on all addresses: the answer
// holds an address which leads nowhere from here.
func TestMediaBehindNAT(t *testing.T) {
	public := netip.MustParseAddr("203.0.113.7")
	kinds(t, func(t *testing.T, overTLS bool) {
		s, circle := openCircle(t, sfu.Config{UDP: "0.0.0.0:0", Announce: []netip.Addr{public}}, public)
		first, _ := relayed(t, s, circle, 0, overTLS)
		second, _ := relayed(t, s, circle, 1, overTLS)
		eventually(t, "sound and picture both ways", func() bool {
			return first.Audio(1) > 5 && first.Video(1) > 5 && second.Audio(0) > 5 && second.Video(0) > 5
		})
	})
}

// Several announced addresses: all of them are offered, one is used.
func TestMediaManyAddresses(t *testing.T) {
	peers := []netip.Addr{netip.MustParseAddr("203.0.113.7"), netip.MustParseAddr("203.0.113.8"), netip.MustParseAddr("2001:db8::1"), loopback}
	s, circle := openCircle(t, sfu.Config{UDP: "0.0.0.0:0", Announce: peers}, peers...)
	first, _ := relayed(t, s, circle, 0, false)
	second, _ := relayed(t, s, circle, 1, true)
	eventually(t, "sound and picture both ways", func() bool {
		return first.Audio(1) > 5 && first.Video(1) > 5 && second.Audio(0) > 5 && second.Video(0) > 5
	})
}
