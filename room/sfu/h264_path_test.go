package sfu

import (
	"bytes"
	"testing"
)

func TestH264BeginsWithItsParameterSets(t *testing.T) {
	c, p, video := watchH264(t)
	s, tap := &bareH264Stream{line: lineCamera, ssrc: 1, rid: ridLow, seq: 65530}, &rtpTap{peer: p, ssrc: 1}
	now := c.sfu.now()
	feed(p, tap, now, flat(s.frame(false), s.frame(false))...)
	showAll(p, ridLow, now)
	feed(p, tap, now, s.frame(false)...)
	if len(video.sent) != 0 {
		t.Fatal("a picture without keyframe")
	}
	key := s.frame(true) // over the wrap of the sequence numbers
	feed(p, tap, now, key...)
	feed(p, tap, now, s.frame(false)...)
	if got, want := numbers(video), []uint16{65534, 65535, 0, 1, 2}; !equal(got, want) {
		t.Fatalf("sent %v, want %v", got, want)
	}
	for i, sent := range video.sent {
		if sent.PayloadType != 98 || sent.Marker != (i >= 3) {
			t.Errorf("packet %d: type %d, marker %v", i, sent.PayloadType, sent.Marker)
		}
		if i < 4 && !bytes.HasSuffix(key[i], sent.payload) {
			t.Errorf("packet %d was changed", i)
		}
	}
	if got := c.sfu.Stats().PacketsForwarded; got != 10 { // two watch
		t.Errorf("%d packets counted", got)
	}
}

// A keyframe that lacks a packet before its picture begins nothing; it is asked
// for again. One that lacks a later packet begins, and the packet is repaired.
func TestASplitKeyframe(t *testing.T) {
	for name, lost := range map[string]struct {
		packet int
		begins bool
	}{"parameter sets": {0, false}, "first part": {1, false}, "second part": {2, true}} {
		c, p, video := watchH264(t)
		s, tap := &bareH264Stream{line: lineCamera, ssrc: 1, rid: ridLow}, &rtpTap{peer: p, ssrc: 1}
		now := c.sfu.now()
		feed(p, tap, now, s.frame(false)...)
		showAll(p, ridLow, now)
		l := p.up[lineCamera].layer(ridLow)
		key := s.frame(true)
		missing := key[lost.packet]
		feed(p, tap, now, append(append([][]byte{}, key[:lost.packet]...), key[lost.packet+1:]...)...)
		feed(p, tap, now, s.frame(false)...)
		if (len(video.sent) > 0) != lost.begins || l.keyframe.wanted == lost.begins {
			t.Errorf("%s lost: %d packets sent, a keyframe wanted: %v", name, len(video.sent), l.keyframe.wanted)
		}
		feed(p, tap, now, missing)
		feed(p, tap, now, s.frame(true)...)
		seen := map[uint16]bool{}
		for _, n := range numbers(video) {
			seen[n] = true
		}
		head := video.sent[len(video.sent)-1].SequenceNumber
		for n := video.sent[0].SequenceNumber; n != head; n++ {
			if !seen[n] {
				t.Errorf("%s lost: %d is missing", name, n)
			}
		}
		if payload := video.sent[0].payload; payload[0] != typeSTAPA {
			t.Errorf("%s lost: the picture begins with %#x", name, payload[0])
		}
	}
}

func TestH264ReorderedAndRepeated(t *testing.T) {
	c, p, video := watchH264(t)
	s, tap := &bareH264Stream{line: lineCamera, ssrc: 1, rid: ridLow, seq: 65533}, &rtpTap{peer: p, ssrc: 1}
	now := c.sfu.now()
	feed(p, tap, now, s.frame(false)...)
	showAll(p, ridLow, now)
	key := s.frame(true)
	feed(p, tap, now, key[0], key[1], key[3], key[2], key[2])
	d := flat(s.frame(false), s.frame(false))
	feed(p, tap, now, d[2], d[1], d[0])
	// The sets may come late: then it is the next keyframe that begins.
	if got, want := numbers(video), []uint16{65534, 65535, 1, 0, 4, 3, 2}; !equal(got, want) {
		t.Errorf("sent %v, want %v", got, want)
	}
	track := c.members()[1].seats[0].video
	track.resend(65535, now+300*ms)
	last := video.sent[len(video.sent)-1]
	if last.SSRC != 3000 || last.PayloadType != 99 || !bytes.Equal(last.payload[:2], []byte{0xff, 0xff}) || !bytes.Equal(last.payload[2:5], []byte{0x7c, fuStart | typeIDR, 1}) {
		t.Errorf("repeated as %d %d %x", last.SSRC, last.PayloadType, last.payload)
	}
}

