package sfu

import (
	"time"

	"hearth/room/sfu/allocate"
)

// flowEvery is over how long a layer's bit rate is measured.
const flowEvery = int64(time.Second)

// flow measures what a layer's stream weighs, by temporal layer. Guarded by
// its layer's lock.
type flow struct {
	began int64
	bytes [3]int64 // of payload since, by temporal layer
	bits  [3]int64 // a second, of the temporal layers up to each; 0 not known yet
}

func (f *flow) add(tid uint8, bytes int) { f.bytes[min(tid, 2)] += int64(bytes) }

// measure takes stock once a second. Halves are kept of what was before, so
// that one large keyframe is no change of rate.
func (f *flow) measure(now int64) {
	since := now - f.began
	if since < flowEvery {
		return
	}
	if f.began != 0 && since < 2*flowEvery {
		f.fold(since)
	}
	f.began, f.bytes = now, [3]int64{}
}

func (f *flow) fold(since int64) {
	total := int64(0)
	for i, b := range f.bytes {
		total += b
		rate := total * 8 * int64(time.Millisecond) / (since / 1000)
		if f.bits[i] == 0 {
			f.bits[i] = rate
		}
		f.bits[i] = (f.bits[i] + rate) / 2
	}
}

// weigh puts a layer's measured rates in a candidate's table, from a level on.
// What does not come in now is left unknown.
func (l *layer) weigh(to *[allocate.Levels]int64, from allocate.Level, now int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.flow.measure(now)
	if l.alive(now) {
		copy(to[from:], l.flow.bits[:])
	}
}
