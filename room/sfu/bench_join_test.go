package sfu

import (
	"context"
	"testing"
	"time"

	"hearth/room/sfu/sfutest"
)

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
