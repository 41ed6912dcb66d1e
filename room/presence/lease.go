package presence

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
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

	serial atomic.Uint64           // of the last renewal that was begun
	last   atomic.Pointer[renewal] // that one; nil where a single call has failed since
}

// renewal is a call of Renew, whether or not it was answered.
type renewal struct {
	serial uint64
	again  time.Time // no touch from then on
}

// renewal begins another one. It stands for two to three tenths of Config.LiveTTL, so
// that a live seat never expires while its owner lives, even if a few renewals
// fail; at random, so that rooms that were all written after an outage of Redis are
// not written at the same time for ever.
func (l *lease) renewal() *renewal {
	tenth := l.store.cfg.LiveTTL / 10
	return &renewal{l.serial.Add(1), time.Now().Add(2*tenth + rand.N(tenth+1))}
}

// Epoch is the fencing token.
func (l *lease) Epoch() uint64 { return l.epoch }

// Seat takes or updates a seat. The number must be below caps.Seats().
func (l *lease) Seat(ctx context.Context, s room.SeatRecord, caps room.Caps) error {
	if !goodSeat(s) || s.Number >= caps.Seats() {
		return fmt.Errorf("presence: seat: %w", ErrBad)
	}
	life := lifeOf(s, l.store.cfg.LiveTTL, l.store.cfg.AwayTTL)
	return l.single(ctx, "seat", seatScript, string(s.Subject), className(s.Role),
		caps.Of(s.Role), s.Number, encodeSeat(s), life.Milliseconds())
}

// Renew extends the lease and replaces the record. What could not be read of the
// old one, and did not keep the lease from being told, is counted.
func (l *lease) Renew(ctx context.Context, r room.Record) error {
	cfg := &l.store.cfg
	record, err := encodeRecord(r, cfg.LiveTTL, cfg.AwayTTL)
	if err != nil {
		return fmt.Errorf("presence: renew: %w", err)
	}
	now := l.renewal()
	l.last.Store(now)
	args := append([]any{cfg.Node, cfg.NodeURL, l.nonce, cfg.LeaseTTL.Milliseconds(),
		cfg.FenceTTL.Milliseconds(), cfg.RulesTTL.Milliseconds(), now.serial}, record...)
	cleared, err := l.store.run(ctx, "renew", renewScript, l.keys, append([]any{l.epoch}, args...)...)
	if len(cleared) > 0 {
		l.store.stats.garbage.Add(1)
	}
	return err
}

// Touch extends the lease to Config.LeaseTTL from now; seats, rules and removals
// keep the life they have. It sees an owner or a fence that is not as it was left,
// a record of another Renew than the last one, keys and members of keys that have
// gone or come, and wrong types. It does not see a text that somebody has changed
// in place. Six to nine seconds after a Renew, with the default of Config.LiveTTL,
// and after a Seat, Remove or Lift that was refused or not answered it is not intact
// without asking Redis. After a Renew or a Touch that was not answered it asks: the
// serial tells which record is there, and a slow Redis is not given more to do.
func (l *lease) Touch(ctx context.Context) (intact bool, err error) {
	last := l.last.Load()
	if last == nil || time.Now().After(last.again) {
		return false, nil
	}
	err = l.run(ctx, "touch", touchScript, l.store.cfg.LeaseTTL.Milliseconds(), last.serial)
	if hasLapsed(err) || errors.Is(err, ErrCorrupt) {
		return false, nil
	}
	return err == nil, err
}

// Remove keeps a subject out until the time given, to the millisecond, and
// frees its seat in the same step. A time that Redis' clock has passed keeps
// nobody out; the zero time is ErrBad.
func (l *lease) Remove(ctx context.Context, s room.Subject, until time.Time) error {
	ms, ok := instant(until)
	if !goodSubject(s) || !ok {
		return fmt.Errorf("presence: remove: %w", ErrBad)
	}
	return l.single(ctx, "remove", removeScript, string(s), ms)
}

// Lift ends a removal.
func (l *lease) Lift(ctx context.Context, s room.Subject) error {
	if !goodSubject(s) {
		return fmt.Errorf("presence: lift: %w", ErrBad)
	}
	return l.single(ctx, "lift", liftScript, string(s))
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

// single runs a script that changes a part of the record. After an error only a
// renewal tells what Redis shows.
func (l *lease) single(ctx context.Context, op string, sc *redis.Script, args ...any) error {
	err := l.run(ctx, op, sc, args...)
	if err != nil {
		l.last.Store(nil)
	}
	return err
}
