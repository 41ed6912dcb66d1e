package sfu

import (
	"context"
	"encoding/binary"
	"testing"
	"time"

	"hearth/room/sfu/sfutest"
)

// BenchmarkForward is one packet of 1,100 bytes from the tap to the doors of
// 16 subscribers' SRTP.
func BenchmarkForward(b *testing.B) {
	for name, line := range map[string]uint32{"audio": lineMic, "video": lineCamera} {
		b.Run(name, func(b *testing.B) {
			c, peers := bareCircle(b, 17, func() rtpWriter { return discard{} })
			s := &bareStream{line: line, ssrc: 1}
			if line == lineCamera {
				s.rid = ridHigh
			}
			tap, now := &rtpTap{peer: peers[0], ssrc: 1}, c.sfu.now()
			feed(peers[0], tap, now, s.packet(false))
			showAll(peers[0], ridHigh, now)
			feed(peers[0], tap, now, s.packet(true))
			made, buf := s.at(uint16(s.seq), s.stamp, s.id, false), make([]byte, 1500)
			size := map[uint32]int{lineMic: 120, lineCamera: 1100}[line]
			made = append(made, make([]byte, size-len(made))...)
			before := c.sfu.Stats().PacketsForwarded
			b.ReportAllocs()
			for b.Loop() {
				now += 20 * ms
				s.seq++
				binary.BigEndian.PutUint16(made[2:], uint16(s.seq))
				peers[0].receive(tap, buf[:copy(buf, made)], now)
			}
			sent := c.sfu.Stats().PacketsForwarded - before
			if sent != 16*uint64(b.N) {
				b.Fatalf("%d packets forwarded of %d", sent, 16*b.N)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(sent), "ns/forwarded")
		})
	}
}

// BenchmarkConnect is an offer answered.
func BenchmarkConnect(b *testing.B) {
	s := openTest(b)
	offer := goodOffer(b, 17)
	b.ReportAllocs()
	for b.Loop() {
		c := s.Circle(17)
		if _, _, err := c.Connect(context.Background(), offer, nil); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		c.Close()
		b.StartTimer()
	}
}

// BenchmarkFirstFrame is from admission to the first picture of another
// seat, over loopback, with everything connected before.
func BenchmarkFirstFrame(b *testing.B) {
	c := openTest(b).Circle(2)
	publisher, watcher := join(b, c, sfutest.Config{}), join(b, c, sfutest.Config{})
	publisher.StartCamera()
	publisher.peer.Allow(full(0))
	for b.Loop() {
		watcher.Video(0).Reset()
		watcher.peer.Allow(full(1))
		for watcher.Video(0).Packets() == 0 {
			time.Sleep(100 * time.Microsecond)
		}
		b.StopTimer()
		watcher.peer.Allow(NoGrant)
		time.Sleep(keyframeTestPause)
		b.StartTimer()
	}
}
