package sfu

import (
	"testing"

	"hearth/room/sfu/sfutest"
)

// A newcomer is shown what is kept since the last keyframe, in order, and the
// live packets go on behind it; none is sent twice.
func TestANewcomerBeginsWithTheKeptKeyframe(t *testing.T) {
	c, p, _, video := watchBare(t)
	s, tap := &bareStream{line: lineCamera, ssrc: 1, rid: ridLow, seq: 700, id: 40}, &rtpTap{peer: p, ssrc: 1}
	now := c.sfu.now()
	feed(p, tap, now, s.packet(false), s.packet(true), s.packet(false), s.packet(false))
	kept := s.at(703, 9000, 43, false) // still on its way through the fan-out when the replay comes
	showAll(p, ridLow, now+100*ms)
	if got, want := numbers(video), []uint16{701, 702, 703}; !equal(got, want) {
		t.Fatalf("sent %v, want %v", got, want)
	}
	var again packet
	if !parsePacket(kept, &again) || !parseVP8(again.payload, &again.vp8) {
		t.Fatal("not a packet")
	}
	l := p.up[lineCamera].layer(ridLow)
	again.layer, again.generation, again.epoch, again.arrival = l, l.generation, p.permit.Load().camera, fresh
	c.forward(p, &again, now+100*ms)
	feed(p, tap, now+100*ms, s.packet(false))
	if got, want := numbers(video), []uint16{701, 702, 703, 704}; !equal(got, want) {
		t.Errorf("sent %v, want %v", got, want)
	}
	if l.keyframe.wanted || c.sfu.Stats().Replays != 2 { // two watchers
		t.Errorf("asked %v, %d replays", l.keyframe.wanted, c.sfu.Stats().Replays)
	}
	track := c.members()[1].seats[0].video
	track.resend(702, now+200*ms)
	if last := video.sent[len(video.sent)-1]; last.SSRC != 3000 {
		t.Error("what was replayed cannot be repeated")
	}
}

func TestNothingIsReplayedThatMayNotBeSeen(t *testing.T) {
	for name, spoil := range map[string]func(c *Circle, p *Peer, s *bareStream, tap *rtpTap, now *int64){
		"another epoch": func(c *Circle, p *Peer, _ *bareStream, _ *rtpTap, _ *int64) {
			c.allow(p, Grant{Seat: 0, Audio: true, Receive: true})
			c.allow(p, full(0))
		},
		"an old keyframe": func(_ *Circle, _ *Peer, _ *bareStream, _ *rtpTap, now *int64) { *now += replayYoung + 1 },
		"a packet is missing": func(_ *Circle, p *Peer, s *bareStream, tap *rtpTap, now *int64) {
			s.packet(false)
			feed(p, tap, *now, s.packet(false))
		},
		"too many packets": func(_ *Circle, p *Peer, s *bareStream, tap *rtpTap, now *int64) {
			for range replayPackets {
				feed(p, tap, *now, s.packet(false))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, p, _, video := watchBare(t)
			s, tap := &bareStream{line: lineCamera, ssrc: 1, rid: ridLow}, &rtpTap{peer: p, ssrc: 1}
			now := c.sfu.now()
			feed(p, tap, now, s.packet(true), s.packet(false))
			spoil(c, p, s, tap, &now)
			track := c.members()[1].seats[0].video
			l := p.up[lineCamera].layer(ridLow)
			track.aim(l, topTemporal, now)
			if len(video.sent) != 0 || !l.keyframe.wanted {
				t.Errorf("%d packets, asked %v", len(video.sent), l.keyframe.wanted)
			}
		})
	}
}

// Over real sockets: everybody who comes in the first second is shown the
// picture, for the one or two keyframes that were asked for at first.
func TestLateJoinersShareAKeyframe(t *testing.T) {
	c := openTest(t).Circle(6)
	check := newContinuity(t)
	a := join(t, c, sfutest.Config{Tag: 1})
	var late []*member
	for range 5 {
		late = append(late, join(t, c, sfutest.Config{OnPacket: check.see}))
	}
	a.StartCamera()
	a.peer.Allow(full(0))
	for i, m := range late {
		m.peer.Allow(Grant{Seat: i + 1, Receive: true})
		eventually(t, "picture", func() bool { return m.Video(0).Packets() > 0 })
	}
	if c.sfu.Stats().Replays == 0 {
		t.Error("nothing was replayed")
	}
}
