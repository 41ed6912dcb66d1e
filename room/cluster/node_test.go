package cluster

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"hearth/room"
)

// node is one process of a world: its cluster, and rooms as simple as can be.
type node struct {
	world *world
	place string // where it runs: its host, and what is reached at its URL
	self  room.Node
	c     *Cluster
	stop  context.CancelFunc
	ended sync.WaitGroup

	mu      sync.Mutex
	frozen  chan struct{}     // guarded by mu: nil, or closed when it goes on
	dead    bool              // guarded by mu
	off     bool              // guarded by mu: dead with its host, which refuses nothing
	drains  bool              // guarded by mu
	people  int               // guarded by mu
	quiet   bool              // guarded by mu: the packet path is shut
	rooms   map[string]uint64 // guarded by mu: epoch of each live room
	opening map[string]bool   // guarded by mu
	hushes  int               // guarded by mu: how often it was shut
	given   int               // guarded by mu: how often its rooms were given up
	strands int               // guarded by mu: how often its people were sent away
	buried  []string          // guarded by mu: who was found dead
}

// boot starts a process; its id stays the same over restarts.
func (w *world) boot(id string) *node { return w.bootAs(id, id) }

// bootAs starts a process at a place under an id of its own.
func (w *world) bootAs(place, id string) *node { return w.bootWith(place, id, "https://"+place) }

// bootWith starts one that announces any internal URL.
func (w *world) bootWith(place, id, url string) *node {
	ctx, cancel := context.WithCancel(context.Background())
	n := &node{world: w, place: place, self: room.Node{ID: id, URL: url, Origin: "https://public-" + place},
		stop: cancel, rooms: map[string]uint64{}, opening: map[string]bool{}}
	var err error
	n.c, err = New(Config{
		Registry: n, Asker: asker{n}, Log: slog.New(slog.DiscardHandler), URL: n.self.URL, Origin: n.self.Origin, Clock: n.clock,
		Load: n.load, Owns: n.owns, Silence: n.silence, Confirm: n.confirm, GiveUp: n.giveUp,
		Dead:     func(other room.Node) { n.set(func() { n.buried = append(n.buried, other.ID) }) },
		Stranded: func() { n.set(func() { n.strands++ }) },
	})
	if err != nil {
		panic(err)
	}
	w.mu.Lock()
	w.nodes[place] = n
	w.mu.Unlock()
	n.ended.Go(func() { n.c.Run(ctx) })
	n.ended.Go(func() { n.renewals(ctx) })
	return n
}

// at is the process that runs at a place now, or ran last.
func (w *world) at(place string) *node {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.nodes[place]
}

func placeOf(url string) string { return strings.TrimPrefix(url, "https://") }

// kill ends the process at once; with its host, nothing refuses connections.
func (n *node) kill(off bool) {
	n.mu.Lock()
	n.dead, n.off = true, off
	n.rooms = map[string]uint64{}
	if n.frozen != nil {
		close(n.frozen)
		n.frozen = nil
	}
	n.mu.Unlock()
	n.stop()
	n.ended.Wait()
	n.world.ended(n.c.Stats())
}

// ended adds up what processes did.
func (w *world) ended(s Stats) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sum.Claims += s.Claims
	w.sum.Thefts += s.Thefts
	w.sum.Lives += s.Lives
	w.sum.Silences += s.Silences
	w.sum.Frozen += s.Frozen
	w.sum.GivenUp += s.GivenUp
	w.sum.Stranded += s.Stranded
	w.sum.Dead += s.Dead
	w.sum.Lost += s.Lost
}

// freeze stops the process until thaw.
func (n *node) freeze() (thaw func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.frozen != nil || n.dead {
		return func() {}
	}
	ch := make(chan struct{})
	n.frozen = ch
	return func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		if n.frozen == ch {
			close(ch)
			n.frozen = nil
		}
	}
}

// gate is where a frozen process stands still.
func (n *node) gate() {
	for {
		n.mu.Lock()
		frozen := n.frozen
		n.mu.Unlock()
		if frozen == nil {
			return
		}
		<-frozen
	}
}

// set changes what the process says of itself.
func (n *node) set(change func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	change()
}

