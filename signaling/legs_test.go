package signaling

import (
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"hearth/room"
)

// The cluster finds the owner dead: clients whose sockets were carried there
// are told to come back, long before silence would be found.
func TestLegsToADeadNodeEnd(t *testing.T) {
	town := openTown(t, 3, nil)
	way := lay(t, strings.TrimPrefix(town[0].url, "https://"))
	dead := "https://" + way.addr()
	town[1].cluster.set(func(f *fakeCluster) { f.at = room.Owned{Node: "n", URL: dead} })
	w, _ := town[1].join("patient:x")
	ended := w.answering()
	way.freeze()
	town[1].cluster.set(func(f *fakeCluster) { f.at = town[2].owned() })
	other, _ := town[1].join("patient:y") // carried to another one: it stays
	stays := other.answering()
	town[1].sig.Dead(dead)
	if err := <-ended; !websocket.IsCloseError(err, 4100) {
		t.Errorf("the client is closed with %v, want 4100", err)
	}
	eventually(t, "only the other leg is left", func() bool { return town[1].sig.Stats().Hops == 1 })
	select {
	case err := <-stays:
		t.Error("the other one was closed:", err)
	default:
	}
	if s := town[1].sig.Stats(); s.HopsFailed["dead"] != 1 {
		t.Errorf("%+v", s)
	}
	eventually(t, "only the way to the other node is left", func() bool {
		town[1].sig.legs.mu.Lock()
		defer town[1].sig.legs.mu.Unlock()
		return len(town[1].sig.legs.to) == 1
	})
}

// A client that does not wait for its hello has come back elsewhere: that hello
// ends at once, and never takes the link from the newer socket.
func TestAHelloEndsWithItsClient(t *testing.T) {
	town := openTown(t, 2, func(c *Config) { c.Limits.CommandWait = 10 * patience })
	live, welcome := town[0].join("patient:x")
	stays := live.answering()
	held := make(chan struct{})
	town[1].cluster.set(func(f *fakeCluster) { f.at, f.held = town[0].owned(), held })
	late := town[1].resume(welcome.Ticket, welcome.Seq)
	eventually(t, "it looks for the room", func() bool { return town[1].cluster.asked() == 1 })
	_ = late.ws.Close()
	eventually(t, "the hello has ended", func() bool { return town[1].sig.conns.len() == 0 })
	close(held)
	again := town[1].resume("x", 0) // what came later has been answered
	again.wantRefusal("link_invalid", 4000)
	select {
	case err := <-stays:
		t.Error("the newer socket was closed:", err)
	default:
	}
	if s := town[0].sig.Stats(); s.Resumes != 0 {
		t.Errorf("%+v", s)
	}
}

// A hello is on its way to an owner that does not answer, be it in the dial or
// behind it: once the cluster finds the owner dead it goes on here.
func TestHelloDoesNotWaitForADeadNode(t *testing.T) {
	town := openTown(t, 2, nil)
	frozen := lay(t, strings.TrimPrefix(town[0].url, "https://"))
	frozen.freeze()
	dead := "https://" + frozen.addr()
	n := town[1]
	n.cluster.set(func(f *fakeCluster) { f.at = room.Owned{Node: "n", URL: dead} })
	w := n.connect()
	w.send(`{"type":"hello","v":1,"id":1,"token":"patient:x"}`)
	eventually(t, "it is on its way", func() bool {
		n.sig.legs.mu.Lock()
		defer n.sig.legs.mu.Unlock()
		return len(n.sig.legs.to[dead]) == 1
	})
	n.cluster.set(func(f *fakeCluster) { f.at = room.Owned{} })
	n.sig.Dead(dead)
	w.want("welcome")
	if s := n.sig.Stats(); s.HopsFailed["dead"] != 1 || s.HopLooks != 1 || n.room.count() != 1 {
		t.Errorf("%+v, %d parts", s, n.room.count())
	}
}

// A node that is cut off sends its people to other servers, but not whom those
// have brought; the links stay, for who finds nothing better.
func TestStrandedPeopleTryOthersFirst(t *testing.T) {
	town := openTown(t, 2, nil)
	w, welcome := town[0].join("patient:x")
	brought, _ := town[1].join("patient:y")
	stays := brought.answering()
	town[0].sig.Stranded()
	w.wantClose(4103)
	part := town[0].room.part(0)
	eventually(t, "the seat is kept", func() bool { _, lost, _ := part.told(); return lost == 1 })
	if back := town[0].resume(welcome.Ticket, welcome.Seq).want("welcome"); !back.Resumed {
		t.Errorf("%+v", back)
	}
	select {
	case err := <-stays:
		t.Error("who was brought was closed:", err)
	default:
	}
}
