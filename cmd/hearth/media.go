package main

import (
	"context"
	"errors"
	"fmt"

	"hearth/room"
	"hearth/room/sfu"
)

// media gives the rooms the packet path: it fits room/sfu to the ports of
// package room, so that neither has to know the other.
type media struct{ *sfu.SFU }

// Circle opens the packet path of one room.
func (m media) Circle(seats int) room.Circle { return circle{m.SFU.Circle(seats)} }

type circle struct{ *sfu.Circle }

// Connect answers a browser's offer.
func (c circle) Connect(ctx context.Context, offer string, changed func()) (room.Peer, string, error) {
	p, answer, err := c.Circle.Connect(ctx, offer, changed)
	if err != nil {
		return nil, "", offerError(err)
	}
	return peer{p}, answer, nil
}

type peer struct{ *sfu.Peer }

// Allow replaces the grant.
func (p peer) Allow(g room.Grant) { p.Peer.Allow(sfu.Grant(g)) }

// Media is what the page has to know of its media now.
func (p peer) Media() room.MediaState {
	m := p.Peer.Media()
	state := room.MediaState{High: m.High, Paused: make([]room.Paused, len(m.Paused))}
	for i, paused := range m.Paused {
		state.Paused[i] = room.Paused{Seat: paused.Seat, Why: room.Why(paused.Why)}
	}
	return state
}

// Watch replaces the viewer's wish.
func (p peer) Watch(w room.Wish) { p.Peer.Watch(sfu.Wish(w)) }

// Restart answers an ICE restart.
func (p peer) Restart(ctx context.Context, offer string) (string, error) {
	answer, err := p.Peer.Restart(ctx, offer)
	return answer, offerError(err)
}

// offerError tells a refused offer from everything else.
func offerError(err error) error {
	if errors.Is(err, sfu.ErrOffer) {
		return fmt.Errorf("%w: %w", room.ErrBadOffer, err)
	}
	return err
}
