package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"hearth/room"
	"hearth/room/presence"
)

// Bounds of a simulated node.
const (
	fillAtOnce = 8 // rooms
	fillWithin = time.Minute
	restAtMost = 10 * time.Second // of a node whose rooms are only renewed
)

// nodeRun is one simulation of what commands cost a node: real rooms, a real
// Redis, and a media path that forwards nothing.
type nodeRun struct {
	// Static after run has begun.
	options
	target  string
	stderr  io.Writer
	media   silence
	rooms   *room.Rooms
	circles []*controlled

	took   histogram // a command, from asking to the answer
	failed codes

	unfilled atomic.Int64
}

// state is what the node costs at one moment.
type state struct {
	at         time.Time
	cpu        float64
	heap       float64 // bytes, and stacks; after a collection
	rss        float64
	goroutines int
	redis      redisFigures
	commands   uint64
	shown      uint64
	told       uint64
}

func newNodeRun(o options, target string, stderr io.Writer) *nodeRun {
	return &nodeRun{options: o, target: target, stderr: stderr}
}

// run fills the rooms, lets them rest, lets people ask, and closes them.
func (r *nodeRun) run(ctx context.Context) (outcome, error) {
	store, err := presence.Open(ctx, presence.Config{
		URL: r.target, Node: "load-node", Prefix: keysOfOwn(), EndTTL: time.Second, RulesTTL: time.Minute, Timeout: r.timeout,
		Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return nil, err
	}
	defer store.Close()
	set := room.DefaultSettings()
	set.Caps, set.Waiting = seatsOfAll, maxParticipants
	if r.rooms, err = room.NewRooms(room.Config{Settings: set, Presence: store, Media: &r.media, Log: slog.New(slog.DiscardHandler)}); err != nil {
		return nil, err
	}
	var m [5]state // empty, full, rested, asked, closed
	m[0] = r.look(ctx)
	r.fill(ctx)
	m[1] = r.look(ctx)
	_ = sleep(ctx, min(r.duration/4, restAtMost))
	m[2] = r.look(ctx)
	r.ask(ctx)
	m[3] = r.look(context.WithoutCancel(ctx))
	wrong := r.wrongs()
	if err := r.close(ctx); err != nil {
		r.failed.add("close: " + refusalOf(err))
	}
	m[4] = r.look(context.WithoutCancel(ctx))
	return newNodeReport(r, m, wrong, ctx.Err() != nil), nil
}

// fill lets all rooms' people in, some rooms at a time.
func (r *nodeRun) fill(ctx context.Context) {
	queue := make(chan *controlled)
	var doors sync.WaitGroup
	for range fillAtOnce {
		doors.Go(func() {
			for c := range queue {
				r.fillOne(ctx, c)
			}
		})
	}
	for n := range r.options.rooms {
		c := newControlled(r, n)
		r.circles = append(r.circles, c)
		queue <- c
	}
	close(queue)
	doors.Wait()
}

func (r *nodeRun) fillOne(ctx context.Context, c *controlled) {
	ctx, cancel := context.WithTimeout(ctx, fillWithin)
	defer cancel()
	if err := c.fill(ctx); err != nil {
		r.unfilled.Add(1)
		r.failed.add("fill: " + refusalOf(err))
	}
}

// ask lets everybody ask for things for the time given.
func (r *nodeRun) ask(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, r.duration)
	defer cancel()
	var rooms sync.WaitGroup
	if r.unfilled.Load() == 0 {
		for _, c := range r.circles {
			rooms.Go(func() { c.live(ctx) })
		}
	}
	for begun := time.Now(); !r.quiet && sleep(ctx, time.Second) == nil; {
		fmt.Fprintf(r.stderr, "%4ds  %d commands asked, p50 %s p99 %s\n", int(time.Since(begun).Seconds()), r.took.count(), ms(r.took.quantile(0.5)), ms(r.took.quantile(0.99)))
	}
	rooms.Wait()
}

func (r *nodeRun) wrongs() (n int) {
	for _, c := range r.circles {
		n += c.wrongs()
	}
	return n
}

// close ends every session, so that nothing stays in Redis but fences.
func (r *nodeRun) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fillWithin)
	defer cancel()
	var ends sync.WaitGroup
	for _, c := range r.circles {
		if host := c.people[0].handle; host != nil {
			ends.Go(func() { _ = host.Do(ctx, room.End{}) })
		}
	}
	ends.Wait()
	return r.rooms.Close(ctx)
}

// look notes what the node costs. Garbage is collected first: what is left is
// what rooms hold.
func (r *nodeRun) look(ctx context.Context) state {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	s := state{at: time.Now(), cpu: ownCPU(), heap: float64(m.HeapAlloc + m.StackInuse), rss: ownRSS(), goroutines: runtime.NumGoroutine(), commands: r.took.count()}
	for _, c := range r.circles {
		for _, p := range c.people {
			shown, told, _ := p.heard()
			s.shown += shown
			s.told += told
		}
	}
	s.redis, _ = lookAtRedis(ctx, r.target)
	return s
}

// refusalOf is a refusal's code, or the name of another error.
func refusalOf(err error) string {
	var refused room.Refusal
	switch {
	case errors.As(err, &refused):
		return string(refused)
	case errors.Is(err, context.DeadlineExceeded):
		return timedOut
	}
	return wordFor(err)
}