func TestANewcomerBeginsWithAKeptKeyframeOfH264(t *testing.T) {
	c, p, video := watchH264(t)
	s, tap := &bareH264Stream{line: lineCamera, ssrc: 1, rid: ridLow, seq: 500}, &rtpTap{peer: p, ssrc: 1}
	now := c.sfu.now()
	feed(p, tap, now, flat(s.frame(false), s.frame(true), s.frame(false))...)
	showAll(p, ridLow, now+100*ms)
	feed(p, tap, now+100*ms, s.frame(false)...)
	if got, want := numbers(video), []uint16{501, 502, 503, 504, 505, 506, 507}; !equal(got, want) {
		t.Errorf("sent %v, want %v", got, want)
	}
	if video.sent[0].payload[0] != typeSTAPA || c.sfu.Stats().Replays != 2 {
		t.Errorf("begins with %#x, %d replays", video.sent[0].payload[0], c.sfu.Stats().Replays)
	}
}

// One seat, in turn held by somebody who sends H.264 and by somebody who sends
// VP8: one stream, whose payload type changes with a keyframe.
func TestASeatChangesItsCodec(t *testing.T) {
	c, peers := bareCircle(t, 3, func() rtpWriter { return discard{} })
	a, b, video := peers[0], peers[1], newRecorder(t)
	peers[2].seats[0].video.writer = video
	sendH264(a)
	sa, ta := &bareH264Stream{line: lineCamera, ssrc: 1, rid: ridLow, seq: 40}, &rtpTap{peer: a, ssrc: 1}
	sb, tb := &bareStream{line: lineCamera, ssrc: 2, rid: ridLow, seq: 9000, id: 77}, &rtpTap{peer: b, ssrc: 2}
	now := c.sfu.now()
	for range 3 {
		c.allow(a, full(0))
		feed(a, ta, now, sa.frame(false)...)
		showAll(a, ridLow, now)
		feed(a, ta, now, flat(sa.frame(true), sa.frame(false))...)
		now += 40 * ms
		c.allow(b, full(0))
		feed(b, tb, now, sb.packet(false))
		showAll(b, ridLow, now)
		feed(b, tb, now, sb.packet(true), sb.packet(false))
		now += 40 * ms
	}
	var id uint16
	for i, sent := range video.sent {
		if want := video.sent[0].SequenceNumber + uint16(i); sent.SequenceNumber != want || sent.SSRC != 2000 {
			t.Fatalf("packet %d has number %d of %d", i, sent.SequenceNumber, sent.SSRC)
		}
		began := i > 0 && sent.PayloadType != video.sent[i-1].PayloadType
		switch {
		case sent.PayloadType == 98:
			if began && sent.payload[0] != typeSTAPA {
				t.Errorf("packet %d: H.264 begins with %#x", i, sent.payload[0])
			}
		case sent.PayloadType == 96:
			var d vp8
			if !parseVP8(sent.payload, &d) || began && !d.keyframe || id != 0 && d.id != id+1 {
				t.Errorf("packet %d: %+v after picture %d", i, d, id)
			}
			id = d.id
		default:
			t.Errorf("packet %d has type %d", i, sent.PayloadType)
		}
		if i > 0 && int32(sent.Timestamp-video.sent[i-1].Timestamp) < 0 {
			t.Errorf("packet %d goes back in time", i)
		}
	}
	if want := 5 + 2 + 6 + 2 + 5 + 2; len(video.sent) != want { // every second picture has two packets
		t.Errorf("%d packets, not %d", len(video.sent), want)
	}
}

func TestSimulcastOfH264(t *testing.T) {
	c, p, video := watchH264(t)
	now := c.sfu.now()
	low, tl := &bareH264Stream{line: lineCamera, ssrc: 1, rid: ridLow, seq: 10}, &rtpTap{peer: p, ssrc: 1}
	high, th := &bareH264Stream{line: lineCamera, ssrc: 2, rid: ridHigh, seq: 700, stamp: 900}, &rtpTap{peer: p, ssrc: 2}
	feed(p, tl, now, low.frame(false)...)
	showAll(p, ridLow, now)
	feed(p, tl, now, low.frame(true)...)
	feed(p, th, now, high.frame(false)...)
	showAll(p, ridHigh, now)
	sent := len(video.sent)
	feed(p, th, now, high.frame(false)...)
	feed(p, tl, now, low.frame(false)...) // the old layer goes on until the keyframe
	if len(video.sent) != sent+1 {
		t.Fatalf("%d packets while the other layer's keyframe is awaited", len(video.sent)-sent)
	}
	feed(p, th, now, high.frame(true)...)
	feed(p, tl, now, low.frame(false)...)
	if got := video.sent[sent+1].payload[0]; len(video.sent) != sent+5 || got != typeSTAPA {
		t.Errorf("%d packets, the new layer begins with %#x", len(video.sent)-sent, got)
	}
}

