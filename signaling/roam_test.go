package signaling

import (
	"context"
	"errors"
	"testing"
	"time"

	"hearth/room"
	"hearth/signaling/client"
)

func bounded(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// neighbours lets the nodes of a town name each other in their welcomes, and
// take each other's pages.
func neighbours(town []*townNode) {
	for i, n := range town {
		n.cluster.set(func(f *fakeCluster) {
			for k, other := range town {
				if k != i {
					f.origins = append(f.origins, other.web.URL)
				}
			}
		})
	}
}

func TestDialAny(t *testing.T) {
	town := openTown(t, 2, nil)
	dead := "http://127.0.0.1:1"
	c, err := client.DialAny(bounded(t), []string{dead, town[1].web.URL, town[0].web.URL}, client.Hello{Token: "patient:x"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if town[1].sig.Stats().Hops != 1 || town[0].room.count() != 1 {
		t.Error("it is not where it should be")
	}
	var r *client.Refused
	_, err = client.DialAny(bounded(t), []string{town[1].web.URL, town[0].web.URL}, client.Hello{Token: "expired"})
	if !errors.As(err, &r) || r.Code != "link_expired" || town[0].sig.Stats().Refused["link_expired"] != 0 {
		t.Errorf("a final refusal: %v", err)
	}
	if _, err := client.DialAny(bounded(t), nil, client.Hello{}); !errors.Is(err, client.ErrNoServer) {
		t.Error(err)
	}
}

// The node a client is connected to goes; the client comes back to its link by
// another one.
func TestReturnToAnotherNode(t *testing.T) {
	town := openTown(t, 3, nil)
	neighbours(town)
	c, err := client.Dial(bounded(t), town[1].web.URL, client.Hello{Token: "patient:x"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if len(c.Nodes()) != 3 || c.Nodes()[0] != town[1].web.URL {
		t.Fatalf("nodes %v", c.Nodes())
	}
	_ = town[1].web.Listener.Close()
	town[1].sig.Close()
	<-c.Done()
	if c.CloseCode() != 4103 {
		t.Errorf("closed with %d", c.CloseCode())
	}
	part := town[0].room.part(0)
	part.link.Show(waiting(part, 3), room1)
	next, err := c.Return(bounded(t))
	if err != nil {
		t.Fatal(err)
	}
	defer next.Close()
	if err := next.Until(bounded(t), func(v room.View) bool { return v.You.Muted == 3 }); err != nil {
		t.Error(err)
	}
	if !next.Welcome().Resumed || town[0].room.count() != 1 {
		t.Errorf("%+v, %d entered", next.Welcome(), town[0].room.count())
	}
}

// A client follows its room, and lets the old socket go when all are there.
func TestFollowAMove(t *testing.T) {
	town := openTown(t, 2, nil)
	neighbours(town)
	c, err := client.Dial(bounded(t), town[0].web.URL, client.Hello{Token: "patient:x"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	town[1].cluster.set(func(f *fakeCluster) { f.at = room.Owned{} })
	town[0].room.part(0).link.Move()
	select {
	case <-c.Moving():
	case <-time.After(patience):
		t.Fatal("not told to move")
	}
	next, err := client.Dial(bounded(t), town[1].web.URL, c.Resume())
	if err != nil {
		t.Fatal(err)
	}
	defer next.Close()
	if town[1].room.count() != 1 || town[1].sig.Stats().Links != 1 || c.CloseCode() != 0 {
		t.Error("it is not where it should be")
	}
	town[1].room.part(0).link.Settled()
	select {
	case <-next.Settled():
	case <-time.After(patience):
		t.Fatal("never settled")
	}
	if _, err := next.Do(bounded(t), "set", map[string]any{"hand": true}); err != nil {
		t.Error(err)
	}
}

// A server that says nothing is given up.
func TestClientFindsSilence(t *testing.T) {
	h := open(t, nil) // beats every 5 s
	c, err := client.Dial(bounded(t), h.web.URL, client.Hello{Token: "patient:x", Silence: 200 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	select {
	case <-c.Done():
	case <-time.After(4 * time.Second):
		t.Fatal("it waits for ever")
	}
}
