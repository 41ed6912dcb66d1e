package room

import (
	"slices"
	"testing"
	"testing/synctest"
)

func wide(seats ...int) Wish { return Wish{Large: seats} }

// The page is told what its PeerConnection knows, once it is in the circle, and
// nothing twice.
func TestMediaIsShown(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		ada, maple := h.knocked("Ada", Facilitator), h.knocked("Maple", Patient)
		peer := maple.connect()
		state := MediaState{High: true, Paused: []Paused{{0, WhyWeak}, {3, WhySaver}}}
		peer.tell(state)
		synctest.Wait()
		if v, _ := maple.link.see(); !v.Media.Equal(MediaState{}) {
			t.Fatalf("M-A8: told in the waiting room: %+v", v.Media)
		}
		ada.do(Admit{Guest: maple.ID()})
		synctest.Wait()
		if v, _ := maple.link.see(); !v.Media.Equal(state) {
			t.Fatalf("%+v after admission", v.Media)
		}
		shown := maple.link.shown
		for range 10 {
			peer.tell(state) // coalesced, and no news
		}
		synctest.Wait()
		if maple.link.shown != shown {
			t.Fatal("shown again without news")
		}
		peer.tell(MediaState{})
		synctest.Wait()
		if v, _ := maple.link.see(); !v.Media.Equal(MediaState{}) || maple.link.shown != shown+1 {
			t.Fatalf("%+v, shown %d times", v.Media, maple.link.shown-shown)
		}
		if v, _ := ada.link.see(); !v.Media.Equal(MediaState{}) {
			t.Fatal("somebody else is told")
		}
		peer.tell(state)
		synctest.Wait()
		maple.connect()
		if v, _ := maple.link.see(); !v.Media.Equal(MediaState{}) {
			t.Fatalf("what an earlier peer said stays: %+v", v.Media)
		}
	})
}

// A callback that comes while the room is busy is neither waited for nor lost.
func TestMediaNewsIsNotLost(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		ada := h.knocked("Ada", Facilitator)
		peer := ada.connect()
		ada.link.mu.Lock()
		ada.link.stuck = make(chan struct{})
		ada.link.mu.Unlock()
		go func() { _ = ada.Do(t.Context(), Set{Switches: mic(true)}) }()
		synctest.Wait() // the room stands in Show
		for n := range 100 {
			peer.tell(MediaState{Paused: []Paused{{n % 16, WhyWeak}}})
		}
		close(ada.link.stuck)
		synctest.Wait()
		if v, _ := ada.link.see(); !v.Media.Equal(MediaState{Paused: []Paused{{99 % 16, WhyWeak}}}) {
			t.Fatalf("%+v", v.Media)
		}
	})
}

// The last wish goes to every later peer, also after a reload.
func TestWatch(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		ada, maple := h.knocked("Ada", Facilitator), h.enter("Maple", Patient)
		if err := maple.Watch(t.Context(), wide(1)); err != ErrNotAllowed {
			t.Fatalf("before the knock: %v", err)
		}
		maple.do(Knock{Name: "Maple"})
		if err := maple.Watch(t.Context(), wide(1)); err != nil {
			t.Fatal(err)
		}
		peer := maple.connect()
		list := []int{2, 15}
		if err := maple.Watch(t.Context(), Wish{Large: list, Pinned: []int{14}, Saver: true}); err != nil {
			t.Fatal(err)
		}
		list[0] = 7 // the caller's again
		got := peer.wished()
		if len(got) != 2 || !slices.Equal(got[0].Large, []int{1}) || !slices.Equal(got[1].Large, []int{2, 15}) || !got[1].Saver {
			t.Fatalf("%+v", got)
		}
		for _, w := range []Wish{wide(-1), wide(16), wide(3, 3), {Pinned: []int{16}}, {Pinned: []int{1, 1}}, {Pinned: []int{1, 2, 3}}} {
			if err := maple.Watch(t.Context(), w); err != ErrNoSuchSeat {
				t.Errorf("%+v: %v", w, err)
			}
		}
		if second := maple.connect(); len(second.wished()) != 1 || second.wished()[0].Pinned[0] != 14 {
			t.Fatalf("%+v", second.wished())
		}
		_, seal := maple.link.see()
		again, err := h.rooms.Enter(t.Context(), "room", person("Maple", Patient), &seal, &fakeLink{})
		if err != nil {
			t.Fatal(err)
		}
		third := (&guest{h, maple.link, again}).connect()
		if len(third.wished()) != 1 || !third.wished()[0].Saver {
			t.Fatalf("forgotten with a reload: %+v", third.wished())
		}
		if err := maple.Watch(t.Context(), wide()); err != ErrMoved {
			t.Fatalf("an old handle: %v", err)
		}
		ada.do(End{})
		if err := again.Watch(t.Context(), wide()); err != ErrGone {
			t.Fatalf("after the end: %v", err)
		}
	})
}
