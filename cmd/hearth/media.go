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
func (c circle) Connect(ctx context.Context, offer string) (room.Peer, string, error) {
	p, answer, err := c.Circle.Connect(ctx, offer)
	if err != nil {
		return nil, "", offerError(err)
	}
	return peer{p}, answer, nil
}

type peer struct{ *sfu.Peer }

// Allow replaces the grant.
func (p peer) Allow(g room.Grant) { p.Peer.Allow(sfu.Grant(g)) }

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
