package room

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestOwns(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		owns := func(want bool) {
			t.Helper()
			synctest.Wait()
			epoch, yes := h.rooms.Owns("room")
			if yes != want || yes && epoch != h.presence.look("room").epoch || !yes && epoch != 0 {
				t.Fatalf("%d, %v", epoch, yes)
			}
		}
		owns(false)
		h.presence.set(func() { h.presence.slow = time.Second })
		entered := make(chan *guest)
		go func() { entered <- h.enter("Ada", Facilitator) }()
		synctest.Wait()
		owns(false) // being claimed
		ada := <-entered
		owns(true)
		h.presence.set(func() { h.presence.slow = 0 })
		time.Sleep(time.Second) // of the call under way
		ada.do(Knock{Name: "Ada"})
		synctest.Wait()
		h.presence.set(func() { h.presence.fault = ErrUnavailable })
		ada.do(End{})
		owns(true) // the end is not written
		h.presence.set(func() { h.presence.fault = nil })
		time.Sleep(3 * time.Second)
		owns(false)
		ada = h.knocked("Ada", Facilitator)
		owns(true)
		h.presence.steal("room")
		time.Sleep(2100 * time.Millisecond)
		owns(false)
		ada.bye(ByeElsewhere)
		if s := h.rooms.Stats(); s.Lost != 1 {
			t.Fatalf("%+v", s)
		}
	})
}

func TestLoad(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		if rooms, people := h.rooms.Load(); rooms != 0 || people != 0 {
			t.Fatal(rooms, people)
		}
		h.knocked("Ada", Facilitator)
		h.knocked("Maple", Patient)
		if rooms, people := h.rooms.Load(); rooms != 1 || people != 2 {
			t.Fatal(rooms, people)
		}
	})
}

// After a freeze: what is still this node's goes on, what another node has taken
// is silent when Confirm returns, and while Redis is away nothing is certain.
func TestConfirm(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		ada := h.knocked("Ada", Facilitator)
		peer := ada.connect()
		link := &fakeLink{}
		eve, err := h.rooms.Enter(t.Context(), "other", person("Eve", Facilitator), nil, link)
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if err := h.rooms.Confirm(t.Context()); err != nil || peer.isClosed() {
			t.Fatal(err)
		}
		for _, fault := range []func(){
			func() { h.presence.fault = ErrUnavailable },
			func() { h.presence.fault, h.presence.frozen = nil, true },
		} {
			h.presence.set(fault)
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			before := time.Now()
			if err := h.rooms.Confirm(ctx); !errors.Is(err, ErrUnavailable) || time.Since(before) > 300*time.Millisecond {
				t.Fatalf("%v after %v", err, time.Since(before))
			}
			cancel()
		}
		h.presence.set(func() { h.presence.fault, h.presence.frozen = nil, false })
		time.Sleep(time.Second)
		maple, river := h.knocked("Maple", Patient), h.knocked("River", Patient)
		h.presence.set(func() { h.presence.slow = 100 * time.Millisecond })
		ada.do(Remove{Guest: maple.ID(), Seat: -1})
		synctest.Wait() // the clerk is busy, and finds the next removal with the question
		ada.do(Remove{Guest: river.ID(), Seat: -1})
		h.presence.steal("room")
		if err := h.rooms.Confirm(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.presence.set(func() { h.presence.slow = 0 })
		if !peer.isClosed() || ada.link.goodbye() != ByeElsewhere {
			t.Fatal("the stale owner goes on")
		}
		if err := eve.Do(t.Context(), Knock{Name: "Eve"}); err != nil {
			t.Fatal("the other room is gone too:", err)
		}
	})
}

// A removal that waits to be written does not keep the answer waiting.
func TestConfirmFirst(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		ada, maple := h.knocked("Ada", Facilitator), h.knocked("Maple", Patient)
		var ops []string
		h.presence.set(func() {
			h.presence.fails = func(op string) error { ops = append(ops, op); return nil }
			h.presence.slow = 400 * time.Millisecond
		})
		ada.do(Remove{Guest: maple.ID(), Seat: -1}) // the clerk is busy with it
		before := time.Now()
		if err := h.rooms.Confirm(t.Context()); err != nil || time.Since(before) > 1300*time.Millisecond {
			t.Fatalf("%v after %v: %v", err, time.Since(before), ops)
		}
	})
}

// Cut off from everybody for too long: the rooms end here, and what they have to
// say is written when Redis answers, unless another node has taken over.
func TestGiveUp(t *testing.T) {
	for name, stolen := range map[string]bool{"still ours": false, "stolen": true} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
				ada, maple := h.knocked("Ada", Facilitator), h.knocked("Maple", Patient)
				peer := ada.connect()
				h.presence.set(func() { h.presence.fault = ErrUnavailable })
				ada.do(Remove{Guest: maple.ID(), Seat: -1})
				h.rooms.GiveUp()
				if _, yes := h.rooms.Owns("room"); yes || h.rooms.Live("room") || !peer.isClosed() {
					t.Fatal("not given up")
				}
				ada.bye(ByeElsewhere)
				time.Sleep(time.Minute)
				if stolen {
					h.presence.steal("room")
				}
				h.presence.set(func() { h.presence.fault = nil })
				time.Sleep(3 * time.Second)
				synctest.Wait()
				r := h.presence.look("room")
				if r.owned || len(r.record.Removed) == 0 != stolen {
					t.Fatalf("%+v", r)
				}
				h.knocked("Ada", Facilitator) // and the room can open here again
			})
		})
	}
}

// A later owner's word ends a room that does not know yet that it is stale; an
// earlier one's, or one's own, changes nothing.
func TestShut(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		h.rooms.Shut("room", 9)
		ada := h.knocked("Ada", Facilitator)
		peer := ada.connect()
		epoch, _ := h.rooms.Owns("room")
		h.rooms.Shut("room", epoch)
		h.rooms.Shut("room", epoch-1)
		h.rooms.Shut("other", epoch+1)
		synctest.Wait()
		if peer.isClosed() || ada.link.goodbye() != "" {
			t.Fatal("shut by an earlier owner")
		}
		h.presence.set(func() { h.presence.frozen = true }) // nothing else would tell
		before := time.Now()
		h.rooms.Shut("room", epoch+1)
		if !peer.isClosed() || time.Since(before) > 0 {
			t.Fatal("still open when Shut returns")
		}
		ada.bye(ByeElsewhere)
		if _, yes := h.rooms.Owns("room"); yes || h.rooms.Stats().Shut != 1 {
			t.Fatal("still the owner")
		}
		h.presence.set(func() { h.presence.frozen = false })
	})
}

// Silent first, then goodbye: when the first link hears of it, no media of the
// whole room flows any more.
func TestStaleOwnerIsSilentFirst(t *testing.T) {
	inTown(t, func(t *testing.T, tw *town) {
		tw.gather()
		peers := []*fakePeer{tw.ada.peerOf(), tw.maple.peerOf(), tw.river.peerOf()}
		open := -1
		for _, g := range []*guest{tw.ada, tw.maple, tw.river} {
			g.link.onBye = func() {
				if open < 0 {
					open = 0
					for _, p := range peers {
						if p.allowed() != NoGrant {
							open++
						}
					}
				}
			}
		}
		tw.a.presence.steal("room")
		if err := tw.a.rooms.Confirm(t.Context()); err != nil || open != 0 {
			t.Fatalf("%v: %d paths open at the first goodbye", err, open)
		}
	})
}
