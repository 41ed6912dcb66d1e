package presence

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"hearth/room"
)

var (
	ctx  = context.Background()
	caps = room.Caps{Patients: 12, Facilitators: 2, Support: 2}
)

// full is a record with one of everything.
func full() room.Record {
	hour := time.UnixMilli(time.Now().Add(time.Hour).UnixMilli())
	return room.Record{
		Seats: []room.SeatRecord{
			{Subject: subject(1), Role: room.Facilitator, Number: 0, Generation: 1_767_225_600_002},
			{Subject: subject(2), Role: room.Patient, Number: 3, Generation: 7, Away: true},
			{Subject: subject(3), Role: room.Patient, Number: 4, Generation: 8, Away: true, Out: true},
			{Subject: subject(4), Role: room.Support, Number: 15, Generation: 9},
		},
		Holds:   map[room.Subject]room.Hold{subject(2): {Mic: true}, subject(5): {Mic: true, Video: true}, subject(6): {Video: true}},
		Removed: map[room.Subject]time.Time{subject(7): hour, subject(8): hour.Add(90 * 24 * time.Hour)},
		Session: map[room.Subject]bool{subject(7): true},
		Last:    map[room.Subject]bool{subject(3): true},
		Locked:  true,
		Paused:  true,
		Ended:   1_767_225_600_001,
		Flow:    flow,
		Round:   goodbye,
	}
}

// equal compares records; times by the instant.
func equal(t testing.TB, got, want room.Record) {
	t.Helper()
	for _, r := range []room.Record{got, want} {
		for s, until := range r.Removed {
			r.Removed[s] = until.UTC()
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("record:\ngot  %+v\nwant %+v", got, want)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wants(t testing.TB, op string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %v", op, err, want)
	}
}

func TestSecondNodeLearnsTheOwner(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		l, _ := b.claim(t, b.node(t, "node-a"), "r")
		_, _, err := b.node(t, "node-b").Claim(ctx, "r")
		wants(t, "claim", err, room.ErrOwned)
		var owned room.Owned
		if !errors.As(err, &owned) || owned != (room.Owned{Node: "node-a", URL: "http://node-a:7", Epoch: l.Epoch()}) {
			t.Errorf("owner %+v", owned)
		}
		b.claim(t, b.node(t, "node-b"), "other")
	})
}

func TestRecordGoesFromReleaseToClaim(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		first, empty := b.claim(t, b.node(t, "node-a"), "r")
		equal(t, empty, room.Record{Holds: map[room.Subject]room.Hold{}, Removed: map[room.Subject]time.Time{}, Session: map[room.Subject]bool{}})
		must(t, first.Renew(ctx, full()))
		must(t, first.Release(ctx))
		second, r := b.claim(t, b.node(t, "node-b"), "r")
		equal(t, r, full0(r))
		if second.Epoch() <= first.Epoch() {
			t.Errorf("epoch %d after %d", second.Epoch(), first.Epoch())
		}
		wants(t, "release twice", first.Release(ctx), room.ErrStale)
	})
}

// full0 is full with the instants of r: full reads the clock.
func full0(r room.Record) room.Record {
	want := full()
	for s, until := range r.Removed {
		if d := want.Removed[s].Sub(until); d >= 0 && d < time.Minute {
			want.Removed[s] = until
		}
	}
	return want
}

func TestSingleCallsMakeTheSameRecord(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		l, _ := b.claim(t, b.node(t, "node-a"), "r")
		want := full()
		for _, s := range want.Seats {
			must(t, l.Seat(ctx, s, caps))
		}
		for s, until := range want.Removed {
			must(t, l.Remove(ctx, s, until))
		}
		want.Holds, want.Session, want.Locked, want.Paused, want.Ended = map[room.Subject]room.Hold{}, map[room.Subject]bool{}, false, false, 0
		want.Last = nil
		want.Flow, want.Round = room.FlowRecord{}, room.RoundRecord{}
		must(t, l.Release(ctx))
		_, r := b.claim(t, b.node(t, "node-b"), "r")
		equal(t, r, want)
	})
}

