package cluster

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"hearth/room"
)

// town runs a test in virtual time with three nodes that know each other; all
// of it ends with the test.
func town(t *testing.T, test func(t *testing.T, w *world)) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(1)
		ctx, cancel := context.WithCancel(context.Background())
		for _, id := range ids {
			w.boot(id)
		}
		go w.guard(ctx)
		time.Sleep(3 * time.Second)
		test(t, w)
		cancel()
		for _, id := range ids {
			w.at(id).kill(false)
		}
		synctest.Wait()
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, wrong := range w.wrong {
			t.Error(wrong)
		}
	})
}

// opens has people come to one node until the room is live, and says how long it took.
func opens(t *testing.T, n *node, id string, not *node) time.Duration {
	t.Helper()
	start := time.Now()
	for time.Since(start) < 20*time.Second {
		if at := n.hello(context.Background(), id); at != nil && at != not {
			return time.Since(start)
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%s never opens", id)
	return 0
}

// within fails the test unless a figure is between two.
func figure(t *testing.T, what string, got, least, most time.Duration) {
	t.Helper()
	if t.Logf("%s: %v (at most %v)", what, got, most); got < least || got > most {
		t.Errorf("%s: %v, not %v to %v", what, got, least, most)
	}
}

func TestKilledOwnerIsReplaced(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		a, b := w.at("a"), w.at("b")
		opens(t, a, "oak", nil)
		a.kill(false)
		figure(t, "room live again", opens(t, b, "oak", a), 500*time.Millisecond, 1300*time.Millisecond)
		if s := b.c.Stats(); s.Thefts != 1 {
			t.Errorf("%+v", s)
		}
	})
}

func TestOwnerWhoseHostIsGoneIsReplaced(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		a, b := w.at("a"), w.at("b")
		opens(t, a, "oak", nil)
		a.kill(true)
		figure(t, "room live again", opens(t, b, "oak", a), 1500*time.Millisecond, 3*time.Second)
	})
}

func TestFrozenOwnerIsReplacedAndSilentAtOnce(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		a, b := w.at("a"), w.at("b")
		opens(t, a, "oak", nil)
		thaw := a.freeze()
		figure(t, "room live again", opens(t, b, "oak", a), 1500*time.Millisecond, 3*time.Second)
		thaw()
		synctest.Wait()
		if a.forwards("oak") {
			t.Error("the old owner forwards")
		}
		time.Sleep(time.Second)
		if _, yes := a.owns("oak"); yes || !b.forwards("oak") {
			t.Error("the old owner still has the room")
		}
	})
}

// Whoever is brought to a node that stood still, because it owned their room,
// hears at once who does now.
func TestResumedOwnerKnowsTheNewOne(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		a, b := w.at("a"), w.at("b")
		opens(t, a, "oak", nil)
		thaw := a.freeze()
		opens(t, b, "oak", a)
		thaw()
		time.Sleep(300 * time.Millisecond)
		start := time.Now()
		var owned room.Owned
		if _, _, err := a.c.Claim(t.Context(), "oak"); !errors.As(err, &owned) || owned.Node != "b" {
			t.Errorf("claimed: %v", err)
		}
		figure(t, "known", time.Since(start), 0, 100*time.Millisecond)
	})
}

func TestShortFreezeIsConfirmedAndGoesOn(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		a := w.at("a")
		opens(t, a, "oak", nil)
		thaw := a.freeze()
		time.Sleep(1300 * time.Millisecond)
		thaw()
		synctest.Wait()
		if a.forwards("oak") {
			t.Error("forwards before it is confirmed")
		}
		time.Sleep(100 * time.Millisecond)
		if hushes, _ := a.past(); !a.forwards("oak") || hushes != 1 {
			t.Error("does not go on")
		}
		a.c.Froze() // the packet path's own finding
		synctest.Wait()
		time.Sleep(100 * time.Millisecond)
		if hushes, _ := a.past(); !a.forwards("oak") || hushes != 2 {
			t.Error("does not go on after Froze")
		}
	})
}

func TestIsolatedOwnerIsSilentBeforeTheThief(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		a, b := w.at("a"), w.at("b")
		opens(t, a, "oak", nil)
		mend := w.apart("a", "redis", "b", "c")
		start := time.Now()
		for a.forwards("oak") && time.Since(start) < 10*time.Second {
			time.Sleep(time.Millisecond)
		}
		figure(t, "silent", time.Since(start), time.Second, 2*time.Second)
		figure(t, "people sent to others", time.Since(start)+until(t, "sent", func() bool { return a.stranded() == 1 }), 2*time.Second, 3*time.Second)
		opens(t, b, "oak", a)
		time.Sleep(5 * time.Second)
		if a.stranded() != 1 || b.stranded() != 0 {
			t.Error("people sent to others wrongly")
		}
		_, given := a.past()
		if _, yes := a.owns("oak"); yes || given != 1 {
			t.Error("it has not given up")
		}
		mend()
		time.Sleep(2 * time.Second)
		opens(t, a, "fir", nil)
		if !a.forwards("fir") || !b.forwards("oak") {
			t.Error("it is still silent")
		}
	})
}

