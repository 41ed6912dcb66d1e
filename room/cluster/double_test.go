package cluster

import (
	"context"
	"testing"
	"time"
)

func TestTwoNodesOfOneName(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		twins(t, w, w.bootAs("d", "a"))
	})
}

func TestTwoNodesOfOneURL(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		twins(t, w, w.bootWith("d", "d", "https://a"))
	})
}

// A whole file of settings was copied.
func TestTwoNodesOfOneNameAndURL(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		time.Sleep(200 * time.Millisecond) // half-way between two announcements
		twins(t, w, w.bootWith("d", "a", "https://a"))
	})
}

// twins are the node at a and another one.
func twins(t *testing.T, w *world, twin *node) {
	t.Helper()
	a := w.at("a")
	until(t, "both notice", func() bool { return a.c.Doubled() && twin.c.Doubled() })
	for range 50 {
		if time.Sleep(100 * time.Millisecond); !a.c.Doubled() || !twin.c.Doubled() {
			t.Fatal("they forget it")
		}
	}
	if w.at("b").c.Doubled() {
		t.Error("a third one thinks so of itself")
	}
	twin.kill(false)
	until(t, "the other is alone", func() bool { return !a.c.Doubled() })
	time.Sleep(5 * time.Second)
	if a.c.Doubled() {
		t.Error("it is alone")
	}
}

// Two that announce themselves at the same moment cannot both know whose stamp
// it is; one does.
func TestTwoNodesInStep(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		a, twin := w.at("a"), w.bootWith("d", "a", "https://a")
		until(t, "one notices", func() bool { return a.c.Doubled() || twin.c.Doubled() })
		twin.kill(false)
	})
}

// A node cannot ask another one at its own URL, and knows that it cannot: the
// room of a living one stays where it is, and that of one that dies does not.
func TestRoomOfANodeAtTheSameURL(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		a, twin := w.at("a"), w.bootWith("d", "d", "https://a")
		until(t, "both notice", func() bool { return a.c.Doubled() && twin.c.Doubled() })
		for name, people := range map[string]int{"a": 100, "b": 50, "c": 75} { // the twin is the emptiest: it opens the room itself
			n := w.at(name)
			n.set(func() { n.people = people })
		}
		time.Sleep(time.Second)
		opens(t, twin, "oak", nil)
		for range 20 {
			if at := a.hello(context.Background(), "oak"); at != nil {
				t.Fatalf("found at %s", at.place)
			}
		}
		if got := w.ownerIn("oak"); got != "d" || !twin.forwards("oak") {
			t.Errorf("%q owns it", got)
		}
		if at := a.hello(context.Background(), "elm"); at != w.at("b") { // the emptiest that can be reached
			t.Error("a new room opens at the wrong place")
		}
		twin.kill(false)
		opens(t, a, "oak", nil)
	})
}

// A node that is started again at once under another id takes its rooms back at
// once: what is left of the one before owns nothing.
func TestRestartUnderAnotherIDTakesItsRoomsBack(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		opens(t, w.at("a"), "oak", nil)
		w.at("a").kill(false)
		figure(t, "the room is back", opens(t, w.bootAs("a", "z"), "oak", nil), 0, 3*time.Second)
	})
}

// A node that is started again at once is no second one, there or elsewhere, under
// its id or another; and neither Redis' silence nor its losses make one.
func TestRestartIsNoSecondNode(t *testing.T) {
	for _, as := range []struct{ place, id string }{{"a", "a"}, {"d", "a"}, {"a", "z"}} {
		town(t, func(t *testing.T, w *world) {
			never := func(n *node, d time.Duration) {
				t.Helper()
				for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
					if n.c.Doubled() {
						t.Fatal("taken for two")
					}
				}
			}
			w.at("a").kill(false)
			n := w.bootAs(as.place, as.id)
			never(n, 3*time.Second)
			w.failOver()
			never(n, 3*time.Second)
			thaw := w.freeze()
			never(n, 5*time.Second)
			thaw()
			never(n, 3*time.Second)
			w.forget()
			never(n, 3*time.Second)
			if as.place != "a" {
				n.kill(false)
			}
		})
	}
}
