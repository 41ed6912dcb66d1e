package signaling

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"hearth/room"
	"hearth/signaling/hop"
)

func TestHopProtocolIsTheSame(t *testing.T) {
	if hopProtocol != hop.Protocol {
		t.Errorf("%q here, %q there", hopProtocol, hop.Protocol)
	}
}

// A link is the same whichever node its sockets come to: numbers, replay and
// remembered answers.
func TestLinkOverAHop(t *testing.T) {
	town := openTown(t, 2, nil)
	owner, other := town[0], town[1]
	w, welcome := other.join("facilitator:x")
	part := owner.room.part(0)
	if welcome.Seq != 1 || welcome.View == nil || welcome.Resumed || !welcome.Carried || other.room.count() != 0 {
		t.Fatalf("welcome: %+v", welcome)
	}
	w.send(`{"type":"lock","id":5,"locked":true}`)
	w.want("ok")
	part.link.Show(waiting(part, 1), room1)
	if f := w.want("you"); f.Seq != 2 {
		t.Fatalf("event: %+v", f)
	}
	if s := other.sig.Stats(); s.Hops != 1 || s.Hopped != 1 || s.Links != 0 || s.Sockets != 1 {
		t.Errorf("outer: %+v", s)
	}
	if s := owner.sig.Stats(); s.HopsIn != 1 || s.Links != 1 || s.Welcomes != 1 {
		t.Errorf("inner: %+v", s)
	}
	_ = w.ws.Close()
	eventually(t, "the room hears of the lost socket", func() bool { _, lost, _ := part.told(); return lost == 1 })
	part.link.Show(waiting(part, 2), room1)

	for _, n := range []*townNode{owner, other} { // to the owner itself, and over the hop again
		w = n.resume(welcome.Ticket, 2)
		if f := w.want("welcome"); !f.Resumed || f.View != nil || f.Seq != 2 || f.Carried != (n == other) {
			t.Fatalf("resumed welcome: %+v", f)
		}
		if f := w.want("you"); f.Seq != 3 || f.You.Muted != 2 {
			t.Fatalf("replayed: %+v", f)
		}
		w.send(`{"type":"lock","id":5,"locked":true}`)
		if f := w.want("ok"); f.ID != 5 {
			t.Fatalf("answer: %+v", f)
		}
		if n, _, back := part.told(); n != 1 || back != 1 {
			t.Errorf("done %d times, back %d times", n, back)
		}
	}
	if owner.room.count() != 1 {
		t.Error("a resume entered the room again")
	}
}

// The last socket to say hello has the link, and the one before learns why.
func TestTakeoverOverAHop(t *testing.T) {
	town := openTown(t, 3, nil)
	first, welcome := town[1].join("patient:x")
	second := town[2].resume(welcome.Ticket, welcome.Seq)
	second.want("welcome")
	first.wantClose(4001)
	third := town[0].resume(welcome.Ticket, welcome.Seq)
	third.want("welcome")
	second.wantClose(4001)
	if _, lost, back := town[0].room.part(0).told(); lost != 0 || back != 0 {
		t.Errorf("the room was told of %d losses and %d returns", lost, back)
	}
}

// Whatever ends the inner socket ends the outer one in the same way, but for the
// owner's own end.
func TestEndsPassOverAHop(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(n *townNode)
		bye  string
		code int
	}{
		"bye":       {func(n *townNode) { n.room.part(0).link.Bye(room.ByeRemoved) }, "removed", 4000},
		"elsewhere": {func(n *townNode) { n.room.part(0).link.Bye(room.ByeElsewhere) }, "", 4100},
		"drain":     {func(n *townNode) { n.sig.Close() }, "", 4100}, // the server it is at does not end
	} {
		t.Run(name, func(t *testing.T) {
			town := openTown(t, 2, nil)
			w, _ := town[1].join("patient:x")
			c.end(town[0])
			if c.bye != "" {
				if f := w.want("bye"); f.Code != c.bye {
					t.Fatalf("bye: %+v", f)
				}
			}
			w.wantClose(c.code)
			eventually(t, "the hop is over", func() bool { return town[1].sig.Stats().Hops == 0 && town[0].sig.Stats().HopsIn == 0 })
		})
	}
}

