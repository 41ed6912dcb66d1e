package cluster

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"hearth/room"
)

// until polls in virtual time, and says how long it took.
func until(t *testing.T, what string, ok func() bool) time.Duration {
	t.Helper()
	for start := time.Now(); time.Since(start) < 20*time.Second; time.Sleep(10 * time.Millisecond) {
		if ok() {
			return time.Since(start)
		}
	}
	t.Fatal("never: " + what)
	return 0
}

func TestFrozenOwnerIsKnownToBeDeadBeforeAnybodyComes(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		a, b, c := w.at("a"), w.at("b"), w.at("c")
		opens(t, a, "oak", nil)
		thaw := a.freeze()
		took := until(t, "a is found dead", func() bool { return slices.Equal(b.found(), []string{"a"}) })
		figure(t, "found dead", took, deadAfter-beatEvery, deadAfter+300*time.Millisecond)
		start := time.Now()
		if at, err := b.c.Find(t.Context(), "oak"); err != nil || at != (room.Owned{}) {
			t.Errorf("found %v %v", at, err)
		}
		if _, _, err := b.c.Claim(t.Context(), "oak"); err != nil {
			t.Fatal(err)
		}
		figure(t, "taken over", time.Since(start), 0, 2*askAllIn+100*time.Millisecond)
		time.Sleep(5 * time.Second)
		if !slices.Equal(b.found(), []string{"a"}) || !slices.Equal(c.found(), []string{"a"}) {
			t.Errorf("told of %v and %v", b.found(), c.found())
		}
		thaw()
		time.Sleep(2 * time.Second)
		defer a.freeze()()
		until(t, "a is found dead again", func() bool { return slices.Equal(b.found(), []string{"a", "a"}) })
	})
}

// A node that gets a tenth of its time, or stands still again and again, is no
// dead one.
func TestSlowOwnerIsNotDead(t *testing.T) {
	for _, still := range []time.Duration{180 * time.Millisecond, 1500 * time.Millisecond} {
		town(t, func(t *testing.T, w *world) {
			a, b := w.at("a"), w.at("b")
			opens(t, a, "oak", nil)
			for range 30 {
				thaw := a.freeze()
				time.Sleep(still)
				thaw()
				time.Sleep(20 * time.Millisecond)
				synctest.Wait()
			}
			if len(b.found()) != 0 {
				t.Errorf("frozen for %v again and again: found dead", still)
			}
		})
	}
}

// Whoever answers, or announces itself, is not dead, and while Redis is away
// nobody can tell.
func TestUnreachableIsNotDead(t *testing.T) {
	for _, cut := range []func(w *world) (mend func()){
		func(w *world) func() { return w.apart("a", "redis") },
		func(w *world) func() { return w.apart("a", "b", "c") },
		func(w *world) func() { thaw := w.freeze(); w.at("a").freeze(); return thaw },
	} {
		town(t, func(t *testing.T, w *world) {
			opens(t, w.at("a"), "oak", nil)
			defer cut(w)()
			time.Sleep(10 * time.Second)
			if found := w.at("b").found(); len(found) != 0 {
				t.Errorf("found dead: %v", found)
			}
		})
	}
}

func TestDeadIsOfNow(t *testing.T) {
	v, now := newView(), time.Unix(1_000_000, 0)
	hear := func(after, age time.Duration) {
		now = now.Add(after)
		v.heard("self", []room.Node{aged("self", 0), aged("b", age)}, now, now)
	}
	is := func(what string, want bool) {
		t.Helper()
		if got := v.dead("b", now); got != want {
			t.Fatalf("%s: dead is %v", what, got)
		}
	}
	open := func(times int) {
		for range times {
			v.noted("b", silent, now)
			v.doubted("b", silent, now)
		}
	}
	hear(0, 0)
	open(2)
	is("a young stamp", false)
	hear(deadAfter, deadAfter)
	is("asked long ago", false)
	v.noted("b", notMine, now)
	open(1)
	is("one question", false)
	open(1)
	is("two", true)
	v.noted("b", silent, now) // not one for its full time
	is("two", true)
	v.noted("b", mine, now)
	is("it answers", false)
	open(2)
	hear(beatEvery, 0)
	is("it announces itself", false)
	if v.dead("c", now) {
		t.Error("nobody knows it")
	}
}
