package presence

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/redis/go-redis/v9"

	"hearth/room"
)

var _ room.Presence = (*Store)(nil)

// Store is the presence of all rooms of a node, on Redis. It is safe for
// concurrent use. No call blocks longer than its context or twice
// Config.Timeout and 100 ms, whichever is sooner; while Redis does not answer,
// all but one in 500 ms fail at once.
type Store struct {
	// Static after Open.
	cfg    Config
	client redis.UniversalClient
	inside *embedded // nil with a real Redis

	breaker breaker
	stats   counters
	away    atomic.Bool // Redis did not answer the last call
	close   func() error
}

// Open makes the store. A URL that cannot be used is ErrURL, a login that
// Redis refuses is ErrLogin; ErrBad is a node id or prefix with characters a
// room id may not have either, a node URL or origin that is longer than 256
// bytes or not visible ASCII. A Redis that does not answer yet is no error: it
// is logged, and calls return room.ErrUnavailable until it does.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	s := &Store{cfg: cfg.withDefaults()}
	if !goodRoom(s.cfg.Node) || !goodRoom(s.cfg.Prefix) || !goodURL(s.cfg.NodeURL) || !goodURL(s.cfg.Origin) {
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
	var login error
	err := s.call(ctx, "open", func(ctx context.Context) error {
		err := s.client.Ping(ctx).Err()
		if refused(err) {
			login = ErrLogin
		}
		return err
	})
	if err == nil && s.inside == nil {
		s.warnEviction(ctx)
	}
	return login
}

// warnEviction looks whether Redis would throw removals away when it is full: a
// removed person could come back. A server that does not say is left alone.
func (s *Store) warnEviction(ctx context.Context) {
	_ = s.call(ctx, "info", func(ctx context.Context) error {
		memory, err := s.client.Info(ctx, "memory").Result()
		if _, policy, ok := strings.Cut(memory, "maxmemory_policy:"); ok && !strings.HasPrefix(policy, "noeviction") {
			s.cfg.Log.Warn("redis forgets removals when it is full; set its maxmemory-policy to noeviction")
		}
		if _, replied := replyCode(err); replied {
			return nil // it may not be asked
		}
		return err
	})
}

// Embedded tells whether the store lives in this process and forgets
// everything at its end.
func (s *Store) Embedded() bool { return s.inside != nil }

// Node is the id under which this store owns rooms.
func (s *Store) Node() string { return s.cfg.Node }

// Ping asks Redis whether it takes writes, for readiness, and leaves nothing
// there. room.ErrUnavailable where it does not answer, or only reads.
func (s *Store) Ping(ctx context.Context) error {
	_, err := s.run(ctx, "ping", pingScript, []string{s.pingKey()})
	return err
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
