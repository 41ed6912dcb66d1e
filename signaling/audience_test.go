package signaling

import (
	"context"
	"slices"
	"testing"
)

// Who is connected hears of servers that have come since, from the node connected
// to, whoever owns the room; and not a second time.
func TestClientsHearOfOtherNodes(t *testing.T) {
	town := openTown(t, 2, nil)
	tell := func(of []string, nodes ...*townNode) {
		for _, n := range nodes {
			n.cluster.set(func(f *fakeCluster) { f.origins = of })
			n.sig.look()
		}
	}
	direct, welcome := town[0].join("patient:x")
	hopped, over := town[1].join("patient:y")
	if len(welcome.Nodes)+len(over.Nodes) != 0 {
		t.Fatal("they know of somebody already")
	}
	tell([]string{"https://owner.example", "https://b.example"}, town[0])
	tell([]string{"https://outer.example"}, town[1])
	for w, want := range map[*wire][]string{direct: {"https://b.example", "https://owner.example"}, hopped: {"https://outer.example"}} {
		got := w.want("nodes")
		if slices.Sort(got.Nodes); !slices.Equal(got.Nodes, want) || got.Seq != 0 {
			t.Errorf("%+v, want %v", got, want)
		}
	}
	tell([]string{"https://b.example", "https://owner.example"}, town[0]) // the same ones
	tell([]string{"https://outer.example"}, town[1])
	for _, w := range []*wire{direct, hopped} {
		w.send(`{"type":"set","id":2,"hand":true}`)
		w.want("ok")
	}
	tell(nil, town...)
	for _, w := range []*wire{direct, hopped} {
		if got := w.want("nodes"); got.Nodes == nil || len(got.Nodes) != 0 {
			t.Errorf("%+v, want an empty list", got)
		}
	}
}

// A welcome may have been written before a change, and its socket join after it.
func TestNobodyMissesAChange(t *testing.T) {
	a, early, late, calm := newAudience(), &conn{}, &conn{}, &conn{}
	leave := a.join(early)
	if a.look(nil) != nil {
		t.Error("told of nothing")
	}
	if who := a.look([]string{"https://b.example"}); !slices.Equal(who, []*conn{early}) {
		t.Errorf("%d hear of a change", len(who))
	}
	a.join(late)
	a.join(&conn{hopped: true})
	if who := a.look([]string{"https://b.example"}); !slices.Equal(who, []*conn{late}) {
		t.Errorf("%d that came a moment later hear of it", len(who))
	}
	a.join(calm)
	if who := a.look([]string{"https://b.example"}); who != nil {
		t.Errorf("%d hear it again", len(who))
	}
	leave()
	if who := a.look(nil); len(who) != 2 {
		t.Errorf("%d hear of the next change", len(who))
	}
}

// The servers are looked at without being asked.
func TestOtherNodesAreWatched(t *testing.T) {
	n := openNode(t, nil)
	w, _ := n.join("patient:x")
	n.cluster.set(func(f *fakeCluster) { f.origins = []string{"https://b.example"} })
	if got := w.want("nodes"); !slices.Equal(got.Nodes, []string{"https://b.example"}) {
		t.Errorf("%+v", got)
	}
	_ = n.sig.Drain(context.Background())
	n.sig.look() // to nobody
}