func TestForwardingH264AllocatesNothing(t *testing.T) {
	_, peers := bareCircle(t, 17, func() rtpWriter { return discard{} })
	p := peers[0]
	sendH264(p)
	s, tap, now := &bareH264Stream{line: lineCamera, ssrc: 2, rid: ridLow}, &rtpTap{peer: p, ssrc: 2}, p.circle.sfu.now()
	feed(p, tap, now, s.frame(false)...)
	showAll(p, ridLow, now)
	feed(p, tap, now, s.frame(true)...)
	buf, made := make([]byte, 1500), flat(s.frame(true), s.frame(false))
	before := p.circle.sfu.Stats()
	seq, stamp := s.seq, s.stamp
	allocs := testing.AllocsPerRun(300, func() {
		now += 40 * ms
		stamp += 3000
		for i, b := range made {
			n := copy(buf, b)
			buf[2], buf[3] = byte(seq>>8), byte(seq)
			buf[4], buf[5], buf[6], buf[7] = byte(stamp>>24), byte(stamp>>16), byte(stamp>>8), byte(stamp)
			seq++
			if i == 1 { // and as if everybody began anew
				for _, v := range peers[1:] {
					v.seats[0].video.pause()
				}
			}
			p.receive(tap, buf[:n], now)
		}
	})
	if allocs != 0 {
		t.Errorf("%.1f allocations a picture", allocs)
	}
	if n := p.circle.sfu.Stats().PacketsForwarded - before.PacketsForwarded; n < 16*301*5 {
		t.Errorf("%d packets forwarded", n)
	}
}

// Who cannot take the codec is shown nothing of that seat, and told why; all
// others are shown it, and the one sees everything else.
func TestAPictureThatCannotBeShownIsSaidSo(t *testing.T) {
	b := newBareCameras(t, 4)
	b.peers[0].offer.codecs.down[codecH264] = format{}
	sendH264(b.peers[1])
	s := &bareH264Stream{line: lineCamera, ssrc: 11, rid: ridLow}
	play := func(frames int) {
		for range frames {
			feed(b.peers[1], b.taps[1][0], b.now, s.frame(s.frames%20 == 0)...)
			b.run(1)
		}
	}
	play(50)
	if got := b.peers[0].Media().Paused; len(got) != 1 || got[0] != (Paused{1, WhyCodec}) {
		t.Errorf("told %+v", got)
	}
	if b.peers[0].seats[1].video.playing.Load() != nil || b.shows(0, 2) != ridLow {
		t.Error("shown what it cannot take, or not what it can")
	}
	if b.shows(2, 1) != ridLow || b.peers[2].seats[1].video.playing.Load() == nil || len(b.peers[2].Media().Paused) != 0 {
		t.Errorf("another one is shown %q, told %+v", b.shows(2, 1), b.peers[2].Media().Paused)
	}
	b.c.allow(b.peers[1], Grant{Seat: 1, Receive: true}) // the camera is off: nothing is kept from anybody
	b.run(2)
	if got := b.peers[0].Media().Paused; len(got) != 0 {
		t.Errorf("still told %+v", got)
	}
}

// Where encoders put the parameter sets in packets of their own, all of them
// have to be there: which one is missing cannot be told.
func TestAKeyframeOfManyPackets(t *testing.T) {
	for lost := -1; lost < 4; lost++ {
		c, p, video := watchH264(t)
		s, tap := &bareH264Stream{line: lineCamera, ssrc: 1, rid: ridLow, seq: 99}, &rtpTap{peer: p, ssrc: 1}
		now := c.sfu.now()
		feed(p, tap, now, s.frame(false)...)
		showAll(p, ridLow, now)
		for i, unit := range [][]byte{{0x67, 1}, {0x06, 1}, {0x68, 1}, {0x65, 1}} {
			if i != lost {
				feed(p, tap, now, s.packet(100+uint16(i), unit, i == 3))
			}
		}
		want := []uint16{100, 101, 102, 103}
		if lost >= 0 {
			want = nil
		}
		if got := numbers(video); !equal(got, want) {
			t.Errorf("packet %d lost: sent %v", lost, got)
		}
	}
}
