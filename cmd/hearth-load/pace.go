package main

import (
	"context"
	"sync"
	"time"
)

// pace lets joins through as a server's own limit does: so many at once, and
// then so many a minute. Safe for concurrent use.
type pace struct {
	// Static.
	every time.Duration // between two joins
	burst time.Duration // worth of joins saved up

	mu   sync.Mutex
	next time.Time // guarded by mu: when the bucket was, or will be, empty
}

func newPace(perMinute int, now time.Time) *pace {
	every := time.Minute / time.Duration(perMinute)
	p := &pace{every: every, burst: time.Duration(perMinute) * every}
	p.next = now.Add(-p.burst)
	return p
}

// take reserves the next join and returns how long to wait for it.
func (p *pace) take(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if full := now.Add(-p.burst); p.next.Before(full) {
		p.next = full
	}
	p.next = p.next.Add(p.every)
	return max(p.next.Sub(now), 0)
}

// wait waits for the next join.
func (p *pace) wait(ctx context.Context) error { return sleep(ctx, p.take(time.Now())) }

// sleep waits, or returns the error of ctx.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
