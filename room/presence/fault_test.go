package presence

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"hearth/room"
)

// logs collects log lines of several goroutines.
type logs struct {
	mu   sync.Mutex
	text bytes.Buffer // guarded by mu
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// impatient gives a node the timeouts of production and a log.
func impatient(l *logs) func(*Config) {
	return func(c *Config) { c.Timeout, c.Log = 0, slog.New(slog.NewTextHandler(l, nil)) }
}

func TestFrozenRedisIsUnavailableAndComesBack(t *testing.T) {
	b, out := serverBed(t), &logs{}
	s := b.node(t, "node-a", impatient(out))
	l, _ := b.claim(t, s, "r")
	b.server.signal(t, syscall.SIGSTOP)
	calls := map[string]func() error{
		"seat":    func() error { return l.Lease.Seat(ctx, patient(1, 1), caps) },
		"renew":   func() error { return l.Lease.Renew(ctx, full()) },
		"remove":  func() error { return l.Lease.Remove(ctx, subject(1), time.Now().Add(time.Hour)) },
		"claim":   func() error { _, _, err := s.Claim(ctx, "other"); return err },
		"ping":    func() error { return s.Ping(ctx) },
		"revoked": func() error { _, err := s.Revoked(ctx, "jti"); return err },
	}
	for op, call := range calls {
		start := time.Now()
		wants(t, op, call(), room.ErrUnavailable)
		// Twice 300 ms and 100 ms are promised; the rest is for a busy machine.
		took := time.Since(start)
		if took > 5*time.Second {
			t.Errorf("%s took %v", op, took)
		}
		t.Logf("%s: %v", op, took)
	}
	b.server.signal(t, syscall.SIGCONT)
	eventually(t, "redis is back", func() bool { return s.Ping(ctx) == nil })
	must(t, l.Renew(ctx, full()))
	if text := out.String(); strings.Count(text, "redis does not answer") != 1 || strings.Count(text, "redis answers again") != 1 {
		t.Errorf("log:\n%s", text)
	}
}

func TestCanceledCallsSayNothingAboutRedis(t *testing.T) {
	b := serverBed(t)
	s := b.node(t, "node-a", impatient(&logs{}))
	canceled, cancel := context.WithCancel(ctx)
	cancel()
	for range restAfter + 1 {
		err := s.Ping(canceled)
		wants(t, "canceled", err, room.ErrUnavailable)
		wants(t, "canceled", err, context.Canceled)
	}
	must(t, s.Ping(ctx))
}

func TestRestartedEmptyRedisIsFilledByRenew(t *testing.T) {
	b := serverBed(t)
	l, _ := b.claim(t, b.node(t, "node-a"), "r")
	must(t, l.Renew(ctx, full()))
	b.server.restart(t)
	wants(t, "seat", l.Seat(ctx, patient(9, 9), caps), room.ErrUnavailable)
	if dump := b.dump(t); len(dump) != 0 {
		t.Errorf("a single call wrote %v", dump)
	}
	must(t, l.Renew(ctx, full()))
	_, _, err := b.node(t, "node-b").Claim(ctx, "r")
	wants(t, "claim", err, room.ErrOwned)
	must(t, l.Release(ctx))
	_, r := b.claim(t, b.node(t, "node-b"), "r")
	equal(t, r, full0(r))
}

func TestFenceDecidesWhoFillsAnEmptyRedis(t *testing.T) {
	b := serverBed(t)
	l, _ := b.claim(t, b.node(t, "node-a"), "r")
	must(t, l.Renew(ctx, full()))
	b.server.restart(t)
	other, _ := b.claim(t, b.node(t, "node-b"), "r")
	refusesAll(t, b, l)
	must(t, other.Renew(ctx, room.Record{}))
}

func TestAbsentRedis(t *testing.T) {
	dir := t.TempDir()
	out := &logs{}
	s, err := Open(ctx, Config{URL: "unix://" + dir + "/absent", Log: slog.New(slog.NewTextHandler(out, nil))})
	must(t, err)
	_, _, err = s.Claim(ctx, "r")
	wants(t, "claim", err, room.ErrUnavailable)
	for _, text := range []string{err.Error(), out.String()} {
		if strings.Contains(text, dir) {
			t.Errorf("address in %q", text)
		}
	}
	must(t, s.Close())
	must(t, s.Close())
	wants(t, "closed", s.Ping(ctx), ErrClosed)
}

// garbage puts something foreign into one key.
type garbage struct {
	name, key string
	put       func(b *bed, key string)
}

func wrongType(b *bed, key string) { b.raw.Del(ctx, key); b.raw.LPush(ctx, key, "x") }

func textIn(field, value string) func(*bed, string) {
	return func(b *bed, key string) { b.raw.HSet(ctx, key, field, value) }
}

func member(name string, score string) func(*bed, string) {
	return func(b *bed, key string) { b.raw.Do(ctx, "ZADD", key, score, name) }
}

func rubbish() []garbage {
	one := string(subject(1))
	list := []garbage{
		{"epoch", "owner", textIn("epoch", "seven")},
		{"epoch far", "owner", textIn("epoch", "999999999999999")},
		{"epoch none", "owner", textIn("epoch", "0")},
		{"fence text", "fence", func(b *bed, k string) { b.raw.Set(ctx, k, "-1", 0) }},
		{"fence huge", "fence", func(b *bed, k string) { b.raw.Set(ctx, k, strings.Repeat("9", 30), 0) }},
		{"fence far", "fence", func(b *bed, k string) { b.raw.Set(ctx, k, "999999999999999", 0) }},
		{"fence none", "fence", func(b *bed, k string) { b.raw.Set(ctx, k, "0", 0) }},
		{"no info", "seats:patient", member(string(subject(77)), "6e13")},
		{"endless", "seats:patient", member(string(subject(2)), "inf")},
		{"far", "seats:patient", member(string(subject(2)), "9e14")},
		{"stranger", "seats:support", member("River", "6e13")},
		{"info", "info", textIn(one, "facilitator:zero:1:")},
		{"info number", "info", textIn(one, "facilitator:-1:1:")},
		{"info class", "info", textIn(one, "patient:0:1:")},
		{"info generation", "info", textIn(one, "facilitator:0:18446744073709551615:")},
		{"removed text", "removed", textIn(one, "tomorrow")},
		{"removed float", "removed", textIn(one, "1e300")},
		{"removed stranger", "removed", textIn("River", "99999999999999")},
		{"hold", "rules", textIn("hold:"+one, "x")},
		{"hold of a stranger", "rules", textIn("hold:River", "m")},
		{"removed far", "removed", textIn(one, "999999999999999")},
		{"ended", "rules", textIn("ended", "18446744073709551615")},
		{"ended far", "rules", textIn("ended", "99999999999999")},
		{"lock", "rules", textIn("locked", "perhaps")},
	}
	for _, key := range []string{"owner", "fence", "seats:patient", "seats:facilitator", "seats:support", "info", "rules", "removed"} {
		list = append(list, garbage{"wrong type", key, wrongType})
	}
	return list
}

func TestGarbageIsRefusedAndClearedByRenew(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		a, c := b.node(t, "node-a"), b.node(t, "node-c")
		for _, g := range rubbish() {
			t.Run(g.key+" "+g.name, func(t *testing.T) {
				b.raw.FlushAll(ctx)
				l, _ := b.claim(t, a, "r")
				must(t, l.Renew(ctx, full()))
				g.put(b, "hearth:{r}:"+g.key)
				garbageRefused(t, b, l.Lease, c)
				counted := a.Stats().Garbage
				must(t, l.Renew(ctx, full()))
				read := g.name == "wrong type" || g.key == "owner" || g.key == "fence" || g.key == "removed" // the others are written over
				if n := a.Stats().Garbage - counted; read != (n == 1) {
					t.Errorf("a renewal counts %d", n)
				}
				must(t, l.Release(ctx))
				_, r := b.claim(t, c, "r")
				equal(t, r, full0(r))
			})
		}
	})
}