// A replica knows nothing of the theft of a moment ago; the thief does.
func TestForgottenTheftIsContested(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		a, b := w.at("a"), w.at("b")
		opens(t, a, "oak", nil)
		mend := w.apart("a", "redis", "b", "c")
		time.Sleep(1800 * time.Millisecond)
		w.mu.Lock()
		w.past = []redis{w.redis.clone()}
		w.mu.Unlock()
		opens(t, b, "oak", a)
		w.failOver()
		again := w.apart("b", "redis") // it cannot tell Redis again
		mend()
		for start := time.Now(); time.Since(start) < 5*time.Second; time.Sleep(10 * time.Millisecond) {
			if a.forwards("oak") {
				t.Fatal("the old owner forwards")
			}
		}
		again()
		time.Sleep(3 * time.Second)
		if o := w.ownerIn("oak"); o != "b" || !b.forwards("oak") {
			t.Errorf("the owner is %v", o)
		}
	})
}

// While Redis is away a node is started again, of whose end everybody has heard
// and of whose start nobody can.
func TestRestartWithoutRedisIsNoticed(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		a := w.at("a")
		opens(t, a, "oak", nil)
		w.at("b").kill(false)
		w.at("c").kill(false)
		time.Sleep(3 * time.Second) // a knows them gone
		w.apart("a", "redis")
		w.boot("b")
		time.Sleep(5 * time.Second)
		if !a.forwards("oak") {
			t.Fatal("silent although all others answer")
		}
		w.apart("a", "b")
		time.Sleep(1500 * time.Millisecond)
		if a.forwards("oak") {
			t.Error("it is cut off from a node that could take over, and goes on")
		}
	})
}

func TestShortIsolationGoesOnWithTheSameOwner(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		a := w.at("a")
		opens(t, a, "oak", nil)
		mend := w.apart("a", "redis", "b", "c")
		time.Sleep(1700 * time.Millisecond)
		mend()
		time.Sleep(time.Second)
		if hushes, given := a.past(); !a.forwards("oak") || hushes != 1 || given != 0 || a.stranded() != 0 {
			t.Error("it does not go on")
		}
	})
}

func TestRedisAwayForTenMinutes(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		a, b, c := w.at("a"), w.at("b"), w.at("c")
		opens(t, a, "oak", nil)
		thaw := w.freeze()
		for range 600 {
			time.Sleep(time.Second)
			if !a.forwards("oak") {
				t.Fatal("a gap")
			}
		}
		start := time.Now()
		at, err := b.c.Find(t.Context(), "oak")
		if err != nil || at.Node != "a" {
			t.Errorf("found %v %v", at, err)
		}
		figure(t, "found", time.Since(start), 0, time.Second)
		if _, err := b.c.Find(t.Context(), "new"); !errors.Is(err, room.ErrUnavailable) {
			t.Errorf("new room: %v", err)
		}
		if _, _, err := b.c.Claim(t.Context(), "new"); !errors.Is(err, room.ErrUnavailable) {
			t.Errorf("claim: %v", err)
		}
		c.kill(false) // a process that ends meanwhile is no reason to be silent
		time.Sleep(10 * time.Second)
		if hushes, _ := a.past(); !a.forwards("oak") || hushes != 0 || a.stranded() != 0 {
			t.Error("silent because of another's end")
		}
		thaw()
		time.Sleep(3 * time.Second)
		if o := w.ownerIn("oak"); o != "a" || !a.forwards("oak") {
			t.Errorf("the owner is %v", o)
		}
	})
}

func TestFreezeWhileRedisIsAwayIsVouchedForByTheOthers(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		a := w.at("a")
		opens(t, a, "oak", nil)
		defer w.freeze()()
		time.Sleep(10 * time.Second)
		thaw := a.freeze()
		time.Sleep(1500 * time.Millisecond)
		thaw()
		time.Sleep(1500 * time.Millisecond)
		if hushes, given := a.past(); !a.forwards("oak") || hushes != 1 || given != 0 {
			t.Error("it does not go on")
		}
	})
}

func TestOwnerCutFromRedisAloneKeepsItsRooms(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		a, b := w.at("a"), w.at("b")
		opens(t, a, "oak", nil)
		mend := w.apart("a", "redis")
		for range 60 { // the lease lapses after six seconds
			time.Sleep(time.Second)
			if at := b.hello(t.Context(), "oak"); at != a || !a.forwards("oak") {
				t.Fatalf("somebody got to %v", at)
			}
		}
		if hushes, _ := a.past(); hushes != 0 {
			t.Error("it was silent")
		}
		mend()
		time.Sleep(2 * time.Second)
		if o := w.ownerIn("oak"); o != "a" {
			t.Errorf("the owner is %v", o)
		}
	})
}