// past is how often the packet path was shut, and the rooms were given up.
func (n *node) past() (hushes, given int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.hushes, n.given
}

// stranded is how often people were sent away.
func (n *node) stranded() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.strands
}

// found are who was found dead, in order.
func (n *node) found() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.buried)
}

func (n *node) clock() time.Time { n.gate(); return time.Now() }

func (n *node) load() room.Load {
	n.mu.Lock()
	defer n.mu.Unlock()
	return room.Load{Draining: n.drains, Rooms: len(n.rooms), People: n.people}
}

func (n *node) owns(id string) (uint64, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	epoch, yes := n.rooms[id]
	return epoch, yes
}

func (n *node) silence(on bool) {
	n.world.note(n.self.ID, "silent:", on)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.quiet = on
	if on {
		n.hushes++
	}
}

func (n *node) giveUp() {
	n.world.note(n.self.ID, "gives up")
	n.mu.Lock()
	defer n.mu.Unlock()
	n.rooms = map[string]uint64{}
	n.given++
}

// forwards says whether packets of a room go through this process now.
func (n *node) forwards(id string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.rooms[id] != 0 && !n.quiet && !n.dead && n.frozen == nil
}

// alive says whether anybody who arrives would be answered.
func (n *node) alive() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return !n.dead && n.frozen == nil
}

// ownerIn is who owns a room in Redis now.
func (w *world) ownerIn(id string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.redis.owner(id, time.Now()).Node
}

// live are the rooms of this process.
func (n *node) live() map[string]uint64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	all := map[string]uint64{}
	for id, epoch := range n.rooms {
		all[id] = epoch
	}
	return all
}

// renewals renews every room every two seconds.
func (n *node) renewals(ctx context.Context) {
	for n.world.pause(ctx, 2*time.Second) {
		n.gate()
		_ = n.confirm(ctx)
	}
}

// confirm renews every room now, side by side as rooms do.
func (n *node) confirm(ctx context.Context) error {
	var (
		mu       sync.Mutex
		err      error
		renewals sync.WaitGroup
	)
	for id, epoch := range n.live() {
		renewals.Go(func() {
			if e := n.renew(ctx, id, epoch); e != nil {
				mu.Lock()
				defer mu.Unlock()
				err = e
			}
		})
	}
	renewals.Wait()
	return err
}

