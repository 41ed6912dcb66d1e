package cluster

import (
	"fmt"
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
