package sfu

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/rtp"
)

// lastWrite remembers when a packet came last, and how many came.
type lastWrite struct {
	born  time.Time
	at    atomic.Int64
	count atomic.Int64
}

func (w *lastWrite) WriteRTP(_ *rtp.Header, payload []byte) (int, error) {
	w.at.Store(int64(time.Since(w.born)))
	w.count.Add(1)
	return len(payload), nil
}

// talker sends a voice without pause on a goroutine of its own.
type talker struct {
	sent atomic.Int64
	end  atomic.Bool
	done sync.WaitGroup
}

func (k *talker) talk(s *benchSender) {
	k.done.Go(func() {
		for !k.end.Load() {
			s.send(false)
			k.sent.Add(1)
			runtime.Gosched()
		}
	})
}

// goOn waits for so many more packets to have been sent.
func (k *talker) goOn(n int64) {
	for goal := k.sent.Load() + n; k.sent.Load() < goal; {
		runtime.Gosched()
	}
}

// BenchmarkMute takes the microphone from somebody who goes on sending to 16
// listeners. allow-ns is the call; last-ns is how long after its beginning the
// last packet reached anybody's SRTP: the median and the 99th percentile of
// all mutes. late-writes are the packets that listeners got after the call had
// returned, of the one that was on its way.
func BenchmarkMute(b *testing.B) {
	last := &lastWrite{born: time.Now()}
	c, peers := bareCircle(b, listeners+1, func() rtpWriter { return last })
	var k talker
	k.talk(benchSends(peers[0], lineMic, "", false))
	defer k.done.Wait()
	defer k.end.Store(true)
	k.goOn(100)
	muted := Grant{Seat: 0, Video: true, Receive: true}
	var calls, lasts []int64
	late := int64(0)
	b.ReportAllocs()
	for b.Loop() {
		began := int64(time.Since(last.born))
		c.allow(peers[0], muted)
		calls = append(calls, int64(time.Since(last.born))-began)
		returned := last.count.Load()
		k.goOn(3) // what was on its way has come
		lasts = append(lasts, max(last.at.Load()-began, 0))
		late += last.count.Load() - returned
		c.allow(peers[0], full(0))
		k.goOn(3)
	}
	for name, all := range map[string][]int64{"allow-ns": calls, "last-ns": lasts} {
		slices.Sort(all)
		b.ReportMetric(float64(all[len(all)/2]), name)
		b.ReportMetric(float64(all[len(all)*99/100]), name+"-p99")
	}
	b.ReportMetric(float64(late)/float64(len(lasts)), "late-writes")
	b.ReportMetric(0, "ns/op") // holds the waiting, too
}
