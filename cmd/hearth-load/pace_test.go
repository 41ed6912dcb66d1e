package main

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(3, time.Now())
		start := time.Now()
		for i, want := range []time.Duration{0, 0, 0, 1, 2, 3} {
			if err := p.wait(t.Context()); err != nil || time.Since(start) != want*20*time.Second {
				t.Errorf("join %d after %v, %v", i, time.Since(start), err)
			}
		}
		time.Sleep(time.Hour) // saves up no more than the first lot
		start = time.Now()
		for range 4 {
			_ = p.wait(t.Context())
		}
		if time.Since(start) != 20*time.Second {
			t.Errorf("four joins after a long rest took %v", time.Since(start))
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := p.wait(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	})
}
