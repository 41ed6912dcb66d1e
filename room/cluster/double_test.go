package cluster

import (
	"testing"
	"time"
)

func TestTwoNodesOfOneName(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		a, twin := w.at("a"), w.bootAs("d", "a")
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
	})
}

// A node that is started again at once is no second one, there or elsewhere; and
// neither Redis' silence nor its losses make one.
func TestRestartIsNoSecondNode(t *testing.T) {
	for _, place := range []string{"a", "d"} {
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
			n := w.bootAs(place, "a")
			never(n, 3*time.Second)
			w.failOver()
			never(n, 3*time.Second)
			thaw := w.freeze()
			never(n, 5*time.Second)
			thaw()
			never(n, 3*time.Second)
			w.forget()
			never(n, 3*time.Second)
			if place != "a" {
				n.kill(false)
			}
		})
	}
}
