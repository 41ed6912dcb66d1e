package presence

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"hearth/room"
)

var _ room.Lease = (*lease)(nil)

// lease is the ownership of one room. Its calls go to Redis as one script
// each. Besides what room.Lease says they return ErrBad, and ErrCorrupt until
// the next Renew has cleared the record. room.ErrUnavailable is also what all
// but Renew return while Redis has forgotten the lease and nobody has taken
// the room: the next Renew puts it back.
type lease struct {
	// Static after Claim or Steal.
	store *Store
	keys  []string
	epoch uint64
	nonce string // of the call that took the room
}

// Epoch is the fencing token.
func (l *lease) Epoch() uint64 { return l.epoch }

// Seat takes or updates a seat. The number must be below caps.Seats().
func (l *lease) Seat(ctx context.Context, s room.SeatRecord, caps room.Caps) error {
	if !goodSeat(s) || s.Number >= caps.Seats() {
		return fmt.Errorf("presence: seat: %w", ErrBad)
	}
	life := lifeOf(s, l.store.cfg.LiveTTL, l.store.cfg.AwayTTL)
	return l.run(ctx, "seat", seatScript, string(s.Subject), className(s.Role),
		caps.Of(s.Role), s.Number, encodeSeat(s), life.Milliseconds())
}

// Renew extends the lease and replaces the record.
func (l *lease) Renew(ctx context.Context, r room.Record) error {
	cfg := &l.store.cfg
	record, err := encodeRecord(r, cfg.LiveTTL, cfg.AwayTTL)
	if err != nil {
		return fmt.Errorf("presence: renew: %w", err)
	}
	args := append([]any{cfg.Node, cfg.NodeURL, l.nonce, cfg.LeaseTTL.Milliseconds(),
		cfg.FenceTTL.Milliseconds(), cfg.RulesTTL.Milliseconds()}, record...)
	return l.run(ctx, "renew", renewScript, args...)
}

// Remove keeps a subject out until the time given, to the millisecond, and
// frees its seat in the same step. A time that Redis' clock has passed keeps
// nobody out; the zero time is ErrBad.
func (l *lease) Remove(ctx context.Context, s room.Subject, until time.Time) error {
	ms, ok := instant(until)
	if !goodSubject(s) || !ok {
		return fmt.Errorf("presence: remove: %w", ErrBad)
	}
	return l.run(ctx, "remove", removeScript, string(s), ms)
}

// Lift ends a removal.
func (l *lease) Lift(ctx context.Context, s room.Subject) error {
	if !goodSubject(s) {
		return fmt.Errorf("presence: lift: %w", ErrBad)
	}
	return l.run(ctx, "lift", liftScript, string(s))
}

// Release gives the room up and leaves its record, which lives on for what is
// left of its TTLs. The lease is stale from then on.
func (l *lease) Release(ctx context.Context) error {
	return l.run(ctx, "release", releaseScript, l.store.cfg.FenceTTL.Milliseconds())
}

// End gives the room up and deletes its record. Removals keep their own time;
// the fence, and ended unless it is 0, live for Config.EndTTL. The lease is
// stale from then on.
func (l *lease) End(ctx context.Context, ended uint64) error {
	return l.run(ctx, "end", endScript, l.store.cfg.EndTTL.Milliseconds(), encodeEnded(ended))
}

// run runs a script of the room with the epoch as its first argument.
func (l *lease) run(ctx context.Context, op string, sc *redis.Script, args ...any) error {
	_, err := l.store.run(ctx, op, sc, l.keys, append([]any{l.epoch}, args...)...)
	return err
}
