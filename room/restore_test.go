package room

import (
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// checkRestored says that a state is what a record describes: everybody on their
// own number, every hold and removal, and no path open before its person is back.
func checkRestored(t failer, rec Record, s *state) {
	t.Helper()
	kept := checkRestoredSeats(t, rec, s)
	switch {
	case !maps.Equal(s.holds, rec.Holds) && len(s.holds)+len(rec.Holds) > 0:
		t.Fatalf("M-F2: holds %v of %v", s.holds, rec.Holds)
	case !maps.Equal(s.last, rec.Last) && len(s.last)+len(rec.Last) > 0:
		t.Fatalf("M-W1: last sessions %v of %v", s.last, rec.Last)
	case s.locked != rec.Locked, s.paused != rec.Paused, s.ended != rec.Ended:
		t.Fatal("a switch of the room is forgotten")
	case kept > 0 && rec.Flow.At != "" && !sameFlow(s.flowRecord(), rec.Flow):
		t.Fatalf("M-T1: %+v of %+v", s.flowRecord(), rec.Flow)
	}
	for subject, until := range rec.Removed {
		if s.now.Before(until) && (!s.barred(subject) || s.session[subject] != rec.Session[subject]) {
			t.Fatal("M-F5: a removal is forgotten")
		}
	}
	if r, was := s.round, rec.Round; r.kind != "" && (r.kind != was.Kind || r.leaver != was.Leaver || r.staff != was.Staff || uint32(r.done)&^was.Done != 0) {
		t.Fatalf("S-2: %+v of %+v", r, was)
	}
	gen := s.gen
	if s.nextGen() <= max(gen, rec.Ended) {
		t.Fatal("generations go back")
	}
	s.gen = gen
}

func checkRestoredSeats(t failer, rec Record, s *state) (kept int) {
	t.Helper()
	for _, seat := range rec.Seats {
		if seat.Number >= len(s.seats) || s.now.Before(rec.Removed[seat.Subject]) {
			continue
		}
		p := s.seats[seat.Number]
		switch {
		case p == nil && s.full(seat.Role):
			continue // beyond the cap of today
		case p == nil || p.person.Subject != seat.Subject || !p.is(seat.Role):
			t.Fatalf("seat %d is not its owner's", seat.Number)
		case (p.stage == SteppedOut) != seat.Out:
			t.Fatalf("seat %d is %s", seat.Number, p.stage)
		case s.grant(p) != NoGrant, !p.ghost(), p.connected:
			t.Fatalf("seat %d is open before its owner is back", seat.Number)
		}
		kept++
	}
	again := slices.DeleteFunc(s.record().Seats, func(r SeatRecord) bool { return slices.Contains(asAway(rec.Seats), r) })
	if len(again) > 0 {
		t.Fatalf("seats from nowhere: %+v", again)
	}
	return kept
}

// asAway are seats as they are written while their people have not come back.
func asAway(seats []SeatRecord) []SeatRecord {
	seats = slices.Clone(seats)
	for i := range seats {
		seats[i].Away = true
	}
	return seats
}

// A ghost lives for the grace and no longer, whatever else happens, and nobody
// but its own person gets its seat meanwhile.
func TestGhostsEnd(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	tb.fill(host, 5)
	rec := tb.s.record()
	tb = newTableOf(t, DefaultSettings(), rec)
	checkRestored(t, rec, tb.s)
	for range 11 {
		tb.wait(10 * time.Second)
		if n := len(tb.s.record().Seats); n != 6 {
			t.Fatalf("%d seats after %v", n, tb.now.Sub(start))
		}
	}
	tb.wait(10 * time.Second)
	if n := len(tb.s.record().Seats); n != 0 {
		t.Fatalf("%d ghosts", n)
	}
}

// anyRecord is a record as no room has written it, from whatever its source of
// numbers says: an older version's, or one that somebody has tampered with.
func anyRecord(n func(int) int) Record {
	rec := Record{
		Holds: map[Subject]Hold{}, Removed: map[Subject]time.Time{}, Session: map[Subject]bool{}, Last: map[Subject]bool{},
		Locked: n(2) == 0, Paused: n(2) == 0, Ended: uint64(n(200)),
	}
	subject := func() Subject { return []Subject{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", ""}[n(12)] }
	for range n(24) {
		rec.Seats = append(rec.Seats, SeatRecord{
			Subject: subject(), Role: Role(n(7)), Number: n(26) - 3, Generation: uint64(n(200)), Away: n(2) == 0, Out: n(3) == 0,
		})
	}
	for range n(6) {
		rec.Holds[subject()] = Hold{Mic: n(2) == 0, Video: n(2) == 0}
		rec.Removed[subject()] = start.Add(time.Duration(n(100)-50) * time.Hour)
		rec.Session[subject()], rec.Last[subject()] = n(2) == 0, n(2) == 0
	}
	steps := append(DefaultSteps(), StepArrival, StepWindDown, "", "elsewhere")
	rec.Flow = FlowRecord{
		At: steps[n(len(steps))], Order: []Step{steps[n(len(steps))], steps[n(len(steps))]}, Length: n(200) - 20, Door: n(200) - 20,
		Shared: n(2) == 0, Opened: int64(n(3)-1) * start.UnixMilli(), Began: int64(n(3)-1) * start.UnixMilli(),
	}
	rec.Round = RoundRecord{
		Kind:  []RoundKind{RoundGoAround, RoundGoodbye, "", "other"}[n(4)],
		First: n(26) - 3, Current: n(26) - 3, Lent: n(26) - 3, Leaver: n(26) - 3, Staff: n(2) == 0, Done: uint32(n(256)) << n(24),
	}
	return rec
}

// FuzzRestore begins rooms from whatever stands in Redis, and goes on with them.
func FuzzRestore(f *testing.F) {
	f.Add([]byte{})
	for seed := range byte(16) {
		b := make([]byte, 300)
		for i := range b {
			b[i] = byte(i*i)*(2*seed+1) ^ byte(i>>2) + seed
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		at := 0
		c := newChaos(t, func(limit int) int {
			if at >= len(b) {
				return 0
			}
			at++
			return int(b[at-1]) % limit
		})
		c.s = newState(smallRoom, anyRecord(c.n), c.now, counter())
		checkInvariants(t, c.s)
		for at < len(b) && at < 5_000 {
			c.step()
		}
	})
}

// TestRestoreProperties does the same with rapid, which shrinks what it finds.
func TestRestoreProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := newChaos(rt, func(limit int) int { return rapid.IntRange(0, limit-1).Draw(rt, "n") })
		c.s = newState(smallRoom, anyRecord(c.n), c.now, counter())
		checkInvariants(rt, c.s)
		for range rapid.IntRange(0, 40).Draw(rt, "steps") {
			c.step()
		}
	})
}
