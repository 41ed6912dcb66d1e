package room

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// M-M7: Redis away, in both ways it can be.
func TestRedisAway(t *testing.T) {
	for name, fault := range map[string]func(*fakePresence){
		"unavailable": func(f *fakePresence) { f.fault = ErrUnavailable },
		"frozen":      func(f *fakePresence) { f.frozen = true },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
				ada, first := h.knocked("Ada", Facilitator), h.knocked("Maple", Patient)
				ada.do(Admit{Guest: first.ID()})
				synctest.Wait()
				first.do(Set{Switches: mic(true)})
				peer := first.connect()
				h.presence.set(func() { fault(h.presence) })
				time.Sleep(time.Minute)
				if !peer.allowed().Audio {
					t.Fatal("media stopped with Redis")
				}
				var late []*guest
				for i := range 5 {
					late = append(late, h.knocked(fmt.Sprintf("Tree %c", 'A'+i), Patient))
				}
				ada.do(AdmitAll{})
				time.Sleep(1500 * time.Millisecond)
				synctest.Wait()
				for _, g := range late {
					if g.stage() != Seated {
						t.Fatal("no join to a live room while Redis is away")
					}
				}
				before := time.Now()
				ada.do(Mute{Seat: 1, Hold: true})
				ada.do(Remove{Seat: 1})
				if time.Since(before) > 0 || !peer.isClosed() {
					t.Fatal("moderation waits for Redis")
				}
				if _, err := h.rooms.Enter(t.Context(), "room", person("Maple", Patient), nil, &fakeLink{}); err != ErrRemoved {
					t.Fatal(err)
				}
				if _, err := h.rooms.Enter(t.Context(), "other", person("Maple", Patient), nil, &fakeLink{}); err != ErrUnavailable {
					t.Fatalf("a new room without Redis: %v", err)
				}
				h.presence.set(func() { h.presence.fault, h.presence.frozen = nil, false })
				time.Sleep(5 * time.Second)
				synctest.Wait()
				rec := h.presence.look("room").record
				if len(rec.Seats) != 6 || rec.Removed[person("Maple", Patient).Subject].IsZero() {
					t.Fatalf("Redis has not caught up: %+v", rec)
				}
			})
		})
	}
}

// A Redis that reads and does not write shows the seat of who was removed: the
// room goes by its own memory, and whoever is admitted sits down.
func TestRedisReadOnly(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		ada, first := h.knocked("Ada", Facilitator), h.knocked("Maple", Patient)
		ada.do(Admit{Guest: first.ID()})
		synctest.Wait()
		h.presence.set(func() {
			h.presence.fails = func(op string) error {
				if op == "seat" {
					return nil // refused by what it reads, before it would write
				}
				return ErrUnavailable
			}
		})
		ada.do(Remove{Seat: 1})
		next := h.knocked("River", Patient)
		ada.do(Admit{Guest: next.ID()})
		time.Sleep(time.Second)
		synctest.Wait()
		if next.stage() != Seated {
			t.Fatal("admitted, and not seated")
		}
		h.presence.set(func() { h.presence.fails = nil })
		time.Sleep(2 * renewEvery)
		synctest.Wait()
		rec := h.presence.look("room").record
		if len(rec.Seats) != 2 || rec.Removed[person("Maple", Patient).Subject].IsZero() {
			t.Fatalf("Redis has not caught up: %+v", rec)
		}
	})
}

// After another node has taken over, nothing flows here and everybody connects
// again.
func TestStaleLease(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		ada := h.knocked("Ada", Facilitator)
		peer := ada.connect()
		h.presence.set(func() { h.presence.room("room").epoch += 5 })
		time.Sleep(2100 * time.Millisecond)
		ada.bye(ByeElsewhere)
		if !peer.isClosed() || h.rooms.Live("room") {
			t.Fatal("the stale owner goes on")
		}
		h.presence.set(func() { h.presence.room("room").owned = true })
		if _, err := h.rooms.Enter(t.Context(), "room", person("Ada", Facilitator), nil, &fakeLink{}); err != ErrOwned {
			t.Fatal(err)
		}
		h.presence.set(func() { h.presence.room("room").owned = false })
		h.knocked("Ada", Facilitator)
	})
}

