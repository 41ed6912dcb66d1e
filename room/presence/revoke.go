package presence

import (
	"context"
	"fmt"
	"time"
)

// maxRevoked bounds the ids of one question.
const maxRevoked = 16

// Revoke remembers that an invitation (jti), a person (subject hash) or an
// issuer is not let in any more until the time given. The id is stored as a
// hash. Revoking again only ever makes it longer. ErrBad for an empty id or
// the zero time.
func (s *Store) Revoke(ctx context.Context, id string, until time.Time) error {
	ms, ok := instant(until)
	if id == "" || !ok {
		return fmt.Errorf("presence: revoke: %w", ErrBad)
	}
	_, err := s.run(ctx, "revoke", revokeScript, []string{s.revokedKey(id)}, ms)
	return err
}

// Revoked tells whether any of the ids, at most 16, is revoked; empty ones are
// skipped. On an error the answer is true: nobody comes in by an outage.
func (s *Store) Revoked(ctx context.Context, ids ...string) (bool, error) {
	if len(ids) > maxRevoked {
		return true, fmt.Errorf("presence: revoked: %w", ErrBad)
	}
	var keys []string
	for _, id := range ids {
		if id != "" {
			keys = append(keys, s.revokedKey(id))
		}
	}
	if len(keys) == 0 {
		return false, nil
	}
	var n int64
	err := s.call(ctx, "revoked", func(ctx context.Context) (err error) {
		n, err = s.client.Exists(ctx, keys...).Result()
		return err
	})
	return n > 0 || err != nil, err
}
