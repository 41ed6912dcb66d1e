package main

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hearth/room"
	"hearth/room/cluster"
)

// standing is a Redis with one other node in it, which can stand still.
type standing struct {
	cluster.Registry // nothing else is asked
	still            atomic.Bool
	draining         bool      // the other node
	last             time.Time // its last announcement, where it makes no more
}

func (s *standing) Node() string { return "a" }

func (s *standing) Announce(context.Context, room.Load) ([]room.Node, error) {
	if s.still.Load() {
		return nil, room.ErrUnavailable
	}
	other := room.Node{ID: "b", URL: "https://127.0.0.1:1", Draining: s.draining}
	if !s.last.IsZero() {
		other.Age = time.Since(s.last)
	}
	return []room.Node{{ID: "a"}, other}, nil
}

func (s *standing) Owns(context.Context, string, string) (uint64, bool, error) { return 0, false, nil }

// TestDrainWaitsToHear: a node that drains waits for others it has not heard of
// since Redis stood still, and for nobody else; not for long.
func TestDrainWaitsToHear(t *testing.T) {
	for _, c := range []struct {
		name     string
		before   time.Duration // how long Redis has stood still
		after    time.Duration // how much longer it does
		draining bool
		gone     bool // the other node is, and announces itself no more
		least    time.Duration
		most     time.Duration
		ready    bool
	}{
		{name: "others are ready", most: 0, ready: true},
		{name: "Redis comes back", before: 4 * time.Second, after: 300 * time.Millisecond, least: 300 * time.Millisecond, most: 1500 * time.Millisecond, ready: true},
		{name: "Redis does not come back", before: 4 * time.Second, after: time.Minute, least: hearWithin, most: hearWithin},
		{name: "the other one drains, too", before: 4 * time.Second, draining: true, most: 0},
		{name: "the other one is gone", before: 4 * time.Second, gone: true, least: hearWithin, most: hearWithin},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				redis := &standing{draining: c.draining}
				if c.gone {
					redis.last = time.Now()
				}
				cl, err := cluster.New(cluster.Config{
					Registry: redis, Asker: redis, Log: slog.New(slog.DiscardHandler), URL: "https://127.0.0.1:2",
					Load: func() room.Load { return room.Load{} }, Owns: func(string) (uint64, bool) { return 0, false },
					Silence: func(bool) {}, Confirm: func(context.Context) error { return nil }, GiveUp: func() {},
				})
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithCancel(t.Context())
				f := &fleet{cluster: cl}
				f.running.Go(func() { cl.Run(ctx) })
				time.Sleep(time.Second)
				if !f.elsewhere() != c.draining {
					t.Fatalf("ready before: %v", f.elsewhere())
				}
				if c.before > 0 {
					redis.still.Store(!c.gone)
					time.Sleep(c.before)
				}
				time.AfterFunc(c.after, func() { redis.still.Store(false) })
				if n := len(cl.Nodes()); n != 1 {
					t.Fatalf("%d nodes are known", n)
				}
				began := time.Now()
				f.hear(ctx)
				if took := time.Since(began); took < c.least || took > c.most {
					t.Errorf("waited for %v, want %v to %v", took, c.least, c.most)
				}
				if f.elsewhere() != c.ready {
					t.Errorf("ready afterwards: %v", f.elsewhere())
				}
				cancel()
				f.running.Wait()
			})
		})
	}
}