// A node goes away and another one goes on: same seats, holds kept, muted.
func TestHandOver(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		ada, maple := h.knocked("Ada", Facilitator), h.knocked("Maple", Patient)
		ada.do(Admit{Guest: maple.ID()})
		synctest.Wait()
		maple.do(Set{Switches: mic(true)})
		ada.do(Mute{Seat: 1, Hold: true})
		_, adaSeal := ada.link.see()
		_, seal := maple.link.see()
		h.close()
		ada.bye(ByeElsewhere)
		maple.bye(ByeElsewhere)
		if _, err := h.rooms.Enter(t.Context(), "room", person("Ada", Facilitator), nil, &fakeLink{}); err != ErrUnavailable {
			t.Fatalf("entered a draining node: %v", err)
		}
		h.open(DefaultSettings())
		link := &fakeLink{}
		p, err := h.rooms.Enter(t.Context(), "room", person("Maple", Patient), &seal, link)
		if err != nil {
			t.Fatal(err)
		}
		if v, _ := link.see(); v.You.Seat != 1 || v.You.Name != "Maple" || !v.You.MicHeld || v.You.Mic || v.Room.Phase != PhaseAlone {
			t.Fatalf("%+v", v)
		}
		if err := p.Do(t.Context(), Set{Switches: mic(true)}); err != ErrHeld {
			t.Fatal(err)
		}
		link = &fakeLink{}
		if _, err = h.rooms.Enter(t.Context(), "room", person("Ada", Facilitator), &adaSeal, link); err != nil {
			t.Fatal(err)
		}
		if v, _ := link.see(); v.You.Seat != 0 || v.Room.Phase != PhaseOpen || len(v.Seats) != 2 {
			t.Fatalf("%+v", v)
		}
	})
}

func TestClaimIsShared(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		h.presence.set(func() { h.presence.slow = 100 * time.Millisecond })
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() { h.enter(fmt.Sprint("P", i), Patient) })
		}
		synctest.Wait()
		// Another room does not wait for this one's claim, nor a caller beyond its context.
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := h.rooms.Enter(ctx, "room", person("Late", Patient), nil, &fakeLink{}); err != ErrUnavailable {
			t.Fatal(err)
		}
		wg.Wait()
		if h.presence.claims != 1 {
			t.Fatalf("%d claims", h.presence.claims)
		}
	})
}

func TestClaimFails(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		for _, fault := range []error{ErrUnavailable, ErrOwned} {
			h.presence.set(func() { h.presence.fault = fault })
			if _, err := h.rooms.Enter(t.Context(), "room", person("Ada", Facilitator), nil, &fakeLink{}); err != fault {
				t.Fatalf("%v, want %v", err, fault)
			}
		}
		h.presence.set(func() { h.presence.fault = nil })
		h.knocked("Ada", Facilitator)
	})
}

// A removal is lifted in Redis for good: no renewal brings it back.
func TestLiftStays(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		h.presence.set(func() { h.presence.slow = 700 * time.Millisecond })
		ada, maple := h.knocked("Ada", Facilitator), h.knocked("Maple", Patient)
		h.presence.set(func() { h.presence.slow = 20 * time.Millisecond })
		time.Sleep(time.Second)
		synctest.Wait()
		for range 20 {
			ada.do(Remove{Guest: maple.ID(), Seat: -1})
			time.Sleep(170 * time.Millisecond)
			ada.do(Lift{Who: maple.ID()})
			time.Sleep(13 * time.Millisecond)
			maple = h.knocked("Maple", Patient)
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if left := h.presence.look("room").record.Removed; len(left) != 0 {
			t.Fatalf("Redis still bars %v", left)
		}
	})
}

// The end of a session whose Redis is away is written when it is back.
func TestEndWhileRedisIsAway(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		ada, maple := h.knocked("Ada", Facilitator), h.knocked("Maple", Patient)
		h.presence.set(func() { h.presence.fault = ErrUnavailable })
		ada.do(Remove{Guest: maple.ID(), Seat: -1, Group: true})
		ada.do(End{})
		ada.bye(ByeEnded)
		time.Sleep(time.Minute)
		if _, err := h.rooms.Enter(t.Context(), "room", person("Maple", Patient), nil, &fakeLink{}); err != ErrUnavailable {
			t.Fatal(err)
		}
		h.presence.set(func() { h.presence.fault = nil })
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if r := h.presence.look("room"); !r.ended || len(r.record.Removed) != 1 {
			t.Fatalf("%+v", r)
		}
		if _, err := h.rooms.Enter(t.Context(), "room", person("Maple", Patient), nil, &fakeLink{}); err != ErrRemoved {
			t.Fatalf("removed for the group, and back: %v", err)
		}
	})
}

// Close does not wait for a frozen Redis beyond its context.
func TestCloseWithFrozenRedis(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &house{t: t, presence: newFakePresence(), media: &fakeMedia{}}
		h.open(DefaultSettings())
		ada := h.knocked("Ada", Facilitator)
		h.presence.set(func() { h.presence.frozen = true })
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		before := time.Now()
		if err := h.rooms.Close(ctx); err == nil {
			t.Fatal("nothing was written, and nobody says so")
		}
		if d := time.Since(before); d > 4*time.Second {
			t.Fatalf("took %v", d)
		}
		ada.bye(ByeElsewhere)
	})
}
