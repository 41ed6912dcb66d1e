package room

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Owns says whether this node answers for a room, and under which epoch. It is a
// look into memory: other nodes ask before they take a room over. A room that is
// being claimed, has been handed over, given up or lost is not owned; one whose
// end waits to be written still is.
func (rs *Rooms) Owns(room string) (epoch uint64, yes bool) {
	r := rs.look(room)
	if r == nil {
		return 0, false
	}
	epoch = r.owning.Load()
	return epoch, epoch != 0
}

func (rs *Rooms) look(room string) *Room {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	return rs.live[room]
}

// all lists the rooms this node answers for.
func (rs *Rooms) all() (rooms []*Room) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	for _, r := range rs.live {
		if r.owning.Load() != 0 {
			rooms = append(rooms, r)
		}
	}
	return rooms
}

// Load is how many rooms are live here, and how many people have a seat or wait
// in them.
func (rs *Rooms) Load() (rooms, people int) {
	c := &rs.stats
	return int(c.rooms.Load()), int(c.seated.Load() + c.waiting.Load())
}

// Confirm renews the lease of every room at once, as after a freeze of this node.
// When it returns nil, each room is either this node's or closed. ErrUnavailable
// where Redis has not told of all of them before ctx ends.
func (rs *Rooms) Confirm(ctx context.Context) error {
	rooms := slices.DeleteFunc(rs.all(), func(r *Room) bool { return r.apart.Load() }) // these go by themselves
	errs := make([]error, len(rooms))
	var asks sync.WaitGroup
	for i, r := range rooms {
		asks.Go(func() { errs[i] = r.confirm(ctx) })
	}
	asks.Wait()
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("%w: not every lease is confirmed", ErrUnavailable)
	}
	return nil
}

// confirm waits until the clerk has renewed the lease, or the room is over.
func (r *Room) confirm(ctx context.Context) error {
	asked := r.book.ask()
	select {
	case <-asked.done:
		if errors.Is(asked.err, ErrStale) {
			return nil // closed
		}
		return asked.err
	case <-r.closed:
		return nil
	case <-ctx.Done():
		return ErrUnavailable
	}
}

// GiveUp closes all rooms and lets their people connect again elsewhere. This
// node answers for none of them any more when it returns. Removals and records
// are written as soon as Redis answers, unless another node has taken over.
func (rs *Rooms) GiveUp() {
	rooms := rs.all()
	for _, r := range rooms {
		r.owning.Store(0)
		r.apart.Store(true)
	}
	var posts sync.WaitGroup
	for _, r := range rooms {
		posts.Go(func() { _ = r.call(context.Background(), r.depart) })
	}
	posts.Wait()
}

// Shut ends what an owner before the epoch still does for a room: its afterglow,
// or the whole room where this node has not heard yet that it lost the lease.
// When it returns nothing of it is forwarded. An epoch that is not later than
// this node's changes nothing.
func (rs *Rooms) Shut(room string, epoch uint64) {
	r := rs.look(room)
	if r == nil {
		return
	}
	select {
	case <-r.ready:
	default:
		return // being claimed now, so its epoch is yet to come
	}
	if r.failed == nil && r.epoch < epoch {
		_ = r.call(context.Background(), func(now time.Time) error {
			r.house.stats.shut.Add(1)
			return r.outdone(now)
		})
	}
}
