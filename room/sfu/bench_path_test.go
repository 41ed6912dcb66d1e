package sfu

import "testing"

// benchEvery is the time between two packets of the streams below: slow enough
// that no limit is met.
const benchEvery = 20 * ms

// benchSender is a publisher, and the stream it sends.
type benchSender struct {
	peer *Peer
	tap  *rtpTap
	from *benchStream
	now  int64
}

// benchSends lets a peer send a stream, from its first packet on.
func benchSends(p *Peer, line int, rid string, wide bool) *benchSender {
	ssrc := uint32(line)<<8 | uint32(len(rid)) + 1
	if rid != "" {
		ssrc += uint32(rid[0])
	}
	s := &benchSender{p, &rtpTap{peer: p, ssrc: ssrc}, newBenchStream(line, rid, ssrc, wide), p.circle.sfu.now()}
	s.from.h264 = line != lineMic && p.offer.codecs.sent == codecH264
	s.send(false)
	return s
}

// send takes the next packet through the packet path.
func (s *benchSender) send(key bool) {
	s.now += benchEvery
	s.peer.receive(s.tap, s.from.next(key), s.now)
}

// shown has everybody be shown the picture from now on.
func (s *benchSender) shown() {
	showAll(s.peer, s.tap.layer.rid, s.now)
	s.send(true)
}

// benchCircle is a full circle: a publisher on seat 0, and 16 who listen.
func benchCircle(b testing.TB) (*Circle, []*Peer) {
	return bareCircle(b, listeners+1, func() rtpWriter { return discard{} })
}

// BenchmarkIngress is one packet while nobody listens: parse it, find its
// layer, charge its limits, file it for repair.
func BenchmarkIngress(b *testing.B) {
	for _, c := range []struct {
		name string
		line int
		rid  string
		wide bool
	}{
		{"sound", lineMic, "", false}, {"sound+transport-cc", lineMic, "", true},
		{"picture", lineCamera, ridHigh, false}, {"picture+transport-cc", lineCamera, ridHigh, true},
	} {
		b.Run(c.name, func(b *testing.B) {
			_, peers := bareCircle(b, 1, func() rtpWriter { return discard{} })
			if c.wide {
				peers[0].offer.extensions.transport = wideID
			}
			s := benchSends(peers[0], c.line, c.rid, c.wide)
			m, n := startMeter(b, len(s.from.made)), 0
			for b.Loop() {
				s.send(false)
				if n++; n%5 == 0 {
					s.drain()
				}
			}
			m.each(uint64(b.N))
		})
	}
}

// drain makes what acknowledges the packets, as the tick does.
func (s *benchSender) drain() {
	a := &s.peer.arrived
	a.scratch = a.recorder.Append(a.scratch[:0], 1, 2, s.now)
}

// BenchmarkForward is one packet from the tap to the doors of 16 listeners'
// SRTP. The packets counted are those of the listeners, sent or left out.
func BenchmarkForward(b *testing.B) {
	for _, c := range []struct {
		name string
		line int
		rid  string
		top  uint8
	}{
		{"sound", lineMic, "", topTemporal}, {"picture", lineCamera, ridHigh, topTemporal}, {"picture/thinned", lineCamera, ridHigh, 0},
		{"picture/h264", lineCamera, ridHigh, topTemporal},
	} {
		b.Run(c.name, func(b *testing.B) {
			circle, peers := benchCircle(b)
			if c.name == "picture/h264" {
				sendH264(peers[0])
			}
			s := benchSends(peers[0], c.line, c.rid, false)
			if c.line != lineMic {
				s.shown()
				thin(peers, c.top)
			}
			before := circle.sfu.Stats().PacketsForwarded
			m := startMeter(b, len(s.from.made))
			for b.Loop() {
				s.send(false)
			}
			m.each(uint64(b.N) * listeners)
			sent := circle.sfu.Stats().PacketsForwarded - before
			b.ReportMetric(float64(sent)/float64(b.N), "sent/packet-in")
		})
	}
}

// thin leaves seat 0's higher temporal layers out for everybody.
func thin(peers []*Peer, top uint8) {
	for _, p := range peers[1:] {
		p.seats[0].video.top.Store(uint32(top))
	}
}

// repairEvery is the time between two repetitions: within what repairs may
// take of the worst path.
const repairEvery = 300 * ms

// BenchmarkRTX is one packet asked again, found in the ring and written anew.
func BenchmarkRTX(b *testing.B) {
	_, peers := benchCircle(b)
	s := benchSends(peers[0], lineCamera, ridHigh, false)
	s.shown()
	for range 100 {
		s.send(false)
	}
	track, n := peers[1].seats[0].video, uint16(0)
	before := s.peer.circle.sfu.Stats().RTX
	m := startMeter(b, len(s.from.made))
	for b.Loop() {
		s.now += repairEvery
		track.resend(track.rewriter.head-n%100, s.now)
		n++
	}
	m.each(uint64(b.N))
	if got := s.peer.circle.sfu.Stats().RTX - before; got != uint64(b.N) {
		b.Fatalf("%d repeated of %d", got, b.N)
	}
}

// BenchmarkSwitch is a keyframe with which all 16 listeners change to the
// other layer of a camera, both of which have sender reports.
func BenchmarkSwitch(b *testing.B) {
	_, peers := benchCircle(b)
	layers := [2]*benchSender{benchSends(peers[0], lineCamera, ridLow, false), benchSends(peers[0], lineCamera, ridHigh, false)}
	for i, s := range layers {
		s.tap.layer.sync(s.tap.ssrc, uint64(ntpEpoch+1e9)<<32, uint32(i)<<20, s.now)
	}
	layers[0].shown()
	m, n := startMeter(b, pictureSize), 0
	for b.Loop() {
		n++
		to, now := layers[n%2], layers[(n+1)%2].now
		for _, p := range peers[1:] {
			p.seats[0].video.target.Store(to.tap.layer)
		}
		to.now = now
		to.send(true)
	}
	m.each(uint64(b.N) * listeners)
	if got := peers[1].seats[0].video.playing.Load(); got != layers[n%2].tap.layer {
		b.Fatal("nothing was switched")
	}
}

// replayed is how many packets a kept picture has in BenchmarkReplay.
const replayed = 12

// BenchmarkReplay begins a picture from what is kept: a keyframe and the frames
// since, 12 packets.
func BenchmarkReplay(b *testing.B) {
	c, peers := benchCircle(b)
	s := benchSends(peers[0], lineCamera, ridLow, false)
	s.send(true)
	for range replayed - 1 {
		s.send(false)
	}
	track, before := peers[1].seats[0].video, c.sfu.Stats().Replays
	m := startMeter(b, pictureSize)
	for b.Loop() {
		track.pause()
		track.replay(s.tap.layer, s.now)
	}
	m.each(uint64(b.N) * replayed)
	if got := c.sfu.Stats().Replays - before; got != uint64(b.N) {
		b.Fatalf("%d replays of %d", got, b.N)
	}
}
