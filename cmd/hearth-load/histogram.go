package main

import (
	"math"
	"math/bits"
	"sync/atomic"
	"time"
)

// The shape of a histogram: each doubling is cut into 32 buckets, so that a
// quantile is within about 3% of the truth; durations of 137 s and more share
// the last bucket.
const (
	subBits    = 5
	subBuckets = 1 << subBits
	topBits    = 37
	buckets    = (topBits - subBits + 1) * subBuckets
)

// histogram counts durations in logarithmic buckets of fixed number, 8.5 KB
// however many there are. It is our own: a hundred lines are less than a
// dependency. The zero value is empty; safe for concurrent use.
type histogram struct {
	counts [buckets]atomic.Uint64
	most   atomic.Int64 // ns
}

// add counts one duration; a negative one counts as none at all: clocks that
// are read on two cores may differ by a little.
func (h *histogram) add(d time.Duration) {
	d = max(d, 0)
	h.counts[bucketOf(uint64(d))].Add(1)
	for {
		most := h.most.Load()
		if int64(d) <= most || h.most.CompareAndSwap(most, int64(d)) {
			return
		}
	}
}

func bucketOf(v uint64) int {
	if v < subBuckets {
		return int(v)
	}
	e := bits.Len64(v) - subBits - 1
	return min(e*subBuckets+int(v>>e), buckets-1)
}

// middle is the duration in the middle of a bucket, in ns.
func middle(i int) int64 {
	if i < 2*subBuckets {
		return int64(i)
	}
	e := i/subBuckets - 1
	low := int64(i%subBuckets+subBuckets) << e
	return low + (int64(1)<<e)/2
}

// count is how many were added.
func (h *histogram) count() (n uint64) {
	for i := range h.counts {
		n += h.counts[i].Load()
	}
	return n
}

// max is the longest, exactly.
func (h *histogram) max() time.Duration { return time.Duration(h.most.Load()) }

// quantile is the duration that the share q of all does not exceed (nearest
// rank), 0 while there are none.
func (h *histogram) quantile(q float64) time.Duration {
	total := h.count()
	if total == 0 {
		return 0
	}
	rank, seen := max(uint64(math.Ceil(q*float64(total))), 1), uint64(0)
	for i := range h.counts {
		if seen += h.counts[i].Load(); seen >= rank && i < buckets-1 {
			return min(time.Duration(middle(i)), h.max())
		}
	}
	return h.max()
}
