package presence

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"hearth/room"
)

var _ room.Presence = (*Store)(nil)

// Store is the presence of all rooms of a node, on Redis. It is safe for
// concurrent use. No call blocks longer than its context or twice
// Config.Timeout and 100 ms, whichever is sooner.
type Store struct {
	// Static after Open.
	cfg    Config
	client redis.UniversalClient
	inside *embedded // nil with a real Redis

	away  atomic.Bool // Redis did not answer the last call
	close func() error
}

// Open makes the store. A URL that cannot be used is ErrURL, a login that
// Redis refuses is ErrLogin, a node id or prefix with characters a room id may
// not have either is ErrBad. A Redis that does not answer yet is no error: it
// is logged, and calls return room.ErrUnavailable until it does.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	s := &Store{cfg: cfg.withDefaults()}
	if !goodRoom(s.cfg.Node) || !goodRoom(s.cfg.Prefix) {
		return nil, fmt.Errorf("presence: open: %w", ErrBad)
	}
	if err := s.connect(); err != nil {
		return nil, err
	}
	s.close = sync.OnceValue(s.shut)
	if err := s.greet(ctx); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// connect makes the client, and the embedded Redis where there is no URL.
func (s *Store) connect() (err error) {
	if s.cfg.URL == "" {
		s.inside = startEmbedded()
		s.client = s.inside.client(s.cfg)
		return nil
	}
	s.client, err = dial(s.cfg)
	return err
}

// greet asks Redis once, to find a wrong password at the start.
func (s *Store) greet(ctx context.Context) error {
	ctx, cancel := s.bound(ctx)
	defer cancel()
	err := s.client.Ping(ctx).Err()
	if refused(err) {
		return ErrLogin
	}
	_ = s.seen(ctx, "open", err)
	return nil
}

// Embedded tells whether the store lives in this process and forgets
// everything at its end.
func (s *Store) Embedded() bool { return s.inside != nil }

// Node is the id under which this store owns rooms.
func (s *Store) Node() string { return s.cfg.Node }

// Ping asks Redis for a sign of life, for readiness. room.ErrUnavailable when
// there is none.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := s.bound(ctx)
	defer cancel()
	return s.seen(ctx, "ping", s.client.Ping(ctx).Err())
}

// Close ends all connections, and an embedded Redis with all it holds. Leases
// are not released: they lapse. Idempotent.
func (s *Store) Close() error { return s.close() }

func (s *Store) shut() error {
	err := s.client.Close()
	if s.inside != nil {
		s.inside.close()
	}
	return err
}

// bound limits one call as a whole: a try, one retry, and a little.
func (s *Store) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, 2*s.cfg.Timeout+100*time.Millisecond)
}

// seen turns a result of go-redis into ours and logs when Redis goes and comes.
func (s *Store) seen(ctx context.Context, op string, err error) error {
	if err == nil {
		if s.away.CompareAndSwap(true, false) {
			s.cfg.Log.Info("redis answers again")
		}
		return nil
	}
	err = failure(ctx, op, err)
	if o, ok := err.(*outage); ok && o.reason != "canceled" && s.away.CompareAndSwap(false, true) {
		s.cfg.Log.Warn("redis does not answer", "op", op, "reason", o.reason)
	}
	return err
}
