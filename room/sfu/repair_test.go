package sfu

import (
	"bytes"
	"sync"
	"testing"
	"time"

	"hearth/room/sfu/sfutest"
)

// lossy loses some packets of a receiver's picture and asks for them again.
type lossy struct {
	mu       sync.Mutex
	me       *member
	lost     map[uint16]bool
	repaired map[uint16]bool
	kept     map[uint16][]byte // what the lost ones were
	bad      int
}

func (l *lossy) see(p sfutest.Packet) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !p.Video {
		return true
	}
	if seq, payload, ok := p.Original(); ok {
		if !bytes.Equal(l.kept[seq], payload) {
			l.bad++
		}
		l.repaired[seq] = true
		return true
	}
	seq := p.Header.SequenceNumber
	if seq%10 != 0 || l.me == nil {
		return true
	}
	l.lost[seq], l.kept[seq] = true, append([]byte(nil), p.Payload...)
	go func() { _ = l.me.AskAgain(p.Seat, seq) }()
	return false
}

func TestLostPacketsComeOverRTX(t *testing.T) {
	c := openTest(t).Circle(2)
	l := &lossy{lost: map[uint16]bool{}, repaired: map[uint16]bool{}, kept: map[uint16][]byte{}}
	a, b := join(t, c, sfutest.Config{}), join(t, c, sfutest.Config{OnPacket: l.see})
	l.mu.Lock()
	l.me = b
	l.mu.Unlock()
	a.StartCamera()
	a.peer.Allow(full(0))
	b.peer.Allow(full(1))
	eventually(t, "repaired packets", func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return len(l.repaired) >= 10
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.bad != 0 {
		t.Errorf("%d repairs differ from what was lost", l.bad)
	}
	for seq := range l.repaired {
		if !l.lost[seq] {
			t.Errorf("%d was never lost", seq)
		}
	}
}

func TestNothingIsRepairedAfterVideoIsStopped(t *testing.T) {
	c := openTest(t).Circle(2)
	var mu sync.Mutex
	var seqs []uint16
	a := join(t, c, sfutest.Config{})
	b := join(t, c, sfutest.Config{OnPacket: func(p sfutest.Packet) bool {
		mu.Lock()
		defer mu.Unlock()
		if p.Video && !p.Repair {
			seqs = append(seqs, p.Header.SequenceNumber)
		}
		return true
	}})
	a.StartCamera()
	a.peer.Allow(full(0))
	b.peer.Allow(full(1))
	eventually(t, "picture", func() bool { return b.Video(0).Packets() > 30 })
	mu.Lock()
	ask := append([]uint16(nil), seqs[len(seqs)-10:]...)
	mu.Unlock()
	if err := b.AskAgain(0, ask...); err != nil {
		t.Fatal(err)
	}
	eventually(t, "repair while allowed", func() bool { return b.Video(0).Repaired() > 0 })
	eventually(t, "all of it answered", func() bool {
		s := c.sfu.Stats()
		return s.RTX+s.Dropped[DropNACK] >= uint64(len(ask))
	})
	a.peer.Allow(Grant{Seat: 0, Audio: true, Receive: true})
	refused := c.sfu.Stats().Dropped[DropNACK]
	repaired := c.sfu.Stats().RTX
	if err := b.AskAgain(0, ask...); err != nil {
		t.Fatal(err)
	}
	eventually(t, "refusal", func() bool { return c.sfu.Stats().Dropped[DropNACK] >= refused+10 })
	if n := c.sfu.Stats().RTX; n != repaired {
		t.Errorf("%d packets of a stopped camera", n-repaired)
	}
}

func TestServerAsksPublisherAgain(t *testing.T) {
	c := openTest(t).Circle(2)
	a, b := join(t, c, sfutest.Config{}), join(t, c, sfutest.Config{})
	a.StartCamera()
	a.peer.Allow(full(0))
	b.peer.Allow(full(1))
	eventually(t, "picture", func() bool { return b.Video(0).Packets() > 10 })
	a.Lose(func(seq uint16) bool { return seq%7 == 0 })
	eventually(t, "asked again", func() bool { return a.PacketsAsked() > 10 })
	before := c.sfu.Stats()
	// The repaired packets arrive out of order and are forwarded in their place.
	eventually(t, "forwarded in spite of losses", func() bool {
		return c.sfu.Stats().PacketsForwarded > before.PacketsForwarded+50
	})
	layer := b.peer.seats[0].video.target.Load()
	eventually(t, "gaps closed", func() bool {
		layer.mu.Lock()
		defer layer.mu.Unlock()
		w := &layer.window
		closed := 0
		for i := uint16(60); i < 160; i++ {
			if seq := w.head - i; seq%7 == 0 && w.has(seq) {
				closed++
			}
		}
		return closed >= 10
	})
}

func TestPictureBeginsWithAKeyframeOnDemand(t *testing.T) {
	c := openTest(t).Circle(3)
	first := make(chan bool, 1)
	a := join(t, c, sfutest.Config{})
	a.StartCamera()
	a.peer.Allow(full(0))
	b := join(t, c, sfutest.Config{})
	b.peer.Allow(full(1))
	eventually(t, "a picture whose keyframe is old", func() bool {
		l := b.peer.seats[0].video.playing.Load()
		if l == nil || b.Video(0).Packets() < 10 {
			return false
		}
		_, _, young := l.kept(c.sfu.now())
		return !young
	})
	late := join(t, c, sfutest.Config{OnPacket: func(p sfutest.Packet) bool {
		if d, ok := sfutest.ParseDescriptor(p.Payload); p.Video && p.Seat == 0 {
			select {
			case first <- ok && d.Keyframe:
			default:
			}
		}
		return true
	}})
	asked := a.KeyframesAsked()
	late.peer.Allow(full(2))
	if !<-first {
		t.Error("the first packet of a picture is not a keyframe")
	}
	if a.KeyframesAsked() == asked {
		t.Error("no keyframe was asked for")
	}
}

func TestKeyframeRequestsAreCoalesced(t *testing.T) {
	c := openTest(t).Circle(3)
	a := join(t, c, sfutest.Config{Hostile: true}) // requests are repeated
	b, d := join(t, c, sfutest.Config{}), join(t, c, sfutest.Config{})
	a.StartCamera()
	a.peer.Allow(full(0))
	b.peer.Allow(full(1))
	d.peer.Allow(full(2))
	eventually(t, "first request", func() bool { _ = b.Ask(0); return a.KeyframesAsked() > 0 })
	begin, from := c.sfu.now(), a.KeyframesAsked()
	eventually(t, "two more", func() bool {
		_, _ = b.Ask(0), d.Ask(0)
		return a.KeyframesAsked() >= from+2
	})
	// Two layers may be asked for while the choice settles, each in its own
	// rhythm.
	if took, n := c.sfu.now()-begin, int64(a.KeyframesAsked()-from); took < (n-2)*keyframePause/2 {
		t.Errorf("%d requests in %d ms", n, took/1e6)
	}
}

// One subscriber that asks without end costs a publisher few keyframes; another
// one that has a reason still gets one.
func TestKeyframeStormIsBounded(t *testing.T) {
	_, peers := bareCircle(t, 3, func() rtpWriter { return discard{} })
	camera := &bareStream{line: lineCamera, ssrc: 7, rid: ridLow}
	feed(peers[0], &rtpTap{peer: peers[0], ssrc: 7}, 1, camera.packet(true))
	layer := peers[0].up[lineCamera].layer(ridLow)
	for _, p := range peers[1:] {
		p.seats[0].video.target.Store(layer)
	}
	asked := func(from *Peer, now int64) (n int) {
		tap := &rtcpTap{peer: from, ssrc: 2000, track: from.seats[0].video}
		pli := []byte{0x80 | formatPLI, rtcpPayload, 0, 2, 0, 0, 0, 1, 0, 0, 7, 0xd0}
		for end := now + int64(10*time.Second); now < end; now += int64(50 * time.Millisecond) {
			from.control(tap, pli, now)
			layer.mu.Lock()
			if layer.keyframe.due(now) {
				n++
				layer.keyframe.came()
			}
			layer.mu.Unlock()
		}
		return n
	}
	now := int64(time.Second)
	if n := asked(peers[1], now); n < keyframeAsks || n > keyframeAsks+10/keyframePrice+1 {
		t.Errorf("%d keyframes in 10 s for one who asks all the time", n)
	}
	if n := asked(peers[2], now+int64(10*time.Second)); n == 0 {
		t.Error("none for another")
	}
}

func TestPublishersAreToldWhatArrived(t *testing.T) {
	c := openTest(t).Circle(2)
	a := join(t, c, sfutest.Config{})
	a.StartMic()
	a.StartCamera()
	eventually(t, "acknowledged, also before admission", func() bool { return a.Acknowledged() > 100 })
}