// What a client said last is done, even when it goes at once.
func TestLastWordsOverAHop(t *testing.T) {
	town := openTown(t, 2, nil)
	for i := range 20 {
		w, _ := town[1].join(fmt.Sprint("patient:", i))
		part := town[0].room.part(i)
		for k := range 30 { // much on the way down, for which a kernel would reset
			part.link.Show(waiting(part, k+1), room1)
		}
		w.send(`{"type":"leave","id":2}`)
		_ = w.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(1000, ""), time.Now().Add(time.Second))
		w.wantClose(1000)
		eventually(t, "the room hears both", func() bool { n, lost, _ := part.told(); return n == 1 && lost == 1 })
	}
}

// Breaches over a hop end that socket alone, with the code they have anywhere.
func TestBreachesOverAHop(t *testing.T) {
	town := openTown(t, 2, func(c *Config) { c.Limits.Joins = 1000 })
	bystander, _ := town[1].join("patient:bystander")
	for name, c := range map[string]struct {
		frame string
		code  string
	}{
		"second hello": {`{"type":"hello","v":1,"id":2,"token":"patient:z"}`, "bad_message"},
		"no json":      {`hello`, "bad_message"},
		"elsewhere":    {`{"type":"elsewhere","id":2}`, "bad_message"},
		"large":        {`{"type":"rename","id":2,"name":"` + strings.Repeat("x", maxMessage) + `"}`, "too_large"},
		"larger":       {`{"type":"offer","id":2,"sdp":"` + strings.Repeat("x", maxOffer) + `"}`, "too_large"},
	} {
		t.Run(name, func(t *testing.T) {
			w, _ := town[1].join("patient:" + strings.ReplaceAll(name, " ", "-"))
			w.t = t
			w.send(c.frame)
			w.wantRefusal(c.code, 4002)
		})
	}
	t.Run("binary", func(t *testing.T) {
		w, _ := town[1].join("patient:b")
		_ = w.ws.WriteMessage(websocket.BinaryMessage, []byte(`{"type":"leave","id":2}`))
		w.wantRefusal("bad_message", 4002)
	})
	t.Run("flood", func(t *testing.T) {
		w, _ := town[1].join("patient:f")
		part := town[0].room.part(town[0].room.count() - 1)
		for i := range 200 {
			if w.ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"type":"ask_video","id":%d}`, i+2)) != nil {
				break
			}
		}
		w.wantClose(4102)
		if n, _, _ := part.told(); n > 60 {
			t.Errorf("%d commands of a flood were done", n)
		}
	})
	bystander.send(`{"type":"set","id":2,"hand":true}`)
	bystander.want("ok")
}

// An answer as large as a real one goes both ways.
func TestOfferOverAHop(t *testing.T) {
	town := openTown(t, 2, nil)
	w, _ := town[1].join("patient:x")
	w.send(`{"type":"offer","id":2,"sdp":"` + strings.Repeat("a", 100<<10) + `"}`)
	if f := w.want("ok"); !strings.HasPrefix(f.SDP, "answer to a") {
		t.Fatalf("answer: %+v", f)
	}
}

// The outer node judges addresses and tokens, before anything is carried.
func TestLimitsBeforeAHop(t *testing.T) {
	town := openTown(t, 2, func(c *Config) { c.Limits.Joins, c.Limits.Failures = 1, 2 })
	town[1].join("patient:x")
	w := town[1].connect()
	w.send(`{"type":"hello","v":1,"id":1,"token":"patient:y"}`)
	w.wantRefusal("retry", 4100)
	for range 2 {
		w = town[1].connect()
		w.send(`{"type":"hello","v":1,"id":1,"token":"guess"}`)
		w.wantRefusal("link_invalid", 4000)
	}
	w = town[1].connect()
	w.send(`{"type":"hello","v":1,"id":1,"resume":"AAAA"}`)
	w.wantRefusal("retry", 4100)
	if s := town[0].sig.Stats(); s.Welcomes != 1 || town[0].inner.Stats().Hops != 1 {
		t.Errorf("inner: %+v", s)
	}
}

// refuseElsewhere is a node whose room is at the one given.
func refuseElsewhere(at room.Owned) func(room.Person, *room.Seal) error {
	return func(room.Person, *room.Seal) error { return fmt.Errorf("room: claim: %w", at) }
}

// A hop is never hopped again; the outer node looks again, and gives up after
// four attempts.
func TestNoHopOfAHop(t *testing.T) {
	town := openTown(t, 3, nil)
	town[0].live(false)
	town[0].room.enter = refuseElsewhere(town[2].owned())
	w := town[1].connect()
	w.send(`{"type":"hello","v":1,"id":7,"token":"patient:x"}`)
	if f := w.wantRefusal("retry", 4100); f.ID != 7 {
		t.Errorf("the error answers %d", f.ID)
	}
	s := town[1].sig.Stats()
	if s.HopLooks != maxLooks-1 || s.HopsFailed["elsewhere"] != maxLooks || town[1].cluster.asked() != maxLooks+1 {
		t.Errorf("outer: %+v, asked %d times", s, town[1].cluster.asked())
	}
	if n := town[0].cluster.asked() + town[2].cluster.asked() + town[2].room.count() + int(town[2].inner.Stats().Hops); n != 0 {
		t.Error("the inner node looked for the owner itself")
	}
	if town[1].room.count() != 0 {
		t.Error("the outer node opened a room that another one has")
	}
}

// A node that cannot have the room now, because it drains, sends on.
func TestDrainingOwner(t *testing.T) {
	town := openTown(t, 3, nil)
	town[0].live(false)
	town[0].room.enter = func(room.Person, *room.Seal) error {
		town[1].cluster.set(func(f *fakeCluster) { f.at = town[2].owned() })
		return room.ErrUnavailable
	}
	town[1].join("patient:x")
	if town[2].room.count() != 1 || town[1].sig.Stats().HopLooks != 1 {
		t.Errorf("%d entered; outer: %+v", town[2].room.count(), town[1].sig.Stats())
	}
}

// Whoever lost the race for a room goes to the winner.
func TestLostRace(t *testing.T) {
	town := openTown(t, 2, nil)
	town[1].cluster.set(func(f *fakeCluster) { f.at = room.Owned{} })
	town[1].room.enter = refuseElsewhere(town[0].owned())
	town[1].join("patient:x")
	if town[0].room.count() != 1 || town[1].sig.Stats().Links != 0 {
		t.Errorf("%d entered, %d links", town[0].room.count(), town[1].sig.Stats().Links)
	}
}

// An owner that cannot be reached may be dead: claiming the room here asks.
func TestDeadOwner(t *testing.T) {
	town := openTown(t, 2, nil)
	_ = town[0].inner.Close()
	town[1].join("patient:x")
	if s := town[1].sig.Stats(); town[1].room.count() != 1 || s.HopsFailed["dial"] != 1 || s.Hops != 0 {
		t.Errorf("%d entered; %+v", town[1].room.count(), s)
	}
}

// Nobody can tell: the client comes again. What is live here needs nobody.
func TestClusterAway(t *testing.T) {
	town := openTown(t, 1, nil)
	n := town[0]
	_, welcome := n.join("patient:x")
	n.live(false)
	n.cluster.set(func(f *fakeCluster) { f.err = room.ErrUnavailable })
	n.resume(welcome.Ticket, 0).want("welcome") // a live link
	w := n.connect()
	w.send(`{"type":"hello","v":1,"id":1,"token":"patient:y"}`)
	w.wantRefusal("retry", 4100)
	n.live(true)
	n.join("patient:y") // a live room
	if n.cluster.asked() != 1 {
		t.Errorf("asked %d times, want once", n.cluster.asked())
	}
}

// The configuration that cannot carry anything is refused.
func TestClusterNeedsHops(t *testing.T) {
	for _, c := range []Config{{Cluster: &fakeCluster{}}, {Cluster: &fakeCluster{}, Hops: hop.NewClient(&hop.Key{})}} {
		c.Rooms, c.Verifier, c.Page, c.Rules = Entering((&fakeRoom{}).Enter), fakeVerifier{}, testPage, "r"
		c.ClusterKey, c.PublicURL = clusterKey, "https://a.example"
		if _, err := New(c); !errors.Is(err, ErrConfig) {
			t.Errorf("%v, want ErrConfig", err)
		}
	}
}

// Two hundred people lose their sockets at the same moment, and are all back:
// one link each, nothing missed, nobody twice.
func TestEverybodyReturnsAtOnce(t *testing.T) {
	const people = 200
	town := openTown(t, 2, func(c *Config) {
		c.Limits.Joins, c.Limits.Unauthenticated = 2*people, 2*people
		c.Limits.CommandWait = patience // of a machine that does other things too
	})
	town[1].room.enter = refuseElsewhere(town[0].owned()) // a slow owner is no dead one
	at := func(i int) *townNode {                         // some over the hop
		if i%8 == 0 {
			return town[1]
		}
		return town[0]
	}
	wires, tickets := make([]*wire, people), make([]string, people)
	all := func(f func(i int)) {
		var wg sync.WaitGroup
		for i := range people {
			wg.Go(func() { f(i) })
		}
		wg.Wait()
	}
	all(func(i int) {
		w, welcome := at(i).join(fmt.Sprint("patient:", i))
		wires[i], tickets[i] = w, welcome.Ticket
	})
	if n := town[0].room.count(); t.Failed() || n != people {
		t.Fatalf("%d entered; outer %+v, its door %+v", n, town[1].sig.Stats(), town[0].inner.Stats())
	}
	all(func(i int) { _ = wires[i].ws.NetConn().Close() })
	told := func(ok func(lost, back int) bool) func() bool {
		return func() bool {
			for i := range people {
				if _, lost, back := town[0].room.part(i).told(); !ok(lost, back) {
					return false
				}
			}
			return true
		}
	}
	eventually(t, "all are lost", told(func(lost, _ int) bool { return lost == 1 }))
	for i := range people {
		part := town[0].room.part(i)
		part.link.Show(waiting(part, 1), room1)
	}
	all(func(i int) {
		w := at(i+1).resume(tickets[i], 1) // not where they came from
		if f := w.want("welcome"); !f.Resumed {
			t.Errorf("%d is not resumed", i)
		}
		if f := w.want("you"); f.Seq != 2 {
			t.Errorf("%d hears %+v", i, f)
		}
	})
	if !told(func(lost, back int) bool { return lost == 1 && back == 1 })() {
		t.Error("somebody came back twice, or not at all")
	}
	s, outer := town[0].sig.Stats(), town[1].sig.Stats()
	if s.Links != people || town[0].room.count() != people || outer.Links != 0 {
		t.Errorf("inner %+v, outer %+v", s, outer)
	}
	eventually(t, "no socket is left over", func() bool {
		in, out := town[0].sig.Stats(), town[1].sig.Stats()
		return in.Sockets == people && out.Hops == in.HopsIn && out.Sockets == out.Hops
	})
}

// Close ends hops too, also those that are only being made.
func TestCloseDuringHops(t *testing.T) {
	town := openTown(t, 2, nil)
	release := make(chan struct{})
	town[0].room.enter = func(p room.Person, _ *room.Seal) error {
		if p.Ref == "ref-stuck" {
			<-release
		}
		return nil
	}
	defer close(release)
	w, _ := town[1].join("patient:x")
	stuck := town[1].connect()
	stuck.send(`{"type":"hello","v":1,"id":1,"token":"patient:stuck"}`)
	eventually(t, "both hops are open", func() bool { return town[0].inner.Stats().Hops == 2 })
	ended := w.answering()
	closed := make(chan struct{})
	go func() {
		town[1].sig.Close()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(patience):
		t.Fatal("Close waits for a hop")
	}
	var ce *websocket.CloseError
	if err := <-ended; !errors.As(err, &ce) || ce.Code != 4103 {
		t.Errorf("closed with %v, want 4103", err)
	}
}

// The socket from a node is served like any other: who sends it is proved, what
// it sends is not.
func TestInternalSocketIsVerified(t *testing.T) {
	town := openTown(t, 1, func(c *Config) { c.Limits.HelloWait = 300 * time.Millisecond })
	for name, c := range map[string]struct {
		frame string
		code  string
		close int
	}{
		"silence":      {"", "hello_expected", 4002},
		"garbage":      {"\x00\x01\x02", "bad_message", 4002},
		"bad token":    {`{"type":"hello","v":1,"id":1,"token":"guess"}`, "link_invalid", 4000},
		"forged seat":  {`{"type":"hello","v":1,"id":1,"resume":"AAAA"}`, "link_invalid", 4000},
		"large":        {`{"type":"hello","v":1,"id":1,"token":"` + strings.Repeat("x", maxHello) + `"}`, "too_large", 4002},
		"next version": {`{"type":"hello","v":2,"id":1,"token":"patient:x"}`, "version", 4002},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			ws, err := town[0].sig.cfg.Hops.Dial(ctx, town[0].url)
			if err != nil {
				t.Fatal(err)
			}
			defer ws.Close()
			w := &wire{t, ws}
			if c.frame != "" {
				w.send(c.frame)
			}
			w.wantRefusal(c.code, c.close)
		})
	}
	if town[0].room.count() != 0 {
		t.Error("somebody entered")
	}
}
