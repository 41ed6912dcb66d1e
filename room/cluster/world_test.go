package cluster

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"sync"
	"time"

	"hearth/room"
)

// world is a whole cluster in virtual time: one Redis, a network, nodes.
type world struct {
	mu    sync.Mutex
	rand  *rand.Rand           // guarded by mu
	nodes map[string]*node     // guarded by mu: by place; a restarted node takes that of the dead one
	cuts  map[[2]string]int    // guarded by mu: from where no connection gets to where; "redis" is a place too
	redis redis                // guarded by mu
	past  []redis              // guarded by mu: what a replica may still have, oldest first
	down  chan struct{}        // guarded by mu: nil, or closed when Redis answers again
	queue []func()             // guarded by mu: what a frozen Redis will do when it goes on
	error bool                 // guarded by mu: Redis refuses to write
	slow  time.Duration        // guarded by mu: more on every way to Redis
	taken map[string]uint64    // guarded by mu: last epoch given for a room
	wrong []string             // guarded by mu: what should never have happened
	both  map[string]time.Time // guarded by mu: since when two forward for a room
	worst time.Duration        // guarded by mu: the longest of those
	story []string             // guarded by mu: what happened
	ends  []time.Time          // guarded by mu: of the faults that still count
	sum   Stats                // guarded by mu: of processes that have ended
}

// redis is what the scripts of room/presence keep.
type redis struct {
	owners map[string]owner
	fences map[string]uint64
	stamps map[string]stamp
}

type owner struct {
	room.Owned
	until time.Time
}

type stamp struct {
	node room.Node
	at   time.Time
}

func emptyRedis() redis {
	return redis{owners: map[string]owner{}, fences: map[string]uint64{}, stamps: map[string]stamp{}}
}

func (r redis) clone() redis {
	return redis{owners: maps.Clone(r.owners), fences: maps.Clone(r.fences), stamps: maps.Clone(r.stamps)}
}

func newWorld(seed uint64) *world {
	return &world{
		rand: rand.New(rand.NewPCG(seed, 4)), nodes: map[string]*node{}, cuts: map[[2]string]int{},
		redis: emptyRedis(), taken: map[string]uint64{}, both: map[string]time.Time{},
	}
}

// cut breaks (1) or mends (-1) the way from one to another. The way back is one
// of its own: a firewall that drops what one opens lets through what the other does.
func (w *world) cut(from, to string, by int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cuts[[2]string{from, to}] += by
}

// note keeps one line of the story, with its time.
func (w *world) note(what ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.story = append(w.story, time.Now().Format("04:05.000 ")+fmt.Sprintln(what...))
}

// mistake notes what should never have happened.
func (w *world) mistake(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wrong = append(w.wrong, what)
}

// pause sleeps as a way through the network takes, ms; false when ctx ended.
func (w *world) pause(ctx context.Context, more time.Duration) bool {
	w.mu.Lock()
	d := more + time.Duration(200+w.rand.IntN(4000))*time.Microsecond
	w.mu.Unlock()
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// way says whether one reaches another now.
func (w *world) way(from, to string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cuts[[2]string{from, to}] == 0
}

// script runs a script on Redis for a node, as the store does: bounded in time,
// with every way to get lost. What a frozen Redis had taken in it does when it
// goes on, and the answer is lost.
func (w *world) script(ctx context.Context, from string, do func(*redis, time.Time) error) error {
	ctx, cancel := context.WithTimeout(ctx, 700*time.Millisecond)
	defer cancel()
	w.mu.Lock()
	slow := w.slow
	w.mu.Unlock()
	if !w.pause(ctx, slow) || !w.way(from, "redis") {
		<-ctx.Done()
		return room.ErrUnavailable
	}
	var result error
	w.mu.Lock()
	down, refuses := w.down, w.error
	if down != nil {
		if w.rand.IntN(2) == 0 {
			w.queue = append(w.queue, func() { _ = do(&w.redis, time.Now()) })
		}
	} else if !refuses {
		result = do(&w.redis, time.Now())
	}
	w.mu.Unlock()
	switch {
	case refuses:
		return room.ErrUnavailable
	case down != nil, !w.pause(ctx, slow), !w.way(from, "redis"):
		<-ctx.Done()
		return room.ErrUnavailable
	}
	return result
}

// freeze makes Redis answer nothing until thaw.
func (w *world) freeze() (thaw func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down != nil {
		return func() {}
	}
	w.down = make(chan struct{})
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		close(w.down)
		for _, do := range w.queue {
			do()
		}
		w.down, w.queue = nil, nil
	}
}

// announce is nodes.lua.
func (r *redis) announce(n room.Node, now time.Time) (list []room.Node) {
	for _, s := range r.stamps {
		seen := s.node
		seen.Age = now.Sub(s.at).Truncate(time.Millisecond)
		if seen.Age <= time.Minute {
			list = append(list, seen)
		}
	}
	r.stamps[n.ID] = stamp{n, now}
	return list
}

// owner is the owner whose lease has not lapsed.
func (r *redis) owner(id string, now time.Time) owner {
	if o := r.owners[id]; o.until.After(now) {
		return o
	}
	return owner{}
}

// take is claim.lua (seen 0) and steal.lua.
func (r *redis) take(id string, n room.Node, steal bool, seen uint64, now time.Time) (uint64, error) {
	o, fence := r.owner(id, now), r.fences[id]
	switch {
	case !steal && o.Epoch > 0 && o.Node != n.ID:
		return 0, o.Owned
	case steal && max(o.Epoch, fence) > seen && o.Epoch > 0:
		return 0, o.Owned
	case steal && max(o.Epoch, fence) > seen:
		return 0, room.ErrStale
	}
	epoch := max(fence+1, o.Epoch+1, seen+1, uint64(now.UnixMilli()))
	r.fences[id] = epoch
	r.owners[id] = owner{room.Owned{Node: n.ID, URL: n.URL, Epoch: epoch}, now.Add(6 * time.Second)}
	return epoch, nil
}

// renew is renew.lua.
func (r *redis) renew(id string, n room.Node, epoch uint64, now time.Time) error {
	if max(r.owner(id, now).Epoch, r.fences[id]) > epoch {
		return room.ErrStale
	}
	r.fences[id] = epoch
	r.owners[id] = owner{room.Owned{Node: n.ID, URL: n.URL, Epoch: epoch}, now.Add(6 * time.Second)}
	return nil
}