func TestRenewReplacesSeatsAndHoldsButAddsRemovals(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		l, _ := b.claim(t, b.node(t, "node-a"), "r")
		old := full()
		must(t, l.Renew(ctx, old))
		sooner := map[room.Subject]time.Time{subject(7): time.Now().Add(time.Minute), subject(9): old.Removed[subject(7)]}
		must(t, l.Renew(ctx, room.Record{Seats: []room.SeatRecord{patient(1, 9)}, Removed: sooner}))
		must(t, l.Release(ctx))
		_, r := b.claim(t, b.node(t, "node-a"), "r")
		old.Removed[subject(9)] = old.Removed[subject(7)]
		equal(t, r, room.Record{Seats: []room.SeatRecord{patient(1, 9)}, Holds: map[room.Subject]room.Hold{}, Removed: old.Removed, Session: map[room.Subject]bool{}})
	})
}

func TestEndLeavesRemovalsAndAFenceForAWhile(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		l, _ := b.claim(t, b.node(t, "node-a"), "r")
		must(t, l.Renew(ctx, full()))
		must(t, l.End(ctx, 1_767_225_600_009))
		dump := b.dump(t)
		if got := keysOf(dump); !slices.Equal(got, []string{"fence", "removed", "rules"}) {
			t.Errorf("keys after the end: %v", got)
		}
		for _, key := range []string{"fence", "rules"} {
			if left := time.Until(time.UnixMilli(dump["hearth:{r}:"+key].expires)); left > 15*time.Minute {
				t.Errorf("%s lives %v", key, left)
			}
		}
		refusesAll(t, b, l)
		_, r := b.claim(t, b.node(t, "node-b"), "r")
		want := room.Record{Holds: map[room.Subject]room.Hold{}, Removed: full0(r).Removed, Session: map[room.Subject]bool{}, Ended: 1_767_225_600_009}
		equal(t, r, want)
	})
}

func TestEndOfARoomWithoutRemovalsLeavesTheFenceAlone(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		s := b.node(t, "node-a", func(c *Config) { c.EndTTL = 20 * time.Millisecond })
		l, _ := b.claim(t, s, "r")
		must(t, l.Seat(ctx, patient(1, 1), caps))
		must(t, l.Remove(ctx, subject(2), time.Now().Add(100*time.Millisecond)))
		must(t, l.End(ctx, 1_767_225_600_009))
		eventually(t, "no trace of the room", func() bool { return len(b.dump(t)) == 0 })
	})
}

func TestLapsedLeaseGoesToTheNextWithALargerEpoch(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		short := func(c *Config) { c.LeaseTTL = 100 * time.Millisecond }
		first, _ := b.claim(t, b.node(t, "node-a", short), "r")
		must(t, first.Seat(ctx, patient(1, 1), caps))
		node := b.node(t, "node-b")
		var second room.Lease
		var r room.Record
		eventually(t, "the lease lapses", func() (ok bool) {
			var err error
			second, r, err = node.Claim(ctx, "r")
			return err == nil
		})
		if second.Epoch() <= first.Epoch() {
			t.Errorf("epoch %d after %d", second.Epoch(), first.Epoch())
		}
		if len(r.Seats) != 1 || r.Seats[0] != patient(1, 1) {
			t.Errorf("seats %+v", r.Seats)
		}
		refusesAll(t, b, first)
	})
}

// refusesAll makes every call of a stale lease and fails the test unless each is
// refused and changes nothing.
func refusesAll(t *testing.T, b *bed, l room.Lease) {
	t.Helper()
	counted := storeOf(l).Stats().Stale
	calls := map[string]func() error{
		"seat":    func() error { return l.Seat(ctx, patient(50, 5), caps) },
		"renew":   func() error { return l.Renew(ctx, full()) },
		"remove":  func() error { return l.Remove(ctx, subject(1), time.Now().Add(time.Hour)) },
		"lift":    func() error { return l.Lift(ctx, subject(7)) },
		"release": func() error { return l.Release(ctx) },
		"end":     func() error { return l.End(ctx, 1_767_225_600_009) },
	}
	for op, call := range calls {
		before := b.dump(t)
		wants(t, "stale "+op, call(), room.ErrStale)
		b.same(t, before, b.dump(t))
	}
	touched(t, b, l, false)
	if n := storeOf(l).Stats().Stale - counted; n != uint64(len(calls)) {
		t.Errorf("%d stale calls are counted, of %d", n, len(calls))
	}
}

