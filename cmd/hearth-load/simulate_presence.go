package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"hearth/room/presence"
	"hearth/signaling/token"
)

// filling is how many rooms are filled at the same time, or ended: enough to
// keep Redis busy.
const filling = 8

// presenceRun is one simulation of what many rooms cost Redis.
type presenceRun struct {
	// Static after newPresenceRun.
	options
	target string // URL of Redis
	own    bool   // started here
	prefix string
	stderr io.Writer
	rooms  []*group

	stores []*presence.Store // one a node; set before any room lives
	turns  chan struct{}     // so many rooms fill, or end, at once

	filled, lives sync.WaitGroup
	unfilled      atomic.Int64
	measuring     atomic.Bool
	parts         [runParts]calls
	part          atomic.Int32

	mu       sync.Mutex
	appended float64 // guarded by mu: bytes the append-only file grew, as seen each second
	peak     float64 // guarded by mu: of its memory
}

// The parts of a run.
const (
	partFilling = iota
	partMeasured
	partEnding

	runParts
)

// moment is what is noted at the beginning and at the end of a part.
type moment struct {
	at       time.Time
	redis    redisFigures
	appended float64
	cpu      float64 // of this process
}

func newPresenceRun(o options, target string, stderr io.Writer) *presenceRun {
	r := &presenceRun{options: o, target: target, own: o.redis == "", prefix: "hearth:", stderr: stderr, turns: make(chan struct{}, filling)}
	if !r.own {
		r.prefix = keysOfOwn()
	}
	for n := range o.rooms {
		r.rooms = append(r.rooms, newGroup(r, n))
	}
	return r
}

// warmUp is for the first beats after the filling, which put back what has
// lapsed since a room was filled.
const warmUp = 2 * renewEvery

// keysOfOwn is a prefix of keys that nobody else has.
func keysOfOwn() string { return "hearth-load-" + strings.ToLower(token.NewID()[:8]) + ":" }

// book is where calls are counted now.
func (r *presenceRun) book() *calls { return &r.parts[r.part.Load()] }

// run fills all rooms, measures, and ends them. ctx ends it early; the report
// then holds what there is.
func (r *presenceRun) run(ctx context.Context) (outcome, error) {
	if err := r.openNodes(ctx); err != nil {
		return nil, err
	}
	defer r.closeNodes()
	side, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer r.lives.Wait()
	defer stop()
	r.lives.Go(func() { r.observe(side) })

	before, err := r.note(ctx)
	if err != nil {
		return nil, err
	}
	living, end := context.WithCancel(ctx)
	defer end()
	r.lives.Go(func() { r.beat(living) })
	r.start(living)
	full, err := r.note(context.WithoutCancel(ctx))
	if err != nil {
		return nil, err
	}
	r.part.Store(partMeasured)
	r.measuring.Store(true)
	_ = sleep(ctx, r.duration)
	r.measuring.Store(false)
	after, err := r.note(context.WithoutCancel(ctx))
	r.part.Store(partEnding)
	end()
	r.empty(context.WithoutCancel(ctx))
	return newPresenceReport(r, before, full, after, ctx.Err() != nil), err
}

// openNodes opens a store for each node.
func (r *presenceRun) openNodes(ctx context.Context) error {
	for n := range r.nodes {
		name := fmt.Sprintf("load-node-%d", n)
		s, err := presence.Open(ctx, presence.Config{
			URL: r.target, Node: name, NodeURL: "https://" + name + ".internal:9443", Origin: "https://" + name + ".meet.clinic.example", Prefix: r.prefix,
			EndTTL: time.Second, Timeout: r.timeout, Log: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			r.closeNodes()
			return err
		}
		r.stores = append(r.stores, s)
	}
	return nil
}

func (r *presenceRun) closeNodes() {
	for _, s := range r.stores {
		_ = s.Close()
	}
}

// start lets all rooms live, and waits until everybody has come and all leases
// are renewed.
func (r *presenceRun) start(ctx context.Context) {
	r.filled.Add(len(r.rooms))
	for _, g := range r.rooms {
		r.lives.Go(func() { g.live(ctx) })
	}
	r.filled.Wait()
	_ = sleep(ctx, warmUp)
}

// turn does something when one of the turns is free.
func (r *presenceRun) turn(ctx context.Context, do func() error) error {
	select {
	case r.turns <- struct{}{}:
		defer func() { <-r.turns }()
		return do()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// empty takes all rooms out of a Redis that is not this program's own.
func (r *presenceRun) empty(ctx context.Context) {
	if r.own {
		return
	}
	var rooms sync.WaitGroup
	for _, g := range r.rooms {
		rooms.Go(func() { g.end(ctx) })
	}
	rooms.Wait()
}

// note reads Redis' figures and this process'.
func (r *presenceRun) note(ctx context.Context) (moment, error) {
	f, err := lookAtRedis(ctx, r.target)
	r.mu.Lock()
	defer r.mu.Unlock()
	return moment{at: time.Now(), redis: f, appended: r.appended, cpu: ownCPU()}, err
}

// observe looks each second: the append-only file is written anew now and then,
// so that only its growth adds up; and it says how it goes.
func (r *presenceRun) observe(ctx context.Context) {
	begun, last := time.Now(), redisFigures{}
	for sleep(ctx, time.Second) == nil {
		f, err := lookAtRedis(ctx, r.target)
		if err != nil {
			continue
		}
		r.mu.Lock()
		if last.Version != "" {
			r.appended += max(f.Appended-last.Appended, 0)
		}
		r.peak = max(r.peak, f.Memory)
		r.mu.Unlock()
		if !r.quiet {
			fmt.Fprintln(r.stderr, r.line(time.Since(begun), last, f))
		}
		last = f
	}
}

// line says how it goes.
func (r *presenceRun) line(since time.Duration, last, now redisFigures) string {
	line := fmt.Sprintf("%4ds  %.0f commands/s inside Redis, %.2f cores, %.1f MB", int(since.Seconds()), now.Commands-last.Commands, now.CPU-last.CPU, now.Memory/1e6)
	if b := &r.parts[partMeasured]; b.late.count() > 0 {
		line += fmt.Sprintf("  %d calls, renewals p50 %s p99 %s after they were due", b.total(), ms(b.late.quantile(0.5)), ms(b.late.quantile(0.99)))
	}
	if failed := r.book().failed.all(); len(failed) > 0 {
		line += "  failed " + tallied(failed)
	}
	return line + fmt.Sprintf("  %d goroutines", runtime.NumGoroutine())
}
