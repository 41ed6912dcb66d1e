package relay

import "time"

// bucket is a token bucket. Its times are nanoseconds of one monotonic clock.
// One goroutine at a time uses it.
type bucket struct {
	level int64 // nanotokens; below zero is debt
	last  int64
}

// pace is the size of a bucket.
type pace struct{ rate, burst int64 } // tokens a second, and at once

func (p pace) full() bucket { return bucket{level: p.burst * int64(time.Second)} }

// fill adds what has come since the last look.
func (b *bucket) fill(p pace, now int64) {
	elapsed := min(max(now-b.last, 0), (p.burst/p.rate+1)*int64(time.Second)) // no overflow
	b.level = min(b.level+elapsed*p.rate, p.burst*int64(time.Second))
	b.last = now
}

// take takes n tokens, or none.
func (b *bucket) take(p pace, n, now int64) bool {
	b.fill(p, now)
	if b.level < n*int64(time.Second) {
		return false
	}
	b.level -= n * int64(time.Second)
	return true
}

// owe takes n tokens in any case and says how long it takes until the debt is
// paid.
func (b *bucket) owe(p pace, n, now int64) time.Duration {
	b.fill(p, now)
	b.level -= n * int64(time.Second)
	return time.Duration(max(-b.level/p.rate, 0))
}
