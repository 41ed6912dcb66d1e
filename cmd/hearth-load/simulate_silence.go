package main

import (
	"context"
	"sync"
	"sync/atomic"

	"hearth/room"
)

// silence is a media path that forwards nothing: no socket, no packet, no
// encryption. It remembers what each peer is allowed, to be compared with what
// the room shows. A simulation with it says nothing about media. Safe for
// concurrent use.
type silence struct {
	peers sync.Map // what was offered -> the last *quietPeer it was answered with
}

// Circle opens the path of one room.
func (s *silence) Circle(int) room.Circle { return quietCircle{s} }

// allowed is what the last peer of an offer may do.
func (s *silence) allowed(offer string) room.Grant {
	if p, ok := s.peers.Load(offer); ok {
		return *p.(*quietPeer).granted.Load()
	}
	return room.NoGrant
}

type quietCircle struct{ media *silence }

// Connect answers whatever is offered.
func (c quietCircle) Connect(_ context.Context, offer string, _ func()) (room.Peer, string, error) {
	p := &quietPeer{}
	p.granted.Store(&room.NoGrant)
	c.media.peers.Store(offer, p)
	return p, "", nil
}

func (quietCircle) Close() {}

// quietPeer is one participant's path. Safe for concurrent use.
type quietPeer struct{ granted atomic.Pointer[room.Grant] }

func (p *quietPeer) Allow(g room.Grant) { p.granted.Store(&g) }

func (p *quietPeer) Restart(context.Context, string) (string, error) { return "", nil }

func (p *quietPeer) Media() room.MediaState { return room.MediaState{} }

// Connected says yes: there is nothing that could be cut.
func (p *quietPeer) Connected() bool { return true }

func (p *quietPeer) Watch(room.Wish) {}

func (p *quietPeer) Close() { p.Allow(room.NoGrant) }
