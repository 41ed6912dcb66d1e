package sfu

import (
	"bytes"
	"encoding/binary"
	"testing"
	"time"
)

const ms = int64(time.Millisecond)

// watchBare is a publisher on seat 0 and what a watcher gets of it.
func watchBare(t testing.TB) (c *Circle, p *Peer, audio, video *recorder) {
	c, peers := bareCircle(t, 3, func() rtpWriter { return discard{} })
	audio, video = newRecorder(t), newRecorder(t)
	peers[1].seats[0].audio.writer, peers[1].seats[0].video.writer = audio, video
	return c, peers[0], audio, video
}

func numbers(r *recorder) (seqs []uint16) {
	for _, p := range r.sent {
		seqs = append(seqs, p.SequenceNumber)
	}
	return seqs
}

func TestForwardingAllocatesNothing(t *testing.T) {
	_, peers := bareCircle(t, 17, func() rtpWriter { return discard{} })
	p := peers[0]
	for name, s := range map[string]*bareStream{
		"sound":   {line: lineMic, ssrc: 1},
		"picture": {line: lineCamera, ssrc: 2, rid: ridLow},
	} {
		tap, now := &rtpTap{peer: p, ssrc: s.ssrc}, p.circle.sfu.now()
		feed(p, tap, now, s.packet(false))
		showAll(p, ridLow, now)
		feed(p, tap, now, s.packet(true))
		buf := make([]byte, 1500)
		before := p.circle.sfu.Stats()
		seq := uint16(s.seq)
		allocs := testing.AllocsPerRun(500, func() {
			now += 20 * ms
			seq++
			n := copy(buf, s.packetInto(buf, seq))
			p.receive(tap, buf[:n], now)
		})
		if allocs != 0 {
			t.Errorf("%s: %.1f allocations a packet", name, allocs)
		}
		if n := p.circle.sfu.Stats().PacketsForwarded - before.PacketsForwarded; n != 16*501 {
			t.Errorf("%s: %d packets forwarded", name, n)
		}
	}
}

// packetInto is at without an allocation: it changes the sequence number and
// timestamp of a packet made before.
func (s *bareStream) packetInto(buf []byte, seq uint16) []byte {
	if s.made == nil {
		s.made = s.at(seq, s.stamp, s.id, false)
	}
	binary.BigEndian.PutUint16(s.made[2:], seq)
	return s.made
}

func TestSoundIsContinuousOverLossReorderingAndWrap(t *testing.T) {
	_, p, audio, _ := watchBare(t)
	s, tap := &bareStream{line: lineMic, ssrc: 1}, &rtpTap{peer: p, ssrc: 1}
	now := p.circle.sfu.now()
	for _, seq := range []uint16{65533, 65534, 0, 65535, 1, 1, 4, 3} {
		now += 20 * ms
		feed(p, tap, now, s.at(seq, uint32(seq)*960, 0, false))
	}
	want := []uint16{65533, 65534, 0, 65535, 1, 4, 3} // the duplicate is gone
	if got := numbers(audio); !equal(got, want) {
		t.Errorf("sent %v, want %v", got, want)
	}
	if n := p.circle.sfu.Stats().Dropped[DropDuplicate]; n != 1 {
		t.Errorf("%d duplicates", n)
	}
}

func equal(a, b []uint16) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestNewRunGoesOnWhereTheLastStopped(t *testing.T) {
	c, p, audio, _ := watchBare(t)
	s, tap := &bareStream{line: lineMic, ssrc: 1, seq: 100, stamp: 5000}, &rtpTap{peer: p, ssrc: 1}
	now := c.sfu.now()
	feed(p, tap, now, s.packet(false), s.packet(false))
	old := s.at(uint16(s.seq), s.stamp, 0, false) // lost on the way, arrives late
	s.seq++
	c.allow(p, Grant{Seat: 0, Receive: true})
	feed(p, tap, now, s.packet(false), s.packet(false))
	c.allow(p, full(0))
	now += 100 * ms
	feed(p, tap, now, s.packet(false), old, s.packet(false))
	if got, want := numbers(audio), []uint16{100, 101, 102, 103}; !equal(got, want) {
		t.Fatalf("sent %v, want %v", got, want)
	}
	a, b := audio.sent[1], audio.sent[2]
	if !b.Marker {
		t.Error("no talk spurt")
	}
	if d := b.Timestamp - a.Timestamp; d != 4800 {
		t.Errorf("timestamp moved by %d in 100 ms", d)
	}
}

