package hop

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestOwnsAndShut(t *testing.T) {
	n := open(t, Limits{})
	n.works()
	if epoch, yes, err := n.client.Owns(t.Context(), n.url+"/", "green"); err != nil || yes || epoch != 0 {
		t.Errorf("owns green: %d, %v, %v", epoch, yes, err)
	}
	if err := n.client.Shut(t.Context(), n.url, "blue", 1<<63); err != nil {
		t.Error(err)
	}
	if heard := n.heard(); len(heard) != 1 || heard[0] != (question{"blue", 1 << 63}) {
		t.Errorf("shut %v", heard)
	}
	if err := n.client.Shut(t.Context(), n.url, "blue", 41); err != nil { // its own, or an earlier one
		t.Error(err)
	}
	if s := n.l.Stats(); s.Owns != 2 || s.Shuts != 2 || s.Stale != 1 || s.Strangers != 0 || s.Open < 1 {
		t.Errorf("stats %+v", s)
	}
}

// A room id that nobody can have is not asked for at all, nor an epoch of none.
func TestQuestionsOfNoUse(t *testing.T) {
	n := open(t, Limits{})
	if _, _, err := n.client.Owns(t.Context(), n.url, "a/b"); !errors.Is(err, ErrAnswer) {
		t.Errorf("owns a/b: %v", err)
	}
	if err := n.client.Shut(t.Context(), n.url, "blue", 0); !errors.Is(err, ErrAnswer) {
		t.Errorf("shut without an epoch: %v", err)
	}
	if len(n.heard()) != 0 {
		t.Error("it was shut")
	}
}

func TestDial(t *testing.T) {
	n := open(t, Limits{})
	ws, err := n.client.Dial(t.Context(), n.url)
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	_ = ws.SetReadDeadline(time.Now().Add(patience))
	if err := ws.WriteMessage(1, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	if _, raw, err := ws.ReadMessage(); err != nil || string(raw) != "hello" {
		t.Fatalf("%q, %v", raw, err)
	}
	if s := n.l.Stats(); s.Hops != 1 || s.Open != 1 {
		t.Errorf("stats %+v", s)
	}
	_ = ws.Close()
	eventually(t, "the connection is counted out", func() bool { return n.l.Stats().Open == 0 })
}

// Two hundred sockets at once wait in line instead of being refused.
func TestDialStorm(t *testing.T) {
	n := open(t, Limits{PeerHandshakes: 2 * dials})
	var wg sync.WaitGroup
	for range 200 {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 4*patience)
			defer cancel()
			ws, err := n.client.Dial(ctx, n.url)
			if err != nil {
				t.Error(err)
				return
			}
			_ = ws.Close()
		})
	}
	wg.Wait()
	if s := n.l.Stats(); s.Hops != 200 || s.Crowded != 0 || s.Strangers != 0 {
		t.Errorf("stats %+v", s)
	}
}

// What is wrong is told apart, and never with an address.
func TestErrors(t *testing.T) {
	closed, _ := net.Listen("tcp", "127.0.0.1:0")
	_ = closed.Close()
	silent, _ := net.Listen("tcp", "127.0.0.1:0") // the kernel accepts, nobody answers
	defer silent.Close()
	other, _ := net.Listen("tcp", "127.0.0.1:0")
	stranger, err := Listen(other, Config{Key: keyOf(t, 8), Owns: func(string) (uint64, bool) { return 1, true },
		Shut: func(string, uint64) {}, Hop: http.NotFoundHandler()})
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	c := NewClient(keyOf(t, 7))
	defer c.Close()
	for name, at := range map[string]struct {
		url  string
		want error
	}{
		"nobody listens":  {"https://" + closed.Addr().String(), ErrRefused},
		"nobody answers":  {"https://" + silent.Addr().String(), ErrSilent},
		"another cluster": {"https://" + other.Addr().String(), ErrStranger},
		"no https":        {"http://" + other.Addr().String(), ErrAnswer},
		"no address":      {"", ErrAnswer},
		"a path":          {"https://" + other.Addr().String() + "/owns", ErrAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			_, _, owns := c.Owns(ctx, at.url, "blue")
			_, dial := c.Dial(ctx, at.url)
			for _, err := range []error{owns, dial} {
				if !errors.Is(err, at.want) || strings.Contains(err.Error(), "127.0.0.1") {
					t.Errorf("%v, want %v", err, at.want)
				}
			}
		})
	}
	eventually(t, "the other cluster has counted us", func() bool { return stranger.Stats().Strangers == 2 })
}

// A node that was started again is asked on a new connection.
func TestNodeStartedAgain(t *testing.T) {
	first := open(t, Limits{})
	first.works()
	_ = first.l.Close()
	inner, err := net.Listen("tcp", first.addr)
	if err != nil {
		t.Skip("the port is somebody else's by now")
	}
	second := openOn(t, inner, Limits{})
	second.client = first.client
	second.works()
}

// A node that holds the key but is not of this protocol.
func TestGarbageAnswers(t *testing.T) {
	for name, body := range map[string]string{
		"no json":     "blue is mine",
		"a list":      `[{"epoch":1}]`,
		"null":        `null`,
		"nothing":     ``,
		"another key": `{"owner":"me"}`,
		"a fraction":  `{"epoch":1.5}`,
		"negative":    `{"epoch":-1}`,
		"too much":    `{"epoch":1}{}`,
		"endless":     `{"epoch":1` + strings.Repeat(" ", maxAnswer) + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			url := keyed(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
			c := NewClient(keyOf(t, 7))
			defer c.Close()
			if epoch, yes, err := c.Owns(t.Context(), url, "blue"); !errors.Is(err, ErrAnswer) || yes || epoch != 0 {
				t.Errorf("%d, %v, %v", epoch, yes, err)
			}
			if _, err := c.Dial(t.Context(), url); err == nil {
				t.Error("that was no WebSocket")
			}
		})
	}
	url := keyed(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "https://127.0.0.1:1/owns")
		w.WriteHeader(http.StatusTemporaryRedirect)
	})
	c := NewClient(keyOf(t, 7))
	defer c.Close()
	if _, _, err := c.Owns(t.Context(), url, "blue"); !errors.Is(err, ErrAnswer) {
		t.Errorf("redirected: %v", err)
	}
}

// keyed is a server with our key that answers as it likes.
func keyed(t *testing.T, serve http.HandlerFunc) (url string) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: serve}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = s.Serve(tls.NewListener(inner, keyOf(t, 7).server()))
	}()
	t.Cleanup(func() {
		_ = s.Close()
		<-ended
	})
	return fmt.Sprint("https://", inner.Addr())
}

func TestKeySize(t *testing.T) {
	if _, err := NewKey(make([]byte, 16)); !errors.Is(err, ErrKey) {
		t.Error(err)
	}
	if !keyOf(t, 7).own.Equal(keyOf(t, 7).own) || keyOf(t, 7).own.Equal(keyOf(t, 8).own) {
		t.Error("the key is not the cluster's")
	}
	if _, err := Listen(nil, Config{Key: keyOf(t, 7)}); err == nil {
		t.Error("listens without answers")
	}
}
