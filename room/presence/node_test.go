package presence

import (
	"slices"
	"strings"
	"testing"
	"time"

	"hearth/room"
)

// nodeOf finds a node in an answer.
func nodeOf(nodes []room.Node, id string) (room.Node, bool) {
	i := slices.IndexFunc(nodes, func(n room.Node) bool { return n.ID == id })
	if i < 0 {
		return room.Node{}, false
	}
	return nodes[i], true
}

func announce(t testing.TB, s *Store, load room.Load) []room.Node {
	t.Helper()
	nodes, err := s.Announce(ctx, load)
	must(t, err)
	return nodes
}

func TestNodesSeeEachOther(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		a := b.node(t, "node-a", func(c *Config) { c.Origin = "https://a" })
		c := b.node(t, "node-c")
		if nodes := announce(t, a, room.Load{Draining: true, Rooms: 3, People: 41}); len(nodes) != 0 {
			t.Errorf("an empty Redis has nodes %v", nodes)
		}
		b.inspect(t)
		time.Sleep(30 * time.Millisecond) // so that the stamp has an age
		nodes := announce(t, c, room.Load{})
		n, ok := nodeOf(nodes, "node-a")
		if !ok || len(nodes) != 1 || n.Age < 30*time.Millisecond || n.Age > time.Minute {
			t.Fatalf("node-c sees %v", nodes)
		}
		n.Age = 0
		if want := (room.Node{ID: "node-a", URL: "http://node-a:7", Origin: "https://a", Draining: true, Rooms: 3, People: 41}); n != want {
			t.Errorf("got %v, want %v", n, want)
		}
		nodes = announce(t, a, room.Load{Rooms: -1, People: 1 << 40})
		own, ok := nodeOf(nodes, "node-a")
		if !ok || own.Rooms != 3 || own.Age < 30*time.Millisecond {
			t.Errorf("its own entry is %v, not the last one", own)
		}
		n, _ = nodeOf(announce(t, c, room.Load{}), "node-a")
		if n.Draining || n.Rooms != 0 || n.People != maxLoad {
			t.Errorf("got %v", n)
		}
		b.inspect(t)
	})
}

// stamped writes an announcement as if it had been made some time ago.
func (b *bed) stamped(t testing.TB, id string, ago time.Duration) {
	t.Helper()
	now := b.raw.Time(ctx).Val()
	text := `{"at":` + decimal(now.Add(-ago).UnixMilli()) + `,"url":"","origin":"","state":"ready","rooms":0,"people":0}`
	must(t, b.raw.HSet(ctx, "hearth:{nodes}", id, text).Err())
}

func TestOldNodesAreSwept(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		a := b.node(t, "node-a")
		b.stamped(t, "node-young", 50*time.Second)
		b.stamped(t, "node-old", 61*time.Second)
		b.stamped(t, "node-ahead", -time.Second)
		b.stamped(t, "node-far", -2*time.Minute) // the clock was set back
		nodes := announce(t, a, room.Load{})
		if n, ok := nodeOf(nodes, "node-young"); !ok || n.Age < 50*time.Second {
			t.Errorf("young: %v", nodes)
		}
		if n, ok := nodeOf(nodes, "node-ahead"); !ok || n.Age != 0 {
			t.Errorf("ahead: %v", nodes)
		}
		if len(nodes) != 2 || b.raw.HLen(ctx, "hearth:{nodes}").Val() != 3 {
			t.Errorf("not swept: %v", nodes)
		}
		b.inspect(t)
	})
}

func TestGarbageAmongTheNodes(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		a := b.node(t, "node-a")
		now := decimal(b.raw.Time(ctx).Val().UnixMilli())
		key := "hearth:{nodes}"
		swept := []string{"", "x", `{"url":""}`, `{"at":-1,"url":""}`, `{"at":"1"}`, `{"at":` + now + `,"url":"` + strings.Repeat("u", 2000) + `"}`, `{"at":99999999999999999999,}`}
		kept := []string{`{"at":` + now + `,`, `{"at":` + now + `,"url":7}`, `{"at":` + now + `,"url":"\u0000"}`,
			`{"at":` + now + `,"rooms":-1}`, `{"at":` + now + `,"people":1e9}`, `{"at":` + now + `,"origin":"a b"}`}
		for i, text := range append(slices.Clone(swept), kept...) {
			b.raw.HSet(ctx, key, "node-g"+decimal(int64(i)), text)
		}
		b.raw.HSet(ctx, key, "two words", `{"at":`+now+`,"url":""}`)
		b.raw.HSet(ctx, key, "node-later", `{"at":`+now+`,"url":"","origin":"","state":"resting","rooms":1,"people":2,"more":[1]}`)
		nodes := announce(t, a, room.Load{})
		if len(nodes) != 1 || nodes[0].ID != "node-later" || !nodes[0].Draining || nodes[0].People != 2 {
			t.Errorf("read %v", nodes)
		}
		if left := b.raw.HLen(ctx, key).Val(); left != int64(len(kept)+3) {
			t.Errorf("%d left", left)
		}
		if got := a.Stats().Garbage; got != uint64(len(kept)+1) {
			t.Errorf("%d counted", got)
		}
		wrongType(b, key)
		announce(t, a, room.Load{})
		if nodes := announce(t, a, room.Load{}); len(nodes) != 1 || nodes[0].ID != "node-a" {
			t.Errorf("after a wrong type: %v", nodes)
		}
		b.inspect(t)
	})
}

func TestOwner(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		a, c := b.node(t, "node-a"), b.node(t, "node-c")
		owner := func(want room.Owned) {
			t.Helper()
			if got, err := c.Owner(ctx, "r"); err != nil || got != want {
				t.Errorf("got %v %v, want %v", got, err, want)
			}
		}
		owner(room.Owned{})
		l, _ := b.claim(t, a, "r")
		owner(room.Owned{Node: "node-a", URL: "http://node-a:7", Epoch: l.Epoch()})
		must(t, l.Release(ctx))
		owner(room.Owned{})
		for _, garbage := range []map[string]any{
			{"epoch": "7"}, {"node": "node-a", "url": "", "epoch": "seven"}, {"node": "", "url": "", "epoch": "7"},
			{"node": "a b", "url": "", "epoch": "7"}, {"node": "node-a", "url": strings.Repeat("u", 300), "epoch": "7"},
		} {
			b.raw.Del(ctx, "hearth:{r}:owner")
			b.raw.HSet(ctx, "hearth:{r}:owner", garbage)
			_, err := c.Owner(ctx, "r")
			wants(t, "owner", err, ErrCorrupt)
		}
		wrongType(b, "hearth:{r}:owner")
		_, err := c.Owner(ctx, "r")
		wants(t, "owner", err, ErrCorrupt)
		_, err = c.Owner(ctx, "{r}")
		wants(t, "owner", err, ErrBad)
	})
}

func FuzzNode(f *testing.F) {
	f.Add("node-a", `{"at":1700000000000,"url":"https://10.0.0.1:7","origin":"https://a","state":"ready","rooms":1,"people":2}`)
	f.Add("", `{"at":1e400}`)
	f.Fuzz(func(t *testing.T, id, text string) {
		n, ok := readNode(id, text, 1_700_000_000_500)
		if ok && (!goodRoom(n.ID) || n.Age < 0 || len(n.URL) > maxURL || n.People < 0 || n.People > maxLoad) {
			t.Errorf("%q %q: %v", id, text, n)
		}
	})
}