// storeOf is the node that has a lease.
func storeOf(l room.Lease) *Store {
	if w, ok := l.(watched); ok {
		l = w.Lease
	}
	return l.(*lease).store
}

func TestStaleAfterAnotherClaimAndAfterATheft(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		a, c := b.node(t, "node-a"), b.node(t, "node-c")
		first, _ := b.claim(t, a, "r")
		must(t, first.Renew(ctx, full()))
		second, r := b.claim(t, a, "r") // the same node, started again
		equal(t, r, full0(r))
		refusesAll(t, b, first)
		third, r, err := c.Steal(ctx, "r", second.Epoch())
		must(t, err)
		equal(t, r, full0(r))
		if third.Epoch() <= second.Epoch() {
			t.Errorf("epoch %d after %d", third.Epoch(), second.Epoch())
		}
		refusesAll(t, b, second)
		must(t, third.Renew(ctx, room.Record{}))
		b.inspect(t)
	})
}

func TestLapsedButUntakenLeaseComesBackWithRenew(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		l, _ := b.claim(t, b.node(t, "node-a", func(c *Config) { c.LeaseTTL = 20 * time.Millisecond }), "r")
		eventually(t, "the lease lapses", func() bool { return !slices.Contains(keysOf(b.dump(t)), "owner") })
		before := b.dump(t)
		wants(t, "seat", l.Seat(ctx, patient(1, 1), caps), room.ErrUnavailable)
		b.same(t, before, b.dump(t))
		must(t, l.Renew(ctx, full()))
	})
}

func TestSeatRules(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		l, _ := b.claim(t, b.node(t, "node-a"), "r")
		few := room.Caps{Patients: 2, Facilitators: 1, Support: 1}
		must(t, l.Seat(ctx, patient(1, 0), few))
		wants(t, "taken number", l.Seat(ctx, patient(2, 0), few), room.ErrTaken)
		must(t, l.Seat(ctx, patient(2, 1), few))
		wants(t, "full", l.Seat(ctx, patient(3, 2), few), room.ErrFull)
		must(t, l.Seat(ctx, room.SeatRecord{Subject: subject(9), Role: room.Facilitator, Number: 3}, few))
		wants(t, "second facilitator", l.Seat(ctx, room.SeatRecord{Subject: subject(8), Role: room.Facilitator, Number: 2}, few), room.ErrFull)

		away := patient(1, 0)
		away.Away, away.Generation = true, 99
		must(t, l.Seat(ctx, away, few))          // keeps and updates
		must(t, l.Seat(ctx, patient(2, 2), few)) // moves
		must(t, l.Seat(ctx, patient(2, 1), few)) // and back
		must(t, l.Renew(ctx, room.Record{Seats: []room.SeatRecord{
			away, {Subject: subject(9), Role: room.Facilitator, Number: 3}}})) // frees
		must(t, l.Seat(ctx, patient(3, 1), few)) // the place and the number
		changed := room.SeatRecord{Subject: subject(3), Role: room.Support, Number: 1}
		must(t, l.Seat(ctx, changed, few))       // another class
		must(t, l.Seat(ctx, patient(4, 2), few)) // leaves the first one free
		must(t, l.Release(ctx))
		_, r := b.claim(t, b.node(t, "node-a"), "r")
		want := []room.SeatRecord{away, changed, patient(4, 2), {Subject: subject(9), Role: room.Facilitator, Number: 3}}
		if !slices.Equal(r.Seats, want) {
			t.Errorf("seats %+v", r.Seats)
		}
	})
}

