package presence

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"hearth/room"
)

// Claim makes this node the owner of a room that no other node owns, and
// returns what is remembered of it. Another owner is room.Owned (room.ErrOwned). A
// room this node owns already gets a new epoch, and the older lease is stale:
// that is how a node that was restarted under its name comes back at once.
// ErrBad for a room id that is not 1 to 128 visible ASCII characters without
// braces; ErrCorrupt, and no lease, for a record that cannot be read.
func (s *Store) Claim(ctx context.Context, id string) (room.Lease, room.Record, error) {
	return s.take(ctx, "claim", claimScript, id, 0)
}

// Steal takes a room over from the owner whose epoch was seen, by compare and
// swap: of many thieves one wins, the others get room.Owned with the winner. A
// room that changed hands since and is free now is room.ErrStale: Claim it.
// Whoever steals has made sure that the owner is gone.
func (s *Store) Steal(ctx context.Context, id string, seen uint64) (room.Lease, room.Record, error) {
	return s.take(ctx, "steal", stealScript, id, seen)
}

func (s *Store) take(ctx context.Context, op string, sc *redis.Script, id string, seen uint64) (room.Lease, room.Record, error) {
	if !goodRoom(id) || seen >= maxEpoch {
		return nil, room.Record{}, fmt.Errorf("presence: %s: %w", op, ErrBad)
	}
	l := &lease{store: s, keys: s.roomKeys(id), nonce: nonce()}
	reply, err := s.run(ctx, op, sc, l.keys, s.cfg.Node, s.cfg.NodeURL,
		s.cfg.LeaseTTL.Milliseconds(), s.cfg.FenceTTL.Milliseconds(), seen, l.nonce)
	if err != nil {
		return nil, room.Record{}, err
	}
	record, err := l.begin(reply)
	if err != nil {
		return nil, room.Record{}, fmt.Errorf("presence: %s: %w", op, l.abandon(ctx, err))
	}
	return l, record, nil
}

// begin reads the answer of take.lua.
func (l *lease) begin(reply []any) (room.Record, error) {
	snap, err := readSnapshot(reply)
	l.epoch = snap.epoch
	if err != nil {
		return room.Record{}, err
	}
	return snap.record()
}

// abandon gives a room up whose record cannot be read, so that it does not
// stay owned by nobody. Should that fail, the lease lapses.
func (l *lease) abandon(ctx context.Context, cause error) error {
	if l.epoch == 0 {
		return cause
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := l.Release(ctx); errors.Is(err, room.ErrUnavailable) {
		return errors.Join(cause, err)
	}
	return cause
}
