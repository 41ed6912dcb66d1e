package sfu

import (
	"math/rand/v2"
	"testing"
)

// queuedSender sends at its own pace; what it sends while it, or the server,
// stands still is read at once afterwards.
type queuedSender struct {
	p      *Peer
	taps   []*rtpTap
	from   []*bareStream
	every  int64 // between two packets of each stream
	bytes  int   // of each packet, in addition to its headers
	now    int64
	sent   int
	paused int64 // until when nothing is read
	queue  [][2]any
}

// voice speaks all the time.
func voice(p *Peer) *queuedSender {
	return &queuedSender{p: p, taps: []*rtpTap{{peer: p, ssrc: 1}}, from: []*bareStream{{line: lineMic, ssrc: 1}}, every: 20 * ms, bytes: 80, now: p.circle.sfu.now()}
}

// camera sends two layers with 1.2 Mbit/s together, twice what it is asked for.
func camera(p *Peer) *queuedSender {
	s := &queuedSender{p: p, every: 14 * ms, bytes: 1050, now: p.circle.sfu.now()}
	for i, rid := range []string{ridLow, ridHigh} {
		s.taps = append(s.taps, &rtpTap{peer: p, ssrc: uint32(i) + 2})
		s.from = append(s.from, &bareStream{line: lineCamera, ssrc: uint32(i) + 2, rid: rid})
	}
	return s
}

// run lets so much time pass.
func (s *queuedSender) run(d int64) {
	for end := s.now + d; s.now < end; s.now += s.every {
		for i, from := range s.from {
			s.queue = append(s.queue, [2]any{s.taps[i], append(from.packet(from.seq%50 == 0), make([]byte, s.bytes)...)})
			s.sent++
		}
		if s.now < s.paused {
			continue
		}
		for _, q := range s.queue {
			feed(s.p, q[0].(*rtpTap), s.now, q[1].([]byte))
		}
		s.queue = s.queue[:0]
	}
}

// stall keeps everything waiting for so long.
func (s *queuedSender) stall(d int64) {
	s.paused = s.now + d
	s.run(d + s.every)
}

// dropped is what went no further for being too much.
func dropped(p *Peer) (n uint64) {
	for _, r := range []Reason{DropPacketRate, DropByteRate, DropStopped} {
		n += p.circle.sfu.Stats().Dropped[r]
	}
	return n
}

func TestWhatWaitedIsNoFlood(t *testing.T) {
	const second = 1000 * ms
	for name, sender := range map[string]func(*Peer) *queuedSender{"voice": voice, "camera": camera} {
		for _, stall := range []int64{100 * ms, 500 * ms, second, 2 * second, 4 * second} {
			_, peers := bareCircle(t, 2, func() rtpWriter { return discard{} })
			s := sender(peers[0])
			for range 3 {
				s.run(8 * second)
				s.stall(stall)
			}
			s.run(second)
			if n := dropped(peers[0]); n != 0 {
				t.Errorf("%s that stood still for %d ms: %d of %d packets dropped", name, stall/ms, n, s.sent)
			}
		}
	}
}

// However long and often it stood still, a sender is never stopped for it.
func TestWhoStoodStillGoesOn(t *testing.T) {
	const second = 1000 * ms
	for seed := range uint64(3) {
		for name, sender := range map[string]func(*Peer) *queuedSender{"voice": voice, "camera": camera} {
			_, peers := bareCircle(t, 2, func() rtpWriter { return discard{} })
			s, random := sender(peers[0]), rand.New(rand.NewPCG(seed, 8))
			for range 6 {
				s.run(random.Int64N(second))
				s.stall(random.Int64N(30 * second))
			}
			if peers[0].up[s.from[0].line].stopped {
				t.Fatalf("seed %d: %s was stopped", seed, name)
			}
			s.run(20 * second)
			before := dropped(peers[0])
			s.run(10 * second)
			if n := dropped(peers[0]) - before; n != 0 {
				t.Fatalf("seed %d: %s that goes on as usual loses %d packets", seed, name, n)
			}
		}
	}
}

// A flood is held to its limit from the first second on, and stopped.
func TestAFloodIsStopped(t *testing.T) {
	const second = 1000 * ms
	for name, sender := range map[string]func(*Peer) *queuedSender{"voice": voice, "camera": camera} {
		for _, faster := range []int64{5, 20, 200} {
			c, peers := bareCircle(t, 2, func() rtpWriter { return discard{} })
			s := sender(peers[0])
			s.run(2 * second)
			s.every /= faster
			up := peers[0].up[s.from[0].line]
			before, began := c.sfu.Stats().PacketsIn-dropped(peers[0]), s.now
			for !up.stopped && s.now-began < 10*second {
				s.run(100 * ms)
			}
			took := (s.now - began + second - 1) / second
			if !up.stopped {
				t.Errorf("%s, %d times as fast: goes on", name, faster)
			}
			passed := int64(c.sfu.Stats().PacketsIn - dropped(peers[0]) - before)
			if most := up.packets.rate*took + up.packets.burst; passed > most {
				t.Errorf("%s, %d times as fast: %d packets in %d s", name, faster, passed, took)
			}
		}
	}
}

// What is a little too much is dropped and no more.
func TestALittleTooMuchIsNoFlood(t *testing.T) {
	const second = 1000 * ms
	_, peers := bareCircle(t, 2, func() rtpWriter { return discard{} })
	s := voice(peers[0])
	s.every = second / (micPackets + excessPackets)
	s.run(300 * second)
	if peers[0].up[lineMic].stopped || dropped(peers[0]) == 0 {
		t.Errorf("stopped: %v, %d packets dropped", peers[0].up[lineMic].stopped, dropped(peers[0]))
	}
}
