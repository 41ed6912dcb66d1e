package sfu

import "time"

// bucket is a token bucket. The caller serialises and passes the time, in
// nanoseconds of any monotonic clock. The zero value refuses everything.
type bucket struct {
	rate  int64 // tokens a second
	burst int64 // tokens at rest
	level int64 // tokens now, in billionths
	last  int64
}

func newBucket(rate, burst int64, now int64) bucket {
	return bucket{rate: rate, burst: burst, level: burst * int64(time.Second), last: now}
}

// take removes n tokens, or none where there are not enough.
func (b *bucket) take(n, now int64) bool {
	full := b.burst * int64(time.Second)
	if gone := now - b.last; gone > 0 {
		// A pause longer than the filling time would overflow the product.
		if gone >= int64(time.Second)*(b.burst/max(b.rate, 1)+1) {
			b.level = full
		} else {
			b.level = min(full, b.level+gone*b.rate)
		}
		b.last = now
	}
	if cost := n * int64(time.Second); cost <= b.level {
		b.level -= cost
		return true
	}
	return false
}
