package room

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// beats are the calls that a room's clerk made, each with its time.
type beats struct {
	ops  []string
	at   []time.Time
	fail func(op string) error // what else they answer; nil for nothing
}

// listen notes the calls of all rooms of a house from now on.
func listen(h *house) *beats {
	b := &beats{}
	h.presence.set(func() {
		h.presence.fails = func(op string) error {
			b.ops, b.at = append(b.ops, op), append(b.at, time.Now())
			if b.fail != nil {
				return b.fail(op)
			}
			return nil
		}
	})
	return b
}

// during lets time pass, after something was done, and returns the calls made
// meanwhile.
func (b *beats) during(h *house, d time.Duration, do ...func()) string {
	h.presence.set(func() { b.ops, b.at = nil, nil })
	for _, something := range do {
		something()
	}
	time.Sleep(d)
	synctest.Wait()
	var ops []string
	h.presence.set(func() { ops = slices.Clone(b.ops) })
	return strings.Join(ops, " ")
}

// quiet is a room in which nothing has happened since its record was written.
func quiet(t *testing.T, h *house) (*guest, *beats) {
	ada := h.knocked("Ada", Facilitator)
	b := listen(h)
	time.Sleep(5 * renewEvery)
	synctest.Wait()
	return ada, b
}

func TestQuietRoomIsTouchedAndSometimesWritten(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		_, b := quiet(t, h)
		b.during(h, 10*time.Minute)
		var extended, written time.Time
		touches := 0
		for i, op := range b.ops {
			if op != "touch" && op != "renew" {
				t.Fatalf("%s in a room in which nothing happens", op)
			}
			if !extended.IsZero() && b.at[i].Sub(extended) > renewEvery {
				t.Fatalf("%v between two beats", b.at[i].Sub(extended))
			}
			extended = b.at[i]
			if op == "touch" {
				touches++
				continue
			}
			if gap := b.at[i].Sub(written); !written.IsZero() && (gap > 11*time.Second || gap < 9*time.Second) {
				t.Fatalf("written after %v", gap)
			}
			written = b.at[i]
		}
		if renewals := len(b.ops) - touches; touches < 3*renewals || renewals < 50 {
			t.Fatalf("%d touches, %d renewals", touches, renewals)
		}
	})
}

func TestChangeIsWrittenAtOnce(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		ada, b := quiet(t, h)
		for range 5 {
			for _, on := range []bool{true, false} {
				lock := func() { ada.do(Lock{Locked: on}) }
				if ops := b.during(h, time.Millisecond, lock); ops != "renew" {
					t.Fatalf("after a change: %q", ops)
				}
			}
			if ops := b.during(h, renewEvery); strings.Contains(ops, "renew") {
				t.Fatalf("the record stands, and is written again: %q", ops)
			}
		}
	})
}

// TestRecordIsWrittenWhereInDoubt: at the next beat, and at once where that is
// what finds it.
func TestRecordIsWrittenWhereInDoubt(t *testing.T) {
	for name, c := range map[string]struct {
		amiss func(h *house, b *beats)
		beat  string // the next one
	}{
		"forgotten": {func(h *house, _ *beats) {
			h.presence.set(func() { h.presence.room("room").record, h.presence.room("room").mark = Record{}, nil })
		}, "touch renew"},
		"no answer": {func(h *house, b *beats) {
			h.presence.set(func() { b.fail = func(string) error { return ErrUnavailable } })
			for range 20 {
				if ops := b.during(h, renewEvery); ops != "touch" && ops != "renew" {
					h.t.Errorf("a store that does not answer was asked %q", ops)
				}
			}
			h.presence.set(func() { b.fail = nil })
		}, "touch renew"},
		"one touch without an answer": {func(h *house, b *beats) {
			h.presence.set(func() { b.fail = func(string) error { return ErrUnavailable } })
			b.during(h, renewEvery)
			h.presence.set(func() { b.fail = nil })
		}, "touch"},
		"a lift without an answer": {func(h *house, b *beats) {
			h.presence.set(func() { h.presence.room("room").lease.last = nil })
		}, "renew"},
		"another record": {func(h *house, _ *beats) {
			h.presence.set(func() { h.presence.room("room").mark = &fakeRenewal{} })
		}, "touch renew"},
		"nothing": {func(*house, *beats) {}, "touch"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
				_, b := quiet(t, h)
				for !strings.Contains(b.during(h, renewEvery), "renew") {
				}
				c.amiss(h, b)
				if ops := b.during(h, renewEvery); ops != c.beat {
					t.Fatalf("the next beat is %q, not %q", ops, c.beat)
				}
				if rec := h.presence.look("room").record; len(rec.Seats) != 1 {
					t.Fatalf("the store shows %+v", rec)
				}
				if ops := b.during(h, renewEvery); ops != "touch" {
					t.Fatalf("all is well, and the beat is %q", ops)
				}
			})
		})
	}
}

// TestLostLeaseIsFoundByABeat: a touch does not say whose the room is, so that the
// renewal after it does.
func TestLostLeaseIsFoundByABeat(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		ada, b := quiet(t, h)
		h.presence.steal("room")
		b.during(h, renewEvery)
		ada.bye(ByeElsewhere)
	})
}

// TestGarbageAtTheEndIsCleared: what a clerk finds in the store at the very end
// keeps neither a removal nor the end from being written.
func TestGarbageAtTheEndIsCleared(t *testing.T) {
	for _, first := range []string{"remove", "end", "release"} {
		t.Run(first, func(t *testing.T) {
			inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
				ada, maple := h.knocked("Ada", Facilitator), h.knocked("Maple", Patient)
				h.presence.set(func() { h.presence.fault = ErrUnavailable })
				ada.do(Remove{Guest: maple.ID(), Seat: -1, Group: true})
				if first != "release" {
					ada.do(End{})
				}
				ops := garbageAt(h, first)
				h.presence.set(func() { h.presence.fault = nil })
				time.Sleep(2 * retryAfter)
				synctest.Wait()
				if first == "release" {
					h.close()
				}
				r := h.presence.look("room")
				if r.owned || r.ended != (first != "release") || r.ended && r.record.Ended == 0 || len(r.record.Removed) != 1 {
					t.Fatalf("%v; the store shows %+v", *ops, r)
				}
			})
		})
	}
}

// garbageAt puts something into the store that only a renewal clears, just before a
// call that cannot do with it. It returns the calls from then on.
func garbageAt(h *house, first string) (ops *[]string) {
	ops = &[]string{}
	var there, cleared bool
	h.presence.set(func() {
		h.presence.fails = func(op string) error {
			if !cleared && op == first {
				there = true
			}
			if there {
				*ops = append(*ops, op)
			}
			switch {
			case there && op == "renew":
				there, cleared = false, true
			case there:
				return errors.New("no room has written this")
			}
			return nil
		}
	})
	return ops
}
