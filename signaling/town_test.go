package signaling

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"hearth/room"
	"hearth/signaling/hop"
)

// clusterKey is what open gives every server.
var clusterKey = bytes.Repeat([]byte{7}, KeySize)

// fakeCluster knows what a test tells it.
type fakeCluster struct {
	mu      sync.Mutex // guards all below
	at      room.Owned
	err     error
	origins []string
	known   []string
	finds   int
	held    chan struct{} // a Find waits for it, or for its caller; nil: none waits
}

func (f *fakeCluster) Find(ctx context.Context, _ string) (room.Owned, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.finds++
	if held := f.held; held != nil {
		f.mu.Unlock()
		select {
		case <-held:
		case <-ctx.Done():
		}
		f.mu.Lock()
	}
	return f.at, f.err
}

func (f *fakeCluster) Origins() []string { f.mu.Lock(); defer f.mu.Unlock(); return f.origins }
func (f *fakeCluster) Known() []string   { f.mu.Lock(); defer f.mu.Unlock(); return f.known }

func (f *fakeCluster) set(change func(*fakeCluster)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f)
}

func (f *fakeCluster) asked() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.finds
}

// townNode is one node of several in this process, with its own rooms.
type townNode struct {
	*house
	cluster *fakeCluster
	inner   *hop.Listener
	url     string // internal

	mu   sync.Mutex // guards owns
	owns bool       // the room is live here
}

func (n *townNode) live(yes bool) { n.mu.Lock(); n.owns = yes; n.mu.Unlock() }

func (n *townNode) mine(string) (uint64, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return 5, n.owns
}

// owned is what the cluster says of a node's room.
func (n *townNode) owned() room.Owned { return room.Owned{Node: "n", URL: n.url, Epoch: 5} }

// openTown starts nodes that all think of the first as the owner.
func openTown(t *testing.T, size int, change func(*Config)) []*townNode {
	t.Helper()
	town := make([]*townNode, size)
	for i := range town {
		town[i] = openNode(t, change)
		if i == 0 {
			town[i].live(true)
		}
		town[i].cluster.set(func(f *fakeCluster) { f.at = town[0].owned() })
	}
	return town
}

func openNode(t *testing.T, change func(*Config)) *townNode {
	t.Helper()
	key, err := hop.NewKey(clusterKey)
	if err != nil {
		t.Fatal(err)
	}
	hops := hop.NewClient(key)
	n := &townNode{cluster: &fakeCluster{}}
	n.house = open(t, func(c *Config) {
		c.Cluster, c.Hops, c.Owns = n.cluster, hops, n.mine
		if change != nil {
			change(c)
		}
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n.url = "https://" + listener.Addr().String()
	n.inner, err = hop.Listen(listener, hop.Config{Key: key, Owns: n.mine, Shut: func(string, uint64) {}, Hop: n.sig.Internal()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		n.sig.Close()
		_ = n.inner.Close()
		hops.Close()
	})
	return n
}

// cable is a TCP connection's way that can be cut, or go silent.
type cable struct {
	listener net.Listener
	to       string
	work     sync.WaitGroup

	mu     sync.Mutex // guards all below
	ends   []net.Conn
	frozen bool
}

func lay(t *testing.T, to string) *cable {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{listener: l, to: to}
	c.work.Go(c.accept)
	t.Cleanup(func() {
		_ = l.Close()
		c.cut()
		c.work.Wait()
	})
	return c
}

func (c *cable) addr() string { return c.listener.Addr().String() }

func (c *cable) accept() {
	for {
		near, err := c.listener.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", c.to)
		if err != nil {
			_ = near.Close()
			continue
		}
		c.mu.Lock()
		c.ends = append(c.ends, near, far)
		c.mu.Unlock()
		c.work.Go(func() { c.carry(near, far) })
		c.work.Go(func() { c.carry(far, near) })
	}
}

// carry copies until the end, which it passes on. While frozen, bytes vanish and
// nobody is told of anything.
func (c *cable) carry(from, to net.Conn) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		c.mu.Lock()
		frozen := c.frozen
		c.mu.Unlock()
		if !frozen {
			_, _ = to.Write(buf[:n])
		}
		if err != nil {
			if !frozen {
				_ = to.Close()
			}
			return
		}
	}
}

// freeze makes both ends wait for ever.
func (c *cable) freeze() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.frozen = true
}

// cut resets every connection.
func (c *cable) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, end := range c.ends {
		if tcp, ok := end.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		_ = end.Close()
	}
}

// through dials a house by way of a cable.
func (h *house) through(c *cable) *wire {
	h.t.Helper()
	w, _, err := h.dial(func(_ http.Header, d *websocket.Dialer) {
		d.NetDial = func(network, _ string) (net.Conn, error) { return net.Dial(network, c.addr()) }
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return w
}

// answering reads in the background, so that pings are answered, until the end.
func (w *wire) answering() (ended <-chan error) {
	done := make(chan error, 1)
	_ = w.ws.SetReadDeadline(time.Now().Add(2 * patience))
	go func() {
		for {
			if _, r, err := w.ws.NextReader(); err != nil {
				done <- err
				return
			} else if _, err := io.Copy(io.Discard, r); err != nil {
				done <- err
				return
			}
		}
	}()
	return done
}