func (n *node) renew(ctx context.Context, id string, epoch uint64) error {
	err := n.script(ctx, func(r *redis, now time.Time) error { return r.renew(id, n.self, epoch, now) })
	if err != room.ErrStale {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.rooms[id] == epoch {
		n.world.note(n.self.ID, "finds itself stale in", id)
		delete(n.rooms, id)
	}
	return nil
}

// script is a call of this process to Redis.
func (n *node) script(ctx context.Context, do func(*redis, time.Time) error) error {
	n.gate()
	err := n.world.script(ctx, n.place, do)
	n.gate()
	return err
}

// The node is its own Registry.

func (n *node) Node() string { return n.self.ID }

func (n *node) Announce(ctx context.Context, l room.Load) (list []room.Node, err error) {
	said := n.self
	said.Draining, said.Rooms, said.People = l.Draining, l.Rooms, l.People
	var reply []room.Node
	err = n.script(ctx, func(r *redis, now time.Time) error { reply = r.announce(said, now); return nil })
	if err != nil {
		return nil, err
	}
	return reply, nil
}

func (n *node) Owner(ctx context.Context, id string) (o room.Owned, err error) {
	var reply room.Owned
	if err = n.script(ctx, func(r *redis, now time.Time) error { reply = r.owner(id, now).Owned; return nil }); err != nil {
		return room.Owned{}, err
	}
	return reply, nil
}

func (n *node) Claim(ctx context.Context, id string) (room.Lease, room.Record, error) {
	return n.take(ctx, id, false, 0)
}

func (n *node) Steal(ctx context.Context, id string, seen uint64) (room.Lease, room.Record, error) {
	return n.take(ctx, id, true, seen)
}

func (n *node) take(ctx context.Context, id string, steal bool, seen uint64) (room.Lease, room.Record, error) {
	var epoch uint64
	err := n.script(ctx, func(r *redis, now time.Time) (err error) {
		epoch, err = r.take(id, n.self, steal, seen, now)
		return err
	})
	if err != nil {
		return nil, room.Record{}, err
	}
	return lease{epoch: epoch, room: id, node: n}, room.Record{}, nil
}

// lease is a room.Lease as far as the policy knows one.
type lease struct {
	room.Lease
	epoch uint64
	room  string
	node  *node
}

// Release is release.lua.
func (l lease) Release(ctx context.Context) error {
	return l.node.script(ctx, func(r *redis, now time.Time) error {
		if max(r.owner(l.room, now).Epoch, r.fences[l.room]) > l.epoch {
			return room.ErrStale
		}
		delete(r.owners, l.room)
		r.fences[l.room] = l.epoch + 1
		return nil
	})
}

func (l lease) Epoch() uint64 { return l.epoch }

// asker asks the other processes of the world.
type asker struct{ *node }

func (a asker) Owns(ctx context.Context, url, id string) (uint64, bool, error) {
	a.gate()
	defer a.gate()
	silence := func() (uint64, bool, error) { <-ctx.Done(); return 0, false, ctx.Err() }
	w := a.world
	other := w.at(placeOf(url))
	if url == a.self.URL {
		w.mistake(a.self.ID + " asks itself")
	}
	if other == nil || !w.pause(ctx, 0) || !w.way(a.place, other.place) {
		return silence()
	}
	switch other.state(ctx) {
	case "off":
		return silence()
	case "dead":
		return 0, false, fmt.Errorf("dial: %w", ErrRefused)
	}
	epoch, yes := other.c.Owns(id)
	if !w.pause(ctx, 0) || !w.way(a.place, other.place) {
		return silence()
	}
	return epoch, yes, nil
}

// state waits for a frozen process, as its kernel would.
func (n *node) state(ctx context.Context) string {
	for {
		n.mu.Lock()
		frozen, dead, off := n.frozen, n.dead, n.off
		n.mu.Unlock()
		switch {
		case off:
			return "off"
		case dead:
			return "dead"
		case frozen == nil:
			return "alive"
		}
		select {
		case <-frozen:
		case <-ctx.Done():
			return "off"
		}
	}
}

// hello is somebody who wants a room and has reached this process. It says
// where the room was found.
func (n *node) hello(ctx context.Context, id string) *node {
	if _, yes := n.owns(id); yes {
		return n
	}
	at, err := n.c.Find(ctx, id)
	if err != nil {
		return nil
	}
	if at.Node == "" {
		return n.enter(ctx, id)
	}
	w := n.world
	if at.URL == n.self.URL {
		w.mistake(n.self.ID + " goes on to itself")
	}
	to := placeOf(at.URL)
	other := w.at(to)
	dial, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if other == nil || !w.way(n.place, to) || other.state(dial) != "alive" {
		return nil
	}
	return other.enter(ctx, id)
}

// enter opens a room here, unless it is live already.
func (n *node) enter(ctx context.Context, id string) *node {
	n.mu.Lock()
	_, yes := n.rooms[id]
	busy := n.opening[id] || n.drains || n.dead
	if !yes && !busy {
		n.opening[id] = true
	}
	n.mu.Unlock()
	switch {
	case yes:
		return n
	case busy:
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	l, _, err := n.c.Claim(ctx, id)
	n.gate()
	return n.opened(id, l, err)
}

func (n *node) opened(id string, l room.Lease, err error) *node {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.opening, id)
	var owned room.Owned
	if errors.As(err, &owned) && owned.URL == n.self.URL {
		n.world.mistake(n.self.ID + " sends on to itself")
	}
	if err != nil || n.dead {
		return nil
	}
	n.world.note(n.self.ID, "opens", id)
	n.world.granted(id, l.Epoch())
	n.rooms[id] = l.Epoch()
	return n
}

// granted notes the epoch of a claim: no two may get the same.
func (w *world) granted(id string, epoch uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.taken[id] == epoch {
		w.wrong = append(w.wrong, fmt.Sprintf("%s: epoch %d was given twice", id, epoch))
	}
	w.taken[id] = max(w.taken[id], epoch)
}
