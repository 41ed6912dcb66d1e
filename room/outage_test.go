package room

import (
	"testing"
	"testing/synctest"
	"time"
)

// What a facilitator does while Redis is away holds at once, and for the next
// owner when Redis came back before the change.
func TestOutageThenTakeover(t *testing.T) {
	inTown(t, func(t *testing.T, tw *town) {
		tw.gather()
		store := tw.a.presence
		store.set(func() { store.frozen = true })
		time.Sleep(20 * time.Second)
		peer := tw.maple.peerOf()
		before := time.Now()
		tw.ada.do(Mute{Seat: 1, Hold: true})
		if peer.allowed().Audio || time.Since(before) > 0 {
			t.Fatal("a mute waits for Redis")
		}
		tw.ada.do(Remove{Seat: 1})
		if !peer.isClosed() || time.Since(before) > 0 {
			t.Fatal("a removal waits for Redis")
		}
		if _, err := tw.resume(tw.a, "Maple"); err != ErrRemoved {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		store.set(func() { store.frozen = false })
		time.Sleep(renewEvery + callTimeout)
		synctest.Wait()
		store.steal("room")
		if _, err := tw.resume(tw.b, "Maple"); err != ErrRemoved {
			t.Fatalf("removed during the outage, and back: %v", err)
		}
	})
}

// Who removes somebody is answered when the store has heard of it, so that an owner
// that dies right then is asked again; one that does not listen holds nobody up.
func TestRemovalIsToldBeforeItIsAnswered(t *testing.T) {
	inTown(t, func(t *testing.T, tw *town) {
		tw.gather()
		peer, store := tw.maple.peerOf(), tw.a.presence
		store.set(func() { store.slow = 100 * time.Millisecond })
		before := time.Now()
		tw.ada.do(Remove{Seat: 1})
		if took := time.Since(before); took < 100*time.Millisecond || took > tellWithin {
			t.Errorf("answered after %v", took)
		}
		if _, knows := store.look("room").record.Removed[person("Maple", Patient).Subject]; !knows {
			t.Error("the store does not know of the removal")
		}
		if !peer.isClosed() {
			t.Error("the removed person is still connected")
		}
		store.set(func() { store.slow, store.frozen = 0, true })
		before = time.Now()
		took := make(chan time.Duration, 1)
		go func() {
			_ = tw.ada.Do(t.Context(), Remove{Seat: 2})
			took <- time.Since(before)
		}()
		synctest.Wait()
		tw.river.bye(ByeRemoved)
		if took := time.Since(before); took != 0 {
			t.Errorf("a removal waits for the store for %v", took)
		}
		if held := <-took; held != tellWithin {
			t.Errorf("a store that does not listen holds the facilitator up for %v", held)
		}
	})
}

// A known limit: what nobody but the owner has heard, because the store was away,
// dies with the owner. The facilitators see who is back, and remove them again. (A seat in Redis lives for
// 30 s without its owner: after a longer outage nobody is seated by a ticket, and
// everybody passes the facilitator's eyes.)
func TestRemovalDiesWithItsOwnerDuringAnOutage(t *testing.T) {
	inTown(t, func(t *testing.T, tw *town) {
		tw.gather()
		store := tw.a.presence
		store.set(func() { store.fault = ErrUnavailable })
		tw.ada.do(Remove{Seat: 1})
		store.steal("room") // the owner dies, and says no more
		store.set(func() { store.fault = nil })
		maple, ada := tw.resumed(tw.b, "Maple"), tw.resumed(tw.b, "Ada")
		if v, _ := ada.link.see(); len(v.Seats) != 2 || v.Seats[1].Name != "Maple" {
			t.Fatalf("the facilitator does not see who is back: %+v", v.Seats)
		}
		ada.do(Remove{Seat: 1})
		maple.bye(ByeRemoved)
		if _, err := tw.resume(tw.b, "Maple"); err != ErrRemoved {
			t.Fatal(err)
		}
		if _, err := tw.b.rooms.Enter(t.Context(), "room", person("Bad", Patient), nil, &fakeLink{}); err != ErrRemoved {
			t.Fatalf("removed before the outage, and back: %v", err)
		}
	})
}
