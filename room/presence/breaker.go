package presence

import (
	"sync"
	"time"
)

const (
	// restAfter is how many calls in a row Redis leaves without an answer
	// before it is left in peace.
	restAfter = 3
	// probeEvery is how often one call is let through meanwhile.
	probeEvery = 500 * time.Millisecond
)

// breaker spares callers the wait for a Redis that does not answer.
//
//	closed --3 failures in a row--> resting --an answer, whatever it says--> closed
//	                                  |  ^
//	                     one probe every 500 ms; others fail at once
//
// A call that is under way when it starts to rest goes on to its own timeout.
type breaker struct {
	mu       sync.Mutex
	failures int       // guarded by mu; in a row
	probe    time.Time // guarded by mu; when the next call may go while resting
}

// allow says whether a call may be sent now.
func (b *breaker) allow(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures < restAfter {
		return true
	}
	if now.Before(b.probe) {
		return false
	}
	b.probe = now.Add(probeEvery)
	return true
}

// answered notes that Redis said something.
func (b *breaker) answered() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures = 0
}

// failed notes that Redis left a call without an answer.
func (b *breaker) failed(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures++
	if b.failures == restAfter {
		b.probe = now.Add(probeEvery)
	}
}
