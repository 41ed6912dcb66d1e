package main

import (
	"context"
	"sync"
	"time"

	"hearth/room"
)

// beatEvery is how often each node tells the others about itself, and hears of
// all of them: twice a second, so that the cost grows with the square of the
// number of nodes.
const beatEvery = 500 * time.Millisecond

// beat announces all nodes until ctx is done.
func (r *presenceRun) beat(ctx context.Context) {
	var nodes sync.WaitGroup
	for n := range r.stores {
		nodes.Go(func() { r.beatOne(ctx, n) })
	}
	nodes.Wait()
}

// beatOne announces one node, each at a time of its own.
func (r *presenceRun) beatOne(ctx context.Context, n int) {
	load := room.Load{Rooms: r.options.rooms / r.nodes, People: r.options.rooms / r.nodes * r.participants}
	for due := time.Now().Add(beatEvery * time.Duration(n) / time.Duration(r.nodes)); sleep(ctx, time.Until(due)) == nil; due = due.Add(beatEvery) {
		_ = r.call(ctx, callAnnounce, nil, func(ctx context.Context) error {
			_, err := r.stores[n].Announce(ctx, load)
			return err
		})
	}
}

// call makes a call to Redis and counts it, bounded as room/clerk.go does.
func (r *presenceRun) call(ctx context.Context, kind callKind, expected error, do func(context.Context) error) error {
	ctx, cancel := r.bounded(ctx)
	defer cancel()
	return r.book().call(ctx, kind, expected, do)
}

// bounded is for the time of one call.
func (r *presenceRun) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, r.timeout*5/3)
}
