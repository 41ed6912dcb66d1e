package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"hearth/room"
	"hearth/room/cluster"
	"hearth/signaling/hop"
)

// aliveFor is how long a node counts as ready after it last announced itself:
// four beats.
const aliveFor = 2 * time.Second

// hearWithin is how long a node that drains waits for others that it knows and has
// not heard of lately, and how often it looks.
const (
	hearWithin = 2 * time.Second
	hearEvery  = 20 * time.Millisecond
)

// fleet is a node's way to the others: its internal listener, the client of
// theirs, and the policy that decides who serves a room. Nil on a node that is
// alone.
type fleet struct {
	// Static after open.
	key      *hop.Key
	url      string       // what others are told of the listener
	inner    net.Listener // until join gives it to listener
	client   *hop.Client
	cluster  *cluster.Cluster
	listener *hop.Listener // nil before join

	running sync.WaitGroup
	cancel  context.CancelFunc
}

// openFleet makes the listener others are told of and the client of theirs. It
// is nil on a node that is alone.
func openFleet(cfg Config, k keys) (f *fleet, err error) {
	if cfg.InternalAddr == "" {
		return nil, nil
	}
	f = &fleet{url: cfg.InternalURL}
	if f.key, err = hop.NewKey(k.file.Cluster[:]); err != nil {
		return nil, fmt.Errorf("internal listener: %w", err)
	}
	if f.inner, err = net.Listen("tcp", cfg.InternalAddr); err != nil {
		return nil, fmt.Errorf("internal listener: %w", err)
	}
	if f.url == "" {
		f.url = "https://" + f.inner.Addr().String()
	}
	f.client = hop.NewClient(f.key)
	return f, nil
}

// openCluster makes the policy. Media, rooms and sockets may be made afterwards:
// nobody is asked anything before join.
func (n *node) openCluster() (err error) {
	f := n.fleet
	f.cluster, err = cluster.New(cluster.Config{
		Registry: n.store, Asker: asker{f.client}, Log: n.log, Origin: n.origin(), URL: f.url,
		Load: n.load, Owns: func(r string) (uint64, bool) { return n.rooms.Owns(r) },
		Silence: func(on bool) { n.media.Hush(on) },
		Confirm: func(ctx context.Context) error { return n.rooms.Confirm(ctx) },
		GiveUp:  func() { f.running.Go(n.rooms.GiveUp) }, // from within Run, which close waits for
		Dead:    func(other room.Node) { n.sockets.Dead(other.URL) }, Stranded: func() { n.sockets.Stranded() },
	})
	return err
}

// join serves the other nodes and announces this one, until close.
func (n *node) join() (err error) {
	f := n.fleet
	if f == nil {
		return nil
	}
	f.listener, err = hop.Listen(f.inner, hop.Config{Key: f.key, Owns: f.cluster.Owns, Shut: n.rooms.Shut, Hop: n.sockets.Internal()})
	if err != nil {
		return fmt.Errorf("internal listener: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	f.cancel = cancel
	f.running.Go(func() { f.cluster.Run(ctx) })
	return nil
}

// handOver lets rooms go on at other nodes, and people follow them.
func (n *node) handOver() error {
	ctx, cancel := context.WithTimeout(context.Background(), handWait)
	defer cancel()
	if rooms, _ := n.rooms.Load(); rooms > 0 {
		n.fleet.hear(ctx)
	}
	return n.rooms.Close(ctx)
}

// hear waits until another node is ready to take rooms, if one may be that was
// silent: where Redis stood still nobody was heard of, and all announce themselves
// again within a beat.
func (f *fleet) hear(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, hearWithin)
	defer cancel()
	look := time.NewTicker(hearEvery)
	defer look.Stop()
	for !f.elsewhere() && f.silent() {
		select {
		case <-look.C:
		case <-ctx.Done():
			return
		}
	}
}

// silent says whether a node has not been heard of lately, and had not said that
// it drains.
func (f *fleet) silent() bool {
	return slices.ContainsFunc(f.cluster.Nodes(), func(other room.Node) bool { return !other.Draining && other.Age >= aliveFor })
}

// close ends what join and openFleet started. A nil fleet has nothing to end.
func (f *fleet) close() (err error) {
	if f == nil {
		return nil
	}
	if f.cancel != nil {
		f.cancel()
		f.running.Wait()
	}
	switch {
	case f.listener != nil:
		err = f.listener.Close()
	case f.inner != nil:
		err = f.inner.Close()
	}
	if f.client != nil {
		f.client.Close()
	}
	return err
}

// elsewhere says whether another node is ready to take rooms.
func (f *fleet) elsewhere() bool {
	return slices.ContainsFunc(f.cluster.Nodes(), func(other room.Node) bool { return !other.Draining && other.Age < aliveFor })
}

// settle tells all other nodes at once to end what they still do for a room.
func (f *fleet) settle(ctx context.Context, room string, epoch uint64) {
	var told sync.WaitGroup
	for _, other := range f.cluster.Nodes() {
		told.Go(func() { _ = f.client.Shut(ctx, other.URL, room, epoch) }) // who is gone forwards nothing
	}
	told.Wait()
}

// asker asks other nodes for the policy.
type asker struct{ *hop.Client }

// Owns asks whether a node has a room.
func (a asker) Owns(ctx context.Context, url, room string) (epoch uint64, yes bool, err error) {
	epoch, yes, err = a.Client.Owns(ctx, url, room)
	if errors.Is(err, hop.ErrRefused) {
		err = cluster.ErrRefused
	}
	return epoch, yes, err
}

// load is what this node says of itself.
func (n *node) load() room.Load {
	rooms, people := n.rooms.Load()
	return room.Load{Draining: n.readiness() == Draining, Rooms: rooms, People: people}
}

// origin is the public origin of this very node.
func (n *node) origin() string {
	if n.cfg.NodeOrigin != "" {
		return n.cfg.NodeOrigin
	}
	return n.cfg.PublicURL
}

// frozen is the media's word that this node stood still, and forwards nothing
// until it is told that its rooms are still its own. The policy is made before
// the media.
func (n *node) frozen() { n.fleet.cluster.Froze() }
