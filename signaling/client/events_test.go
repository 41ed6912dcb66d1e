package client

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"hearth/room"
)

// stranded is a client without a socket.
func stranded() *Client {
	return &Client{waiting: map[int64]chan []byte{}, changed: make(chan struct{}), moved: make(chan struct{}), settled: make(chan struct{})}
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func TestMarks(t *testing.T) {
	c := stranded()
	c.take([]byte(`{"type":"welcome","id":1,"seq":1,"ticket":"t","nodes":["https://b.example"],"view":{}}`))
	if closed(c.Moving()) || closed(c.Settled()) {
		t.Fatal("marked by a welcome that says nothing")
	}
	for range 2 {
		c.take([]byte(`{"type":"move","seq":2}`))
		c.take([]byte(`{"type":"settled","seq":3}`))
	}
	if !closed(c.Moving()) || !closed(c.Settled()) || c.Resume().Last != 3 {
		t.Error("not marked")
	}
	c = stranded()
	c.take([]byte(`{"type":"welcome","id":1,"seq":1,"ticket":"t","settled":true,"view":{}}`))
	if !closed(c.Settled()) {
		t.Error("a welcome that says so does not settle")
	}
}

// Nobody is forgotten who was named once, and who is named again is there once.
func TestNodesToldSince(t *testing.T) {
	c := stranded()
	c.base = "https://here.example"
	c.take([]byte(`{"type":"welcome","id":1,"seq":1,"ticket":"t","nodes":["https://b.example"],"view":{}}`))
	c.take([]byte(`{"type":"nodes","nodes":["https://here.example","https://c.example","https://b.example"]}`))
	c.take([]byte(`{"type":"nodes","nodes":[]}`))
	for range 3 {
		got := c.Nodes()
		if slices.Sort(got[1:]); !slices.Equal(got, []string{"https://here.example", "https://b.example", "https://c.example"}) {
			t.Fatalf("%v", got)
		}
	}
	if c.Resume().Last != 1 {
		t.Error("it counts as an event")
	}
}

// Seats stay in order and are there once, whatever a server sends.
func FuzzTake(f *testing.F) {
	names, err := filepath.Glob("../testdata/wire/server_*.json")
	if err != nil || len(names) == 0 {
		f.Fatal("no fixtures:", err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw, raw)
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		c := stranded()
		c.take([]byte(`{"type":"welcome","id":1,"seq":1,"view":{}}`))
		c.take(first)
		c.take(second)
		whole := false // a view is taken as it comes
		for _, raw := range [][]byte{first, second} {
			var e event
			_ = json.Unmarshal(raw, &e)
			whole = whole || e.View != nil
		}
		seen := map[int]room.Seat{}
		for _, s := range c.View().Seats {
			if _, twice := seen[s.Seat]; twice && !whole {
				t.Fatalf("seat %d twice", s.Seat)
			}
			seen[s.Seat] = s
		}
		if c.Resume().LastID != 0 || len(c.Nodes()) == 0 {
			t.Fatal("a frame changed what was sent")
		}
	})
}
