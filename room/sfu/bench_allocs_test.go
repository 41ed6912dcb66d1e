package sfu

import "testing"

// allocates checks that f allocates nothing once it has warmed up.
func allocates(t *testing.T, what string, f func()) {
	t.Helper()
	if n := testing.AllocsPerRun(500, f); n != 0 {
		t.Errorf("%s: %.2f allocations a packet", what, n)
	}
}

func TestIngressAllocatesNothing(t *testing.T) {
	for what, line := range map[string]int{"sound": lineMic, "picture": lineCamera} {
		_, peers := bareCircle(t, 1, func() rtpWriter { return discard{} })
		peers[0].offer.extensions.transport = wideID
		rid := map[int]string{lineCamera: ridHigh}[line]
		s, n := benchSends(peers[0], line, rid, true), 0
		before := s.peer.circle.sfu.Stats()
		allocates(t, what, func() {
			s.send(false)
			if n++; n%5 == 0 {
				s.drain()
			}
		})
		after := s.peer.circle.sfu.Stats()
		if after.Dropped != before.Dropped || s.peer.arrived.recorder.Stats().Messages == 0 {
			t.Errorf("%s: dropped %v, %+v", what, after.Dropped, s.peer.arrived.recorder.Stats())
		}
	}
}

func TestThinningAllocatesNothing(t *testing.T) {
	c, peers := benchCircle(t)
	s := benchSends(peers[0], lineCamera, ridHigh, false)
	s.shown()
	thin(peers, 0)
	before := c.sfu.Stats().PacketsForwarded
	allocates(t, "temporal layers left out", func() { s.send(false) })
	// One frame in four is of the lowest layer.
	if sent := c.sfu.Stats().PacketsForwarded - before; sent < 100*listeners || sent > 150*listeners {
		t.Errorf("%d packets forwarded of %d", sent, 501*listeners)
	}
}

func TestRTXAllocatesNothing(t *testing.T) {
	c, peers := benchCircle(t)
	s := benchSends(peers[0], lineCamera, ridHigh, false)
	s.shown()
	for range 100 {
		s.send(false)
	}
	track, n := peers[1].seats[0].video, uint16(0)
	allocates(t, "repetition", func() {
		s.now += repairEvery
		track.resend(track.rewriter.head-n%100, s.now)
		n++
	})
	if got := c.sfu.Stats().RTX; got != uint64(n) {
		t.Errorf("%d repeated of %d", got, n)
	}
}

func TestSwitchAndReplayAllocateNothing(t *testing.T) {
	c, peers := benchCircle(t)
	s := benchSends(peers[0], lineCamera, ridLow, false)
	s.shown()
	for range replayed - 1 {
		s.send(false)
	}
	track, before := peers[1].seats[0].video, c.sfu.Stats().Replays
	allocates(t, "replay", func() {
		track.pause()
		track.replay(s.tap.layer, s.now)
	})
	if got := c.sfu.Stats().Replays - before; got != 501 {
		t.Errorf("%d replays", got)
	}
	allocates(t, "begin of a run", func() {
		track.pause()
		s.send(true)
	})
	if track.playing.Load() != s.tap.layer {
		t.Error("no run has begun")
	}
}

func TestStraysAllocateNothing(t *testing.T) {
	p := bareMember(t)
	p.up[lineCamera].stopped = true
	s := &bareStream{line: lineCamera, ssrc: 1, rid: ridLow}
	tap, b, now := &rtpTap{peer: p, ssrc: s.ssrc}, s.packet(false), p.circle.sfu.now()
	allocates(t, "a stray", func() {
		now += ms
		p.receive(tap, b, now)
	})
	if n := p.circle.sfu.Stats().Dropped[DropStopped]; n != 501 {
		t.Errorf("%d dropped", n)
	}
}