func TestPictureWaitsForAKeyframe(t *testing.T) {
	c, p, _, video := watchBare(t)
	s, tap := &bareStream{line: lineCamera, ssrc: 1, rid: ridHigh, id: 126}, &rtpTap{peer: p, ssrc: 1}
	now := c.sfu.now()
	feed(p, tap, now, s.packet(false))
	showAll(p, ridHigh, now)
	feed(p, tap, now, s.packet(false), s.packet(false))
	if len(video.sent) != 0 {
		t.Fatal("a picture began without keyframe")
	}
	feed(p, tap, now, s.packet(true), s.packet(false))
	c.allow(p, Grant{Seat: 0, Audio: true, Receive: true})
	c.allow(p, full(0))
	feed(p, tap, now, s.packet(false))
	if len(video.sent) != 2 {
		t.Fatalf("%d packets", len(video.sent))
	}
	feed(p, tap, now, s.packet(true))
	for i, sent := range video.sent {
		var d vp8
		if !parseVP8(sent.payload, &d) || d.idBits != 15 || d.id != uint16(129+i) {
			t.Errorf("packet %d has picture id %d of %d bits", i, d.id, d.idBits)
		}
	}
}

func TestMIDIsStampedForAWhile(t *testing.T) {
	c, p, audio, video := watchBare(t)
	s, tap := &bareStream{line: lineCamera, ssrc: 1, rid: ridHigh}, &rtpTap{peer: p, ssrc: 1}
	mic, micTap := &bareStream{line: lineMic, ssrc: 2}, &rtpTap{peer: p, ssrc: 2}
	now := c.sfu.now()
	feed(p, tap, now, s.packet(false))
	showAll(p, ridHigh, now)
	feed(p, tap, now, s.packet(true))
	feed(p, tap, now+midPause+1, s.packet(false))
	feed(p, micTap, now, mic.packet(false))
	feed(p, micTap, now+midPause+1, mic.packet(false))
	for i, want := range []string{"4", ""} {
		if got := string(video.sent[i].GetExtension(1)); got != want {
			t.Errorf("picture %d has MID %q", i, got)
		}
	}
	for i := range 2 {
		if got := string(audio.sent[i].GetExtension(1)); got != "3" {
			t.Errorf("sound %d has MID %q", i, got)
		}
	}
}

func TestLayerChangesOnAKeyframe(t *testing.T) {
	c, p, _, video := watchBare(t)
	low, high := &bareStream{line: lineCamera, ssrc: 1, rid: ridLow}, &bareStream{line: lineCamera, ssrc: 2, rid: ridHigh, seq: 9000, stamp: 1 << 31}
	lowTap, highTap := &rtpTap{peer: p, ssrc: 1}, &rtpTap{peer: p, ssrc: 2}
	now := c.sfu.now()
	feed(p, lowTap, now, low.packet(false))
	showAll(p, ridHigh, now) // only the low layer is alive
	feed(p, lowTap, now, low.packet(true))
	now += 40 * ms
	feed(p, highTap, now, high.packet(false))
	showAll(p, ridHigh, now)
	feed(p, highTap, now, high.packet(false))
	feed(p, lowTap, now, low.packet(false)) // goes on until the high one begins
	now += 40 * ms
	feed(p, highTap, now, high.packet(true))
	feed(p, lowTap, now, low.packet(false))
	feed(p, highTap, now, high.packet(false))
	if got, want := numbers(video), []uint16{1, 2, 3, 4}; !equal(got, want) {
		t.Fatalf("sent %v, want %v", got, want)
	}
	for i := 1; i < 4; i++ {
		if d := int32(video.sent[i].Timestamp - video.sent[i-1].Timestamp); d <= 0 || d > 9000 {
			t.Errorf("packet %d: timestamp moves by %d", i, d)
		}
	}
	now += layerAlive
	feed(p, lowTap, now, low.packet(false))
	showAll(p, ridHigh, now)
	if c.members()[1].seats[0].video.target.Load().rid != ridLow {
		t.Error("a dead layer is still wanted")
	}
}

func TestLimitsDropAndCount(t *testing.T) {
	_, p, audio, _ := watchBare(t)
	s, tap := &bareStream{line: lineMic, ssrc: 1}, &rtpTap{peer: p, ssrc: 1}
	now := p.circle.sfu.now()
	for range 3 * micBurst * micPackets {
		feed(p, tap, now, s.packet(false))
	}
	if n := len(audio.sent); n != micBurst*micPackets {
		t.Errorf("%d packets at once", n)
	}
	if p.circle.sfu.Stats().Dropped[DropPacketRate] == 0 {
		t.Error("not counted")
	}
	big := append(s.at(uint16(s.seq), s.stamp, 0, false), make([]byte, micBurst*micBits/8)...)
	feed(p, tap, now, big)
	if p.circle.sfu.Stats().Dropped[DropByteRate] != 1 {
		t.Error("a large packet passed")
	}
}

