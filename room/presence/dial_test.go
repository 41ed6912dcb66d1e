package presence

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParseURL(t *testing.T) {
	for _, c := range []struct {
		url, addr, user, password, master string
		hosts, db                         int
		tls, cluster                      bool
	}{
		{url: "redis://h", addr: "h:6379", hosts: 1},
		{url: "redis://u:p%40ss@h:7/3", addr: "h:7", user: "u", password: "p@ss", hosts: 1, db: 3},
		{url: "rediss://:secret@h:7", addr: "h:7", password: "secret", hosts: 1, tls: true},
		{url: "unix:///run/redis.sock", addr: "/run/redis.sock", hosts: 1},
		{url: "unix://u:p@/run/redis.sock?db=2", addr: "/run/redis.sock", user: "u", password: "p", hosts: 1, db: 2},
		{url: "redis://u:p@a:1,b:2,c:3", addr: "a:1", user: "u", password: "p", hosts: 3},
		{url: "redis://a:1?cluster=true", addr: "a:1", hosts: 1, cluster: true},
		{url: "redis://:p@a:1,b:2/0?master=hearth", addr: "a:1", password: "p", hosts: 2, master: "hearth"},
	} {
		o, err := parseURL(c.url)
		if err != nil {
			t.Errorf("%s: %v", c.url, err)
			continue
		}
		if o.Addrs[0] != c.addr || len(o.Addrs) != c.hosts || o.Username != c.user || o.Password != c.password ||
			o.MasterName != c.master || o.DB != c.db || (o.TLSConfig != nil) != c.tls || o.IsClusterMode != c.cluster {
			t.Errorf("%s: %+v", c.url, o)
		}
	}
}

func TestBadURLIsRefusedWithoutShowingIt(t *testing.T) {
	for _, url := range []string{
		"redis//x", "h:6379", "http://u:topsecret@h", "redis://u:topsecret@h:port", "redis://u:topsecret@h/notanumber",
		"redis://u:topsecret@h?bogus=1", "redis://u:top%zzsecret@h", "://topsecret", "redis://u:topsecret@h\x7f",
	} {
		s, err := Open(ctx, Config{URL: url})
		if s != nil || !errors.Is(err, ErrURL) {
			t.Errorf("%q: %v", url, err)
		} else if text := err.Error(); strings.Contains(text, "secret") || strings.Contains(text, "top") {
			t.Errorf("%q: shown in %q", url, text)
		}
	}
}

func TestPassword(t *testing.T) {
	srv := startServer(t)
	bed := bedOf(t, srv, "")
	must(t, bed.raw.ConfigSet(ctx, "requirepass", "hunter22").Err())
	out := &logs{}
	log := slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	for _, wrong := range []string{srv.url, strings.Replace(srv.url, "unix://", "unix://:wrongpass@", 1)} {
		if _, err := Open(ctx, Config{URL: wrong, Log: log}); !errors.Is(err, ErrLogin) {
			t.Errorf("got %v", err)
		}
	}
	s, err := Open(ctx, Config{URL: strings.Replace(srv.url, "unix://", "unix://:hunter22@", 1), Log: log})
	must(t, err)
	defer s.Close()
	must(t, s.Ping(ctx))
	srv.kill()
	if s.Ping(ctx) == nil {
		t.Error("a dead Redis answers")
	}
	for _, secret := range []string{"hunter22", "wrongpass", srv.dir} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("%q in the log:\n%s", secret, out)
		}
	}
}

func TestDefaults(t *testing.T) {
	c := Config{URL: "redis://h", LiveTTL: time.Nanosecond}.withDefaults()
	if c.LeaseTTL != 6*time.Second || c.LiveTTL != 30*time.Second || c.Timeout != 300*time.Millisecond || len(c.Node) != 16 {
		t.Errorf("%+v", c)
	}
}

func TestEmbeddedKeepsTimeAndEnds(t *testing.T) {
	s, err := Open(ctx, Config{Node: "node-a", LeaseTTL: 50 * time.Millisecond})
	must(t, err)
	if !s.Embedded() || s.Node() != "node-a" {
		t.Error("not embedded")
	}
	_, _, err = s.Claim(ctx, "r")
	must(t, err)
	eventually(t, "the lease expires", func() bool { return !slices.Contains(s.inside.redis.Keys(), "hearth:{r}:owner") })
	must(t, s.Close())
	wants(t, "claim", func() error { _, _, err := s.Claim(context.Background(), "r"); return err }(), ErrClosed)
	if _, err := s.inside.dial(); err == nil {
		t.Error("a closed server was started again")
	}
}

func TestOpenRefusesWhatWouldBreakTheKeys(t *testing.T) {
	for _, c := range []Config{{Prefix: "{x}"}, {Prefix: "a b"}, {Node: "a\n"}, {Node: "}"}} {
		_, err := Open(ctx, c)
		wants(t, "open", err, ErrBad)
	}
}
