package presence

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"hearth/room"
)

// touched makes the call and fails the test unless it finds what it should. Where
// it is not intact it changes nothing, and where it is only the lease is longer.
func touched(t testing.TB, b *bed, l room.Lease, want bool) {
	t.Helper()
	before := b.dump(t)
	intact, err := l.Touch(ctx)
	if intact != want || err != nil {
		t.Errorf("touch: %v %v, want %v", intact, err, want)
	}
	after := b.dump(t)
	if intact {
		before, after = withoutOwners(before), withoutOwners(after)
	}
	b.same(t, before, after)
}

// withoutOwners leaves the keys with owners out.
func withoutOwners(dump map[string]stored) map[string]stored {
	for key := range dump {
		if strings.HasSuffix(key, ":owner") {
			delete(dump, key)
		}
	}
	return dump
}

// ownerDies is when the lease of room r ends.
func ownerDies(t testing.TB, b *bed) int64 { return b.dump(t)["hearth:{r}:owner"].expires }

func TestTouchExtendsTheLeaseAlone(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		short, long := b.node(t, "node-a"), b.node(t, "node-a", func(c *Config) { c.LeaseTTL = time.Hour })
		l, _ := b.claim(t, short, "r")
		must(t, l.Renew(ctx, full()))
		before := ownerDies(t, b)
		touched(t, b, l, true)
		l.Lease.(*lease).store = long
		touched(t, b, l, true)
		if gained := ownerDies(t, b) - before; gained < 50*time.Minute.Milliseconds() {
			t.Errorf("%d ms more", gained)
		}
		must(t, l.Release(ctx))
		_, r := b.claim(t, b.node(t, "node-b"), "r")
		equal(t, r, full0(r))
	})
}

// What touch has to find is put right by the renewal after it.
func TestTouchFindsWhatIsMissing(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		l, _ := b.claim(t, b.node(t, "node-a"), "r")
		touched(t, b, l, false) // nothing was written yet
		for _, key := range []string{"owner", "fence", "seats:patient", "seats:facilitator", "seats:support", "info", "rules", "removed"} {
			must(t, l.Renew(ctx, full()))
			touched(t, b, l, true)
			b.raw.Del(ctx, "hearth:{r}:"+key)
			touched(t, b, l, false)
			must(t, l.Renew(ctx, full()))
			touched(t, b, l, true)
			wrongType(b, "hearth:{r}:"+key)
			touched(t, b, l.Lease, false)
		}
		must(t, l.Renew(ctx, room.Record{}))
		touched(t, b, l, true)
		must(t, l.Seat(ctx, patient(1, 1), caps))
		touched(t, b, l, false)
		must(t, l.Renew(ctx, full()))
		b.raw.FlushAll(ctx)
		touched(t, b, l, false)
		must(t, l.Renew(ctx, full()))
		touched(t, b, l, true)
	})
}

// TestTouchAndGarbage: what anybody puts beside the record or instead of it is
// seen; a text put in the place of another waits for the next renewal.
func TestTouchAndGarbage(t *testing.T) {
	inPlace := []string{"info info", "info info number", "info info class", "info info generation", "rules ended", "rules ended far",
		"seats:patient endless", "seats:patient far", "rules lock"}
	onEach(t, func(t *testing.T, b *bed) {
		for _, g := range rubbish() {
			b.raw.FlushAll(ctx)
			l, _ := b.claim(t, b.node(t, "node-a"), "r")
			must(t, l.Renew(ctx, full()))
			g.put(b, "hearth:{r}:"+g.key)
			intact, err := l.Lease.Touch(ctx)
			must(t, err)
			if name := g.key + " " + g.name; intact != slices.Contains(inPlace, name) {
				t.Errorf("%s: intact %v", name, intact)
			}
			must(t, l.Renew(ctx, full()))
			touched(t, b, l, true)
		}
	})
}

// TestTouchAfterTheft: of an owner and a thief one extends the room.
func TestTouchAfterTheft(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		first, _ := b.claim(t, b.node(t, "node-a"), "r")
		must(t, first.Renew(ctx, full()))
		second, _, err := b.node(t, "node-b").Steal(ctx, "r", first.Epoch())
		must(t, err)
		touched(t, b, first, false)
		touched(t, b, second, false)
		wants(t, "renew", first.Renew(ctx, full()), room.ErrStale)
		must(t, second.Renew(ctx, full()))
		touched(t, b, second, true)
		touched(t, b, first, false)
		must(t, second.Release(ctx))
		touched(t, b, second, false)
	})
}

// TestTouchesAndThieves: while a room is stolen over and over, no touch answers
// for a lease after a later owner's theft was answered.
func TestTouchesAndThieves(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		owner := b.node(t, "node-a")
		l, _, err := owner.Claim(ctx, "r")
		must(t, err)
		for round := range 10 {
			must(t, l.Renew(ctx, full()))
			thief := b.node(t, fmt.Sprint("node-", round))
			var stolen atomic.Bool
			var next room.Lease
			race(4, func(i int) {
				if i == 0 {
					taken, _, err := thief.Steal(ctx, "r", l.Epoch())
					if err != nil {
						t.Errorf("thief: %v", err)
					}
					next = taken
					stolen.Store(true)
					return
				}
				for range 20 {
					after := stolen.Load()
					if intact, err := l.Touch(ctx); err != nil || intact && after {
						t.Errorf("touch of a lost lease: %v %v", intact, err)
					}
				}
			})
			if l = next; l == nil {
				return
			}
		}
	})
}

