package hop

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// patience bounds every wait of the tests.
const patience = 10 * time.Second

func keyOf(t testing.TB, seed byte) *Key {
	t.Helper()
	k, err := NewKey(bytes.Repeat([]byte{seed}, keySize))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// node is a listener with a client that may speak to it. It owns "blue".
type node struct {
	t      testing.TB
	l      *Listener
	url    string
	addr   string
	client *Client

	mu   sync.Mutex // guards shut
	shut []question
}

func open(t testing.TB, limits Limits) *node {
	t.Helper()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return openOn(t, inner, limits)
}

func openOn(t testing.TB, inner net.Listener, limits Limits) *node {
	t.Helper()
	n := &node{t: t, addr: inner.Addr().String(), url: "https://" + inner.Addr().String(), client: NewClient(keyOf(t, 7))}
	l, err := Listen(inner, Config{Key: keyOf(t, 7), Limits: limits, Hop: http.HandlerFunc(echo),
		Owns: func(room string) (uint64, bool) { return 41, room == "blue" },
		Shut: func(room string, epoch uint64) {
			n.mu.Lock()
			defer n.mu.Unlock()
			n.shut = append(n.shut, question{room, epoch})
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	n.l = l
	t.Cleanup(func() {
		n.client.Close()
		_ = l.Close()
	})
	return n
}

func (n *node) heard() []question {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.shut)
}

// works tells whether a node of the cluster is answered.
func (n *node) works() {
	n.t.Helper()
	ctx, cancel := context.WithTimeout(n.t.Context(), patience)
	defer cancel()
	if epoch, yes, err := n.client.Owns(ctx, n.url, "blue"); err != nil || !yes || epoch != 41 {
		n.t.Fatalf("owns blue: %d, %v, %v", epoch, yes, err)
	}
}

// echo is a WebSocket that says what it hears.
func echo(w http.ResponseWriter, r *http.Request) {
	u := websocket.Upgrader{Subprotocols: []string{Protocol}}
	ws, err := u.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer ws.Close()
	for {
		kind, raw, err := ws.ReadMessage()
		if err != nil || ws.WriteMessage(kind, raw) != nil {
			return
		}
	}
}

// eventually polls until ok.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatal("never happened: " + what)
}
