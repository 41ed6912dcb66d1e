package signaling

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"hearth/room"
)

// A room is handed over: the page hears of it, keeps its socket, and its second
// hello reaches the new owner.
func TestMove(t *testing.T) {
	town := openTown(t, 2, nil)
	old, next := town[0], town[1]
	w, welcome := old.join("patient:x")
	part := old.room.part(0)
	part.link.Move()
	part.link.Move()
	if f := w.want("move"); f.Seq != 2 {
		t.Fatalf("event: %+v", f)
	}
	old.live(false)
	old.cluster.set(func(f *fakeCluster) { f.at = next.owned() })
	next.cluster.set(func(f *fakeCluster) { f.at = room.Owned{} })

	second := old.resume(welcome.Ticket, 2) // the old node is all it reaches
	if f := second.want("welcome"); f.Resumed || f.View == nil || f.Settled {
		t.Fatalf("welcome: %+v", f)
	}
	if old.room.count() != 1 || next.room.count() != 1 || next.room.part(0).seal == nil {
		t.Fatalf("%d and %d entered", old.room.count(), next.room.count())
	}
	next.room.part(0).link.Settled()
	next.room.part(0).link.Settled()
	if f := second.want("settled"); f.Seq != 2 {
		t.Fatalf("event: %+v", f)
	}
	second.send(`{"type":"set","id":2,"hand":true}`)
	second.want("ok")
	if s := old.sig.Stats(); s.Links != 0 || s.Hops != 1 {
		t.Errorf("old node: %+v", s)
	}
	if _, lost, _ := part.told(); lost != 0 {
		t.Error("the old link lost its socket")
	}

	// A page that does not follow is sent away in the end.
	part.link.Bye(room.ByeElsewhere)
	w.wantClose(4103)
	// Its new socket is not touched by that.
	second.send(`{"type":"set","id":3,"hand":false}`)
	second.want("ok")
}

// While a room moves its commands are not done, and it is not known whether an
// earlier one was.
func TestCommandsWhileMoving(t *testing.T) {
	h := open(t, nil)
	h.room.do = func(context.Context, *fakePart, room.Command) error { return room.ErrMoved }
	w, _ := h.join("facilitator:x")
	part := h.room.part(0)
	w.send(`{"type":"lock","id":2,"locked":true}`)
	if f := w.want("error"); f.Code != "retry" {
		t.Errorf("answer: %+v", f)
	}
	part.link.Move()
	w.want("move")
	w.send(`{"type":"lock","id":3,"locked":true}`)
	if f := w.want("error"); f.Code != "retry" || f.After == 0 {
		t.Errorf("answer: %+v", f)
	}
}

// Who comes after the room has come together hears of it in the welcome, also
// when it was told before anybody listened.
func TestSettledInWelcome(t *testing.T) {
	h := open(t, nil)
	h.room.enter = func(room.Person, *room.Seal) error { return nil }
	_, welcome := h.join("patient:x")
	part := h.room.part(0)
	part.link.Settled()
	if f := h.resume(welcome.Ticket, 0).want("welcome"); !f.Settled || f.View == nil {
		t.Errorf("welcome: %+v", f)
	}
	w := h.resume(welcome.Ticket, 1)
	if f := w.want("welcome"); !f.Settled || !f.Resumed {
		t.Errorf("welcome: %+v", f)
	}
	if f := w.want("settled"); f.Seq != 2 {
		t.Errorf("replayed: %+v", f)
	}
}

// Before the first view and after the end nobody is told anything.
func TestMoveAtTheEdges(t *testing.T) {
	keys, err := newTickets(clusterKey)
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{tickets: keys, links: newLinks(), count: newCounters()}
	early := newLink(s, pass{Link: "early"})
	early.Settled()
	early.Move()
	early.Show(room.View{}, room1)
	if early.events.seq != 1 || !early.settled {
		t.Errorf("%d events", early.events.seq)
	}
	late := newLink(s, pass{Link: "late"})
	late.Show(room.View{}, room1)
	late.Bye(room.ByeEnded)
	late.Move()
	late.Settled()
	if late.events.seq != 1 {
		t.Errorf("%d events", late.events.seq)
	}
}

// Everything at once: people come back while their room moves and ends. Whatever
// comes first, everybody ends up with a link at the new owner or is told to come
// again, and nothing is left at the old one.
func TestMoveWhileEverybodyReturns(t *testing.T) {
	const people = 20
	town := openTown(t, 2, func(c *Config) { c.Limits.Joins, c.Limits.Unauthenticated = 1000, 1000 })
	old, next := town[0], town[1]
	next.cluster.set(func(f *fakeCluster) { f.at = room.Owned{} })
	tickets := make([]string, people)
	for i := range people {
		w, welcome := old.join(fmt.Sprint("patient:", i))
		tickets[i] = welcome.Ticket
		_ = w.ws.NetConn().Close()
	}
	var all sync.WaitGroup
	all.Go(func() {
		old.live(false)
		old.cluster.set(func(f *fakeCluster) { f.at = next.owned() })
		for i := range people {
			link := old.room.part(i).link
			link.Move()
			link.Show(room.View{}, room1)
			link.Bye(room.ByeElsewhere)
		}
	})
	for i := range people {
		all.Go(func() {
			for range 5 {
				w := old.resume(tickets[i], 1)
				_ = w.ws.SetReadDeadline(time.Now().Add(patience))
				if _, _, err := w.ws.ReadMessage(); err != nil {
					t.Errorf("%d hears nothing: %v", i, err)
				}
				_ = w.ws.NetConn().Close()
			}
		})
	}
	all.Wait()
	for i := range people {
		old.resume(tickets[i], 1).want("welcome")
	}
	if s := old.sig.Stats(); s.Links != 0 || old.room.count() != people || next.sig.Stats().Links != people {
		t.Errorf("old %+v, %d entered; new %+v", s, old.room.count(), next.sig.Stats())
	}
}
