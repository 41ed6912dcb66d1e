package cluster

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hearth/room"
)

func aged(id string, age time.Duration) room.Node {
	return room.Node{ID: id, URL: "https://" + id, Age: age}
}

func TestViewKeepsWhoMayComeBack(t *testing.T) {
	v, now := newView(), time.Unix(1_000_000, 0)
	hear := func(after time.Duration, nodes ...room.Node) {
		now = now.Add(after)
		v.heard("self", nodes, now, now)
	}
	has := func(what string, want bool) {
		t.Helper()
		if got := len(v.all()) == 1; got != want {
			t.Fatalf("%s: known is %v", what, got)
		}
	}
	self := aged("self", 0)
	hear(0, aged("b", 0))
	hear(time.Second, self, aged("b", time.Second))
	v.noted("b", notMine, now)
	hear(time.Minute, aged("self", time.Minute)) // Redis lists it no more
	has("it answered, and may go on without Redis", true)
	for range 9 {
		v.noted("b", silent, now)
		hear(time.Second, aged("self", time.Second))
	}
	has("silent for nine seconds", true)
	v.noted("b", notMine, now)
	for range 11 {
		hear(time.Second, aged("self", time.Second))
		v.noted("b", silent, now)
	}
	has("silent for ten seconds", false)
	hear(time.Second, aged("self", time.Second), aged("b", 85*time.Second)) // the old stamp
	has("the old stamp is no sign of life", false)
	hear(time.Second, aged("self", time.Second), aged("b", 0))
	has("it announces itself again", true)
	v.noted("b", refused, now)
	has("refused with a young stamp", true)
	hear(goneAfter, aged("self", goneAfter), aged("b", goneAfter))
	v.noted("b", refused, now)
	has("refused with an old stamp", false)
	v.noted("b", silent, now)
	has("it does not answer", false)
	v.noted("b", notMine, now)
	has("it answers again", true)
	v.noted("b", refused, now)
	hear(2*forgetAfter, aged("self", 0))
	if len(v.peers) != 0 {
		t.Error("it is never forgotten")
	}
}

func TestViewNoticesLostData(t *testing.T) {
	v, now := newView(), time.Unix(1_000_000, 0)
	hear := func(back, lost bool, nodes ...room.Node) {
		t.Helper()
		now = now.Add(beatEvery)
		if b, l := v.heard("self", nodes, now, now); b != back || l != lost {
			t.Fatalf("back %v, lost %v", b, l)
		}
	}
	hear(true, false)
	hear(false, false, aged("self", beatEvery))
	hear(false, true)                             // empty
	hear(false, true, aged("self", 3*beatEvery))  // a replica that is behind
	hear(false, false, aged("self", beatEvery/2)) // a retry, whose first answer was lost
	now = now.Add(silentAfter)
	hear(true, false, aged("self", beatEvery))
}

// A process that is started again under another id answers for the one before
// it, which is forgotten as soon as it has left out two announcements.
func TestViewForgetsWhoWasReplaced(t *testing.T) {
	v, now := newView(), time.Unix(1_000_000, 0)
	at := func(id, url string, age time.Duration) room.Node { return room.Node{ID: id, URL: url, Age: age} }
	hear := func(what, want string, nodes ...room.Node) {
		t.Helper()
		now = now.Add(beatEvery)
		v.heard("self", append(nodes, at("self", "https://here", beatEvery)), now, now)
		got := ""
		for _, p := range v.all() {
			got += p.ID + " "
			v.noted(p.ID, notMine, now)
		}
		if got != want {
			t.Errorf("%s: known are %q, not %q", what, got, want)
		}
	}
	hear("first", "b1 ", at("b1", "https://b", 0), at("x", "", 0))
	hear("two that live", "b1 b2 ", at("b1", "https://b", suspectAfter-beatEvery), at("b2", "https://b", 0))
	hear("replaced", "b2 ", at("b1", "https://b", suspectAfter+beatEvery), at("b2", "https://b", 0))
	hear("still listed", "b2 c ", at("b2", "https://b", 0), at("b1", "https://b", time.Minute), at("c", "https://c", 0))
	now = now.Add(2 * time.Second)
	hear("a younger one", "b3 c ", at("b3", "https://b", 0), at("c", "https://c", 0), at("b2", "https://b", 2*time.Second))
	hear("not listed", "b3 c ", at("c", "https://c", time.Second))
	hear("replaced by one that is not listed any more", "b3 c ", at("b3", "https://b", 0), at("c", "https://c", 0))
	hear("this node's own past", "b3 c ", at("old", "https://here", 10*time.Second), at("b3", "https://b", 0), at("c", "https://c", 0))
	for i := range 2 * maxPeers { // a crash loop
		now = now.Add(time.Minute)
		v.heard("self", []room.Node{at(fmt.Sprint(i), "https://b", 0), at("self", "https://here", 0)}, now, now)
	}
	if len(v.peers) > 2 {
		t.Errorf("%d nodes", len(v.peers))
	}
}

// Where names are not kept over restarts, a node must not take its own past for
// another node.
func TestRestartUnderAnotherID(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		w.at("a").kill(false)
		a, b := w.bootAs("a", "z"), w.at("b")
		time.Sleep(3 * time.Second)
		opens(t, a, "oak", nil)
		for n, want := range map[*node]string{a: "b c", b: "c z"} {
			var got []string
			for _, other := range n.c.Nodes() {
				got = append(got, other.ID)
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s knows %v", n.self.ID, got)
			}
		}
		defer w.freeze()()
		time.Sleep(20 * time.Second)
		if hushes, _ := a.past(); !a.forwards("oak") || hushes != 0 {
			t.Error("silent without Redis because of its own past")
		}
	})
}

func TestViewIsBounded(t *testing.T) {
	v, now := newView(), time.Unix(1_000_000, 0)
	for i := range 2 * maxPeers {
		v.heard("self", []room.Node{aged(fmt.Sprint(i), 0)}, now, now)
	}
	if len(v.all()) != maxPeers {
		t.Errorf("%d nodes", len(v.all()))
	}
}

func TestStakesAreForgotten(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		a := w.at("a")
		for i := range 20 {
			opens(t, a, fmt.Sprint("r", i), nil)
		}
		a.giveUp()
		time.Sleep(2 * sweepEvery)
		synctest.Wait()
		a.c.mu.Lock()
		defer a.c.mu.Unlock()
		if len(a.c.stakes) != 0 {
			t.Errorf("%d stakes", len(a.c.stakes))
		}
	})
}