// TestLateRenewalIsSeen: a renewal whose caller has given up is written after the
// next one, as when Redis was frozen.
func TestLateRenewalIsSeen(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		s := b.node(t, "node-a")
		l, _ := b.claim(t, s, "r")
		own := l.Lease.(*lease)
		late := &lease{store: s, keys: own.keys, epoch: own.epoch, nonce: own.nonce} // counts from the same number
		old, now := full(), full()
		old.Seats[0].Away = true
		must(t, own.Renew(ctx, old))
		must(t, own.Renew(ctx, now))
		touched(t, b, l, true)
		must(t, late.Renew(ctx, old))
		touched(t, b, l, false)
		must(t, l.Renew(ctx, now))
		touched(t, b, l, true)
	})
}

// TestTouchWantsARenewalInTime: a live seat never expires while its owner lives.
func TestTouchWantsARenewalInTime(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		s := b.node(t, "node-a", func(c *Config) { c.LiveTTL = time.Hour })
		l, _ := b.claim(t, s, "r")
		must(t, l.Renew(ctx, full()))
		own := l.Lease.(*lease)
		last := *own.last.Load()
		own.last.Store(&renewal{last.serial, last.again.Add(-11 * time.Minute)})
		touched(t, b, l, true)
		own.last.Store(&renewal{last.serial, last.again.Add(-19 * time.Minute)})
		touched(t, b, l, false)
		must(t, l.Renew(ctx, full()))
		touched(t, b, l, true)
		var soonest, latest time.Duration = time.Hour, 0
		for range 1000 {
			stands := time.Until(own.renewal().again).Round(time.Minute)
			soonest, latest = min(soonest, stands), max(latest, stands)
		}
		if soonest != 12*time.Minute || latest != 18*time.Minute {
			t.Errorf("a renewal stands for %v to %v", soonest, latest)
		}
	})
}

// TestTouchAfterAFailure: a single call that was refused, or had no answer, asks
// for a renewal.
func TestTouchAfterAFailure(t *testing.T) {
	b := serverBed(t)
	l, _ := b.claim(t, b.node(t, "node-a", quick), "r")
	for op, call := range map[string]func() error{
		"seat":   func() error { return l.Lease.Seat(ctx, patient(60, 6), caps) },
		"remove": func() error { return l.Lease.Remove(ctx, subject(60), time.Now().Add(time.Hour)) },
		"lift":   func() error { return l.Lease.Lift(ctx, subject(60)) },
	} {
		eventually(t, "redis answers", func() bool { return l.Lease.Renew(ctx, full()) == nil })
		touched(t, b, l, true)
		b.server.signal(t, syscall.SIGSTOP)
		wants(t, op, call(), room.ErrUnavailable)
		b.server.signal(t, syscall.SIGCONT)
		touched(t, b, l, false)
	}
	must(t, l.Renew(ctx, full()))
	wants(t, "seat", l.Seat(ctx, patient(61, 3), caps), room.ErrTaken)
	touched(t, b, l, false)
}

// TestTouchTellsWhatBecameOfARenewal: one without an answer was written or was not,
// and a touch without an answer says nothing about it.
func TestTouchTellsWhatBecameOfARenewal(t *testing.T) {
	b := serverBed(t)
	way := newLaggard(t, b.server.addr)
	s, err := Open(ctx, Config{URL: "unix://" + way.addr, Node: "node-a", NodeURL: "http://node-a:7", LeaseTTL: time.Minute, LiveTTL: time.Hour, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	defer s.Close()
	l, _ := b.claim(t, s, "r")
	must(t, l.Renew(ctx, full()))
	intact := func() bool {
		yes, err := l.Lease.Touch(ctx)
		return yes && err == nil
	}
	for _, c := range []struct {
		name    string
		written bool
		silence func()
		speak   func()
	}{
		{"its answer is lost", true, func() { way.set(time.Second) }, func() { way.set(0) }},
		{"it never came", false, func() { b.server.kill() }, func() { b.server.start(t) }},
	} {
		must(t, l.Renew(ctx, full()))
		c.silence()
		wants(t, c.name, l.Lease.Renew(ctx, full()), room.ErrUnavailable)
		_, err := l.Lease.Touch(ctx)
		wants(t, c.name, err, room.ErrUnavailable)
		c.speak()
		eventually(t, "redis answers", func() bool { return s.Ping(ctx) == nil })
		if c.written {
			eventually(t, c.name, intact)
			continue
		}
		touched(t, b, l, false)
		must(t, l.Renew(ctx, full()))
		touched(t, b, l, true)
	}
}