func TestASenderThatDoesNotStopIsShut(t *testing.T) {
	c, p, audio, _ := watchBare(t)
	s, tap := &bareStream{line: lineMic, ssrc: 1}, &rtpTap{peer: p, ssrc: 1}
	now := c.sfu.now()
	for range 10 * micBurst * micPackets {
		feed(p, tap, now, s.packet(false))
		now += 2 * ms
	}
	now += int64(time.Minute)
	sent := len(audio.sent)
	feed(p, tap, now, s.packet(false))
	if len(audio.sent) != sent || c.sfu.Stats().Dropped[DropStopped] == 0 {
		t.Errorf("%d packets more, %d counted", len(audio.sent)-sent, c.sfu.Stats().Dropped[DropStopped])
	}
	other := &bareStream{line: lineCamera, ssrc: 2, rid: ridLow}
	feed(p, &rtpTap{peer: p, ssrc: 2}, now, other.packet(false))
	if p.up[lineCamera].layer(ridLow).newest.Load() == 0 {
		t.Error("the camera was shut with the microphone")
	}
}

func TestInventedStreamsCutThePeerOff(t *testing.T) {
	c, peers := bareCircle(t, 2, func() rtpWriter { return discard{} })
	for ssrc := range uint32(maxStreams + 5) {
		_ = peers[0].tap(1, ssrc)
	}
	if len(c.members()) != 1 || c.sfu.Stats().Dropped[DropFlood] == 0 {
		t.Error("the peer goes on")
	}
}

func TestRTXRepeatsThePacketAsSent(t *testing.T) {
	c, p, _, video := watchBare(t)
	s, tap := &bareStream{line: lineCamera, ssrc: 1, rid: ridHigh}, &rtpTap{peer: p, ssrc: 1}
	now := c.sfu.now()
	feed(p, tap, now, s.packet(false))
	showAll(p, ridHigh, now)
	feed(p, tap, now, s.packet(true), s.packet(false), s.packet(false))
	watcher := c.members()[1]
	track := watcher.seats[0].video
	for _, sent := range append([]sentPacket(nil), video.sent...) {
		track.resend(sent.SequenceNumber, now)
		again := video.sent[len(video.sent)-1]
		if again.SSRC != 3000 || again.PayloadType != 97 || again.Timestamp != sent.Timestamp || again.Marker != sent.Marker {
			t.Errorf("repeated with header %+v", again.Header)
		}
		if seq := binary.BigEndian.Uint16(again.payload); seq != sent.SequenceNumber || !bytes.Equal(again.payload[2:], sent.payload) {
			t.Error("the repetition differs")
		}
	}
	count := len(video.sent)
	track.resend(video.sent[0].SequenceNumber-1, now) // before the run
	track.resend(video.sent[2].SequenceNumber+1, now) // not yet sent
	c.allow(watcher, Grant{Seat: 1})
	track.resend(video.sent[0].SequenceNumber, now)
	if len(video.sent) != count {
		t.Error("repeated what it should not have")
	}
}

func TestPublishersRTXFillsTheGap(t *testing.T) {
	c, p, _, video := watchBare(t)
	s, tap := &bareStream{line: lineCamera, ssrc: 1, rid: ridHigh}, &rtpTap{peer: p, ssrc: 1}
	now := c.sfu.now()
	feed(p, tap, now, s.packet(false))
	showAll(p, ridHigh, now)
	feed(p, tap, now, s.packet(true))
	lost := s.packet(false)
	feed(p, tap, now, s.packet(false))
	layer := c.members()[1].seats[0].video.target.Load()
	if layer.losses.count != 1 || layer.losses.missing[0].seq != 2 {
		t.Fatalf("missing: %+v", layer.losses.missing[:layer.losses.count])
	}
	// The same packet on the RTX stream: its own SSRC, number and format, the
	// original number in front of the payload.
	again := append([]byte(nil), lost[:20]...)
	again[1] = 97
	binary.BigEndian.PutUint32(again[8:], 77)
	again[18] = 5 << 4 // repaired-rtp-stream-id
	again = append(binary.BigEndian.AppendUint16(again, 2), lost[20:]...)
	feed(p, &rtpTap{peer: p, ssrc: 77}, now, again, append([]byte(nil), again...))
	if got, want := numbers(video), []uint16{1, 3, 2}; !equal(got, want) {
		t.Errorf("sent %v, want %v", got, want)
	}
	if layer.losses.count != 0 {
		t.Error("still missing")
	}
}
