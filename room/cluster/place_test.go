package cluster

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"hearth/room"
)

func TestPlace(t *testing.T) {
	at := func(id string, people, rooms int) peer {
		return peer{Node: room.Node{ID: id, URL: "https://" + id, People: people, Rooms: rooms}}
	}
	for name, c := range map[string]struct {
		load  room.Load
		ready []peer
		want  string
	}{
		"alone":               {room.Load{People: 500}, nil, ""},
		"nobody else, drains": {room.Load{Draining: true}, nil, ""},
		"nineteen more":       {room.Load{People: 29}, []peer{at("a", 10, 1)}, ""},
		"twenty more":         {room.Load{People: 30}, []peer{at("a", 10, 1)}, "a"},
		"the emptiest":        {room.Load{People: 100}, []peer{at("a", 30, 1), at("b", 20, 9), at("c", 40, 1)}, "b"},
		"fewer rooms":         {room.Load{People: 100}, []peer{at("a", 20, 3), at("b", 20, 2)}, "b"},
		"smaller id":          {room.Load{People: 100}, []peer{at("b", 20, 2), at("a", 20, 2)}, "a"},
		"drains":              {room.Load{Draining: true}, []peer{at("a", 400, 30)}, "a"},
	} {
		if got := place(c.load, c.ready); got.Node != c.want || got.Node != "" && got.URL != "https://"+c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestPlacementAvoidsDrainingAndDeadNodes(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		a, b, c := w.at("a"), w.at("b"), w.at("c")
		for n, people := range map[*node]int{a: 100, b: 50, c: 10} {
			n.set(func() { n.people = people })
		}
		time.Sleep(time.Second)
		goes := func(what, want string) {
			t.Helper()
			if at, err := a.c.Find(t.Context(), "new"); err != nil || at.Node != want {
				t.Errorf("%s: %v %v", what, at, err)
			}
		}
		goes("the emptiest", "c")
		c.set(func() { c.drains = true })
		time.Sleep(time.Second)
		goes("the emptiest drains", "b")
		if got := a.c.Origins(); !slices.Equal(got, []string{"https://public-b"}) {
			t.Errorf("origins %v", got)
		}
		if got := a.c.Known(); !slices.Equal(got, []string{"https://public-b", "https://public-c"}) {
			t.Errorf("known %v", got)
		}
		b.kill(false)
		goes("the other is dead", "")
		time.Sleep(4 * time.Second)
		if nodes := a.c.Nodes(); len(nodes) != 1 || nodes[0].ID != "c" || !nodes[0].Draining || nodes[0].Age > 2*time.Second {
			t.Errorf("nodes %v", nodes)
		}
		if a.c.Origins() != nil {
			t.Errorf("origins %v", a.c.Origins())
		}
		if got := a.c.Known(); !slices.Equal(got, []string{"https://public-b", "https://public-c"}) {
			t.Errorf("the dead one's people come here: known %v", got)
		}
	})
}

// young is a node that has been started again a moment ago.
func (w *world) young(id string) *node {
	w.at(id).kill(false)
	time.Sleep(4 * time.Second)
	n := w.boot(id)
	time.Sleep(100 * time.Millisecond)
	return n
}

// A node that was just started would make who comes wait, and the others not.
func TestAYoungNodeSendsOn(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		c := w.young("c")
		if at, err := c.c.Find(t.Context(), "new"); err != nil || at.Node != "a" {
			t.Errorf("just started: %v %v", at, err)
		}
		time.Sleep(settleFor)
		if at, err := c.c.Find(t.Context(), "new"); err != nil || at.Node != "" {
			t.Errorf("settled: %v %v", at, err)
		}
	})
}

// Who waits at a node that was just started goes where the room opens meanwhile.
func TestAWaitEndsWhereTheRoomOpens(t *testing.T) {
	town(t, func(t *testing.T, w *world) {
		c := w.young("c")
		start := time.Now()
		go func() {
			time.Sleep(300 * time.Millisecond)
			w.at("a").hello(context.Background(), "oak")
		}()
		_, _, err := c.c.Claim(t.Context(), "oak")
		var owned room.Owned
		if !errors.As(err, &owned) || owned.Node != "a" {
			t.Errorf("got %v", err)
		}
		figure(t, "sent on", time.Since(start), 300*time.Millisecond, 300*time.Millisecond+2*lookEvery)
	})
}
