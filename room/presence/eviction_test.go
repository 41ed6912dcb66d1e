package presence

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

// A Redis that would throw removals away is said so at the start, and one that
// keeps them is not.
func TestEvictionIsWarnedOf(t *testing.T) {
	srv := startServer(t)
	b := bedOf(t, srv, "")
	for policy, warned := range map[string]bool{"noeviction": false, "allkeys-lru": true} {
		must(t, b.raw.ConfigSet(ctx, "maxmemory-policy", policy).Err())
		var log bytes.Buffer
		s, err := Open(ctx, Config{URL: srv.url, Log: slog.New(slog.NewTextHandler(&log, nil))})
		must(t, err)
		must(t, s.Close())
		if got := strings.Contains(log.String(), "maxmemory-policy"); got != warned {
			t.Errorf("%s: warned %v, log %q", policy, got, log.String())
		}
	}
}
