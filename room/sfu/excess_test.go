package sfu

import (
	"math/rand/v2"
	"testing"

	"github.com/pion/rtcp"
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

// strayed are the packets that no limit is charged for, made by kind, and the taps
// they come in by.
func strayed(p *Peer) map[string]func(now int64) {
	rtp := func(s *bareStream, change func([]byte) []byte) func(int64) {
		tap := &rtpTap{peer: p, ssrc: s.ssrc}
		return func(now int64) { feed(p, tap, now, change(s.packet(false))) }
	}
	control := func(ssrc uint32, b []byte) func(int64) {
		tap := &rtcpTap{peer: p, ssrc: ssrc, track: p.trackOf(ssrc)}
		return func(now int64) { p.control(tap, b, now) }
	}
	asked := marshal(&rtcp.TransportLayerNack{SenderSSRC: 1, MediaSSRC: 2001, Nacks: []rtcp.NackPair{{PacketID: 1}}})
	several := marshal(&rtcp.ReceiverEstimatedMaximumBitrate{Bitrate: 1e6, SSRCs: []uint32{2000, 2001}})
	shut := rtp(&bareStream{line: lineCamera, ssrc: 5, rid: ridLow}, func(b []byte) []byte { return b })
	return map[string]func(int64){
		"no RTP":          rtp(&bareStream{line: lineMic, ssrc: 1}, func(b []byte) []byte { return b[:8] }),
		"unknown m-line":  rtp(&bareStream{line: 9, ssrc: 2}, func(b []byte) []byte { return b }),
		"unknown layer":   rtp(&bareStream{line: lineCamera, ssrc: 3, rid: "x"}, func(b []byte) []byte { return b }),
		"another codec":   rtp(&bareStream{line: lineSlide, ssrc: 4}, func(b []byte) []byte { b[1] += 5; return b }),
		"a shut m-line":   func(now int64) { p.up[lineCamera].stopped = true; shut(now) },
		"no RTCP":         control(2001, asked[:3]),
		"more RTCP still": control(2001, asked),
		"names":           control(1, marshal(&rtcp.SourceDescription{Chunks: []rtcp.SourceDescriptionChunk{{Source: 1}}})),
		"unknown RTCP":    control(2001, []byte{0x80, 210, 0, 0}),
		"unknown stream":  control(9, asked),
		"an empty report": control(1, marshal(&rtcp.ReceiverReport{SSRC: 1})),
		"a short report":  control(1, []byte{0x80, rtcpSenderReport, 0, 1, 0, 0, 0, 1}),
		"one REMB twice":  control(2001, several),
	}
}

// marshal are messages as one datagram.
func marshal(messages ...rtcp.Packet) []byte {
	b, err := rtcp.Marshal(messages)
	if err != nil {
		panic(err)
	}
	return b
}

// Who floods with what nobody looks at is cut off like who invents streams.
func TestAFloodOfStraysIsCutOff(t *testing.T) {
	const second = 1000 * ms
	for what := range strayed(bareMember(t)) {
		p := bareMember(t)
		send, now := strayed(p)[what], p.circle.sfu.now()
		for end := now + 6*second; now < end && len(p.circle.members()) == 2; now += second / 10_000 {
			send(now)
		}
		if len(p.circle.members()) != 1 || p.circle.sfu.Stats().Dropped[DropFlood] != 1 {
			t.Errorf("%s: goes on", what)
		}
	}
}

// Who sends at an honest rate what we do not take, is not cut off, however
// long and however the packets gather on the way.
func TestStraysAtAnUsualRateAreNoFlood(t *testing.T) {
	const second, a = 1000 * ms, 400 // packets a second: twice what all m-lines of a browser send
	for what := range strayed(bareMember(t)) {
		p := bareMember(t)
		send, now := strayed(p)[what], p.circle.sfu.now()
		for minute := range 5 {
			for range 60 * a {
				now += second / a
				send(now)
			}
			stall := []int{1, 2, 5, 10, 30}[minute]
			for now += int64(stall) * second; stall > 0; stall-- {
				for range a {
					send(now)
				}
			}
		}
		if len(p.circle.members()) != 2 || p.circle.sfu.Stats().Dropped[DropFlood] != 0 {
			t.Errorf("%s: cut off", what)
		}
	}
}

// Whoever sends on though it was muted, stopped or sent to wait, goes on to
// hear the others; and so does who was shut for a flood, if it has become
// calm.
func TestWhoIsHeldIsNotCutOff(t *testing.T) {
	const second = 1000 * ms
	for name, sender := range map[string]func(*Peer) *queuedSender{"voice": voice, "camera": camera} {
		p := bareMember(t)
		p.circle.allow(p, Grant{Seat: 0, Receive: true})
		s := sender(p)
		s.run(300 * second)
		if n := dropped(p); n != 0 || len(p.circle.members()) != 2 {
			t.Fatalf("%s that is muted: %d packets dropped for being too many", name, n)
		}
		up, usual := p.up[s.from[0].line], s.every
		s.every /= 20
		for end := s.now + 10*second; !up.stopped && s.now < end; {
			s.run(50 * ms)
		}
		s.every = usual
		s.run(300 * second)
		if !up.stopped || len(p.circle.members()) != 2 || p.circle.sfu.Stats().Dropped[DropStopped] == 0 {
			t.Errorf("%s that was shut: shut %v, %d members", name, up.stopped, len(p.circle.members()))
		}
	}
}

// bareMember is one of two.
func bareMember(t *testing.T) *Peer {
	_, peers := bareCircle(t, 2, func() rtpWriter { return discard{} })
	return peers[0]
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