func TestAwaySeatsOutliveLiveOnes(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		s := b.node(t, "node-a", func(c *Config) { c.LiveTTL = 50 * time.Millisecond })
		l, _ := b.claim(t, s, "r")
		away := patient(1, 1)
		away.Away = true
		one := room.Caps{Patients: 2, Facilitators: 1}
		must(t, l.Seat(ctx, away, one))
		must(t, l.Seat(ctx, patient(2, 2), one))
		eventually(t, "the live seat expires and its number is free", func() bool {
			return l.Seat(ctx, patient(3, 2), one) == nil
		})
		wants(t, "number of the away seat", l.Seat(ctx, room.SeatRecord{Subject: subject(4), Role: room.Facilitator, Number: 1}, one), room.ErrTaken)
		must(t, l.Renew(ctx, room.Record{Seats: []room.SeatRecord{away}}))
		must(t, l.Release(ctx))
		_, r := b.claim(t, s, "r")
		if !slices.Equal(r.Seats, []room.SeatRecord{away}) {
			t.Errorf("seats %+v", r.Seats)
		}
	})
}

func TestRemovedIsRefusedUntilLiftedOrOver(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		l, _ := b.claim(t, b.node(t, "node-a"), "r")
		must(t, l.Seat(ctx, patient(1, 1), caps))
		must(t, l.Remove(ctx, subject(1), time.Now().Add(time.Hour)))
		must(t, l.Seat(ctx, patient(2, 1), caps)) // its seat is free
		wants(t, "removed", l.Seat(ctx, patient(1, 2), caps), room.ErrRemoved)
		must(t, l.Release(ctx))
		l, _ = b.claim(t, b.node(t, "node-b"), "r")
		wants(t, "removed, another node", l.Seat(ctx, patient(1, 2), caps), room.ErrRemoved)
		must(t, l.Lift(ctx, subject(1)))
		must(t, l.Lift(ctx, subject(1)))
		must(t, l.Seat(ctx, patient(1, 2), caps))
		must(t, l.Remove(ctx, subject(1), time.Now().Add(100*time.Millisecond)))
		eventually(t, "the removal is over", func() bool { return l.Seat(ctx, patient(1, 2), caps) == nil })
		must(t, l.Remove(ctx, subject(6), time.Now().Add(time.Hour)))
		must(t, l.Remove(ctx, subject(7), time.Now().Add(time.Minute))) // does not shorten the other
		must(t, l.Remove(ctx, subject(5), time.Now().Add(-time.Hour)))  // over before it began
		must(t, l.Seat(ctx, patient(5, 5), caps))
	})
}

func TestOnlyOpaqueIdsGetThrough(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		s := b.node(t, "node-a")
		l, _ := b.claim(t, s, "r")
		before := b.dump(t)
		for _, name := range []room.Subject{"", "River", subject(1) + "0", "ABCDEF00000000000000000000000000", "0123456789abcdef0123456789abcde\n"} {
			wants(t, "seat", l.Seat(ctx, room.SeatRecord{Subject: name, Role: room.Patient}, caps), ErrBad)
			wants(t, "remove", l.Remove(ctx, name, time.Now().Add(time.Hour)), ErrBad)
			wants(t, "lift", l.Lift(ctx, name), ErrBad)
			wants(t, "renew seat", l.Renew(ctx, room.Record{Seats: []room.SeatRecord{{Subject: name, Role: room.Patient}}}), ErrBad)
			wants(t, "renew hold", l.Renew(ctx, room.Record{Holds: map[room.Subject]room.Hold{name: {Mic: true}}}), ErrBad)
			wants(t, "renew removed", l.Renew(ctx, room.Record{Removed: map[room.Subject]time.Time{name: time.Now()}}), ErrBad)
		}
		wants(t, "zero time", l.Remove(ctx, subject(1), time.Time{}), ErrBad)
		wants(t, "no role", l.Seat(ctx, room.SeatRecord{Subject: subject(1)}, caps), ErrBad)
		wants(t, "number", l.Seat(ctx, patient(1, caps.Seats()), caps), ErrBad)
		wants(t, "one number twice", l.Renew(ctx, room.Record{Seats: []room.SeatRecord{patient(1, 1), patient(2, 1)}}), ErrBad)
		for _, id := range []string{"", "a}b", "{", "a b", "é", "a\n", string(make([]byte, 129))} {
			_, _, err := s.Claim(ctx, id)
			wants(t, "claim", err, ErrBad)
		}
		b.same(t, before, b.dump(t))
	})
}