// A node with more rooms than it can ask about in a moment still asks about all.
func TestManyRoomsAreContestedToo(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		a, b := w.at("a"), w.at("b")
		last := ""
		for i := range 2100 {
			last = fmt.Sprintf("r%04d", i)
			a.set(func() { a.rooms[last] = 7 })
			a.c.reach(last)
			a.c.grasp(last, 7)
		}
		if a.c.contested(t.Context()) {
			t.Error("contested although nobody has one")
		}
		b.c.reach(last)
		if !a.c.contested(t.Context()) {
			t.Error("the theft of the last room is not seen")
		}
	})
}

// An owner that is cut from Redis reaches a node that does not reach it, as
// behind a firewall that lets through what one of them opens: it is as good as
// gone for that node, and hears in time of every room that the node takes.
func TestOwnerThatOneCannotReachIsSilentInEveryRoom(t *testing.T) {
	for i := range names {
		town(t, func(t *testing.T, w *world) {
			a, b := w.at("a"), w.at("b")
			for _, name := range names {
				opens(t, a, name, nil)
			}
			w.apart("a", "redis")
			w.barred("b", "a")
			opens(t, b, names[i], a)
			time.Sleep(2 * time.Second)
			for _, name := range names {
				if a.forwards(name) {
					t.Errorf("%s is still forwarded", name)
				}
			}
		})
	}
}

func TestUnreachableOwnerThatAnnouncesItselfKeepsItsRooms(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		a, b := w.at("a"), w.at("b")
		opens(t, a, "oak", nil)
		defer w.apart("a", "b", "c")()
		time.Sleep(time.Second)
		for range 5 {
			var owned room.Owned
			if _, _, err := b.c.Claim(t.Context(), "oak"); !errors.As(err, &owned) || owned.Node != "a" {
				t.Fatalf("claimed: %v", err)
			}
		}
		if s := b.c.Stats(); s.Lives != 5 || s.Thefts != 0 || !a.forwards("oak") {
			t.Errorf("%+v", s)
		}
	})
}

func TestEmptyRedisSplitsNoRoom(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		a, b, c := w.at("a"), w.at("b"), w.at("c")
		opens(t, a, "oak", nil)
		w.forget()
		for _, n := range []*node{b, c} {
			if at := n.hello(t.Context(), "oak"); at != a {
				t.Errorf("somebody got to %v", at)
			}
		}
		w.forget()
		b.kill(false)
		b = w.boot("b") // it knows nobody, and Redis knows nothing
		opens(t, b, "oak", nil)
		if _, yes := b.owns("oak"); yes {
			t.Error("it opened a room that is live")
		}
		time.Sleep(3 * time.Second)
		if o := w.ownerIn("oak"); o != "a" {
			t.Errorf("the owner is %v", o)
		}
	})
}

func TestRestartedOwnerSaysNotMine(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		a, b := w.at("a"), w.at("b")
		opens(t, a, "oak", nil)
		a.giveUp() // it has forgotten the room, and its lease goes on
		time.Sleep(2 * time.Second)
		start := time.Now()
		if _, _, err := b.c.Claim(t.Context(), "oak"); err != nil {
			t.Fatal(err)
		}
		figure(t, "taken over", time.Since(start), askAgain, time.Second)
	})
}

func TestOneOfManyOpensARoom(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		for range 30 {
			name := time.Now().Format("r150405.000")
			done := make(chan *node)
			for _, id := range ids {
				n := w.at(id)
				go func() { done <- n.hello(context.Background(), name) }()
				go func() { done <- n.hello(context.Background(), name) }()
			}
			for range 2 * len(ids) {
				<-done
			}
			live := 0
			for _, id := range ids {
				if _, yes := w.at(id).owns(name); yes {
					live++
				}
			}
			if live != 1 {
				t.Fatalf("%s is live on %d nodes", name, live)
			}
			time.Sleep(100 * time.Millisecond)
		}
	})
}

func TestClaimEndsWithItsContext(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		a, b := w.at("a"), w.at("b")
		opens(t, a, "oak", nil)
		a.kill(true)
		ctx, cancel := context.WithTimeout(t.Context(), 700*time.Millisecond)
		defer cancel()
		start := time.Now()
		if _, _, err := b.c.Claim(ctx, "oak"); !errors.Is(err, room.ErrUnavailable) {
			t.Errorf("got %v", err)
		}
		figure(t, "ended", time.Since(start), 0, 750*time.Millisecond)
		time.Sleep(2 * stakeFor)
		if _, yes := b.c.Owns("oak"); yes {
			t.Error("it still says mine")
		}
	})
}