// garbageRefused makes every call on a room with garbage: a clear error or an
// answer, and after an error nothing has changed.
func garbageRefused(t *testing.T, b *bed, l room.Lease, thief *Store) {
	t.Helper()
	for _, c := range []struct {
		op   string
		call func() error
	}{
		{"seat", func() error { return l.Seat(ctx, patient(60, 6), caps) }},
		{"remove", func() error { return l.Remove(ctx, subject(60), time.Now().Add(time.Hour)) }},
		{"lift", func() error { return l.Lift(ctx, subject(60)) }},
	} {
		before := b.dump(t)
		if err := c.call(); err != nil {
			wants(t, c.op, err, ErrCorrupt)
			b.same(t, before, b.dump(t))
		}
	}
	_, _, err := thief.Claim(ctx, "r")
	if !errors.Is(err, ErrCorrupt) && !errors.Is(err, room.ErrOwned) {
		t.Errorf("claim: %v", err)
	}
}

// TestClaimOfGarbageLeavesTheRoomFree: a record that cannot be read is an error
// and no lease, whichever side finds it.
func TestClaimOfGarbageLeavesTheRoomFree(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		a, c := b.node(t, "node-a"), b.node(t, "node-c")
		for _, g := range rubbish() {
			t.Run(g.key+" "+g.name, func(t *testing.T) {
				b.raw.FlushAll(ctx)
				l, _ := b.claim(t, a, "r")
				must(t, l.Renew(ctx, full()))
				must(t, l.Release(ctx))
				g.put(b, "hearth:{r}:"+g.key)
				_, _, err := c.Claim(ctx, "r")
				wants(t, "claim", err, ErrCorrupt)
				_, _, err = c.Steal(ctx, "r", uint64(time.Now().Add(time.Hour).UnixMilli()))
				wants(t, "steal", err, ErrCorrupt)
				if g.key != "owner" && slices.Contains(keysOf(b.dump(t)), "owner") {
					t.Error("the room has an owner")
				}
			})
		}
	})
}

func TestRenewRefusesWhenNeitherOwnerNorFenceCanBeRead(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		l, _ := b.claim(t, b.node(t, "node-a"), "r")
		wrongType(b, "hearth:{r}:owner")
		wrongType(b, "hearth:{r}:fence")
		before := b.dump(t)
		wants(t, "renew", l.Lease.Renew(ctx, full()), ErrCorrupt)
		b.same(t, before, b.dump(t))
	})
}

// TestLeaseOutlivesAClockSetBack: an epoch above what Redis' clock could give is
// still that of the lease that has it, and fences like any other.
func TestLeaseOutlivesAClockSetBack(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		l, _ := b.claim(t, b.node(t, "node-a"), "r")
		own := l.Lease.(*lease)
		ahead := &lease{store: own.store, keys: own.keys, epoch: own.epoch + 2*maxAhead, nonce: own.nonce}
		must(t, ahead.Renew(ctx, full()))
		must(t, ahead.Seat(ctx, patient(60, 6), caps))
		refusesAll(t, b, &lease{store: own.store, keys: own.keys, epoch: ahead.epoch - 1, nonce: nonce()})
		must(t, ahead.Release(ctx))
		refusesAll(t, b, ahead)
	})
}
