package presence

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"hearth/room"
)

func TestRevocation(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		a, c := b.node(t, "node-a"), b.node(t, "node-c")
		must(t, a.Revoke(ctx, "https://clinic.example", time.Now().Add(time.Hour)))
		b.inspect(t)
		is := func(want bool, ids ...string) {
			t.Helper()
			if got, err := c.Revoked(ctx, ids...); err != nil || got != want {
				t.Errorf("%v: %v %v", ids, got, err)
			}
		}
		is(true, "jti", "", "https://clinic.example")
		is(false, "jti", "https://clinic.example/")
		is(false)
		is(false, "")
		before := b.dump(t)
		must(t, a.Revoke(ctx, "https://clinic.example", time.Now().Add(time.Minute))) // never shorter
		must(t, a.Revoke(ctx, "past", time.Now().Add(-time.Minute)))
		b.same(t, before, b.dump(t))
		for key := range before {
			if strings.Contains(key, "clinic") {
				t.Errorf("readable id in %s", key)
			}
		}
		must(t, a.Revoke(ctx, "jti", time.Now().Add(50*time.Millisecond)))
		eventually(t, "the revocation is over", func() bool { yes, err := c.Revoked(ctx, "jti"); return err == nil && !yes })
		wants(t, "no id", a.Revoke(ctx, "", time.Now().Add(time.Hour)), ErrBad)
		wants(t, "no time", a.Revoke(ctx, "x", time.Time{}), ErrBad)
		_, err := a.Revoked(ctx, make([]string, maxRevoked+1)...)
		wants(t, "too many", err, ErrBad)
	})
}

func TestRevokedIsTrueWhenNobodyCanTell(t *testing.T) {
	s, err := Open(ctx, Config{URL: "unix:///nowhere/at/all", Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	defer s.Close()
	yes, err := s.Revoked(ctx, "jti")
	wants(t, "revoked", err, room.ErrUnavailable)
	if !yes {
		t.Error("an outage lets a revoked person in")
	}
}
