package signaling

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"hearth/room"
	"hearth/signaling/hop"
)

// brief are limits under which silence is found soon.
func brief(c *Config) {
	c.Limits.Ping, c.Limits.Pong = 100*time.Millisecond, time.Second
	c.Limits.Rate, c.Limits.Burst = 200, 200 // pongs count
}

// Whatever falls silent is found within 15 s by the defaults: a pong is waited
// for, then the other half of the way is closed.
func TestSilenceIsFoundInTime(t *testing.T) {
	l := Limits{}.complete()
	if whole := l.Pong + l.WriteStall + legClose + legLinger; whole >= 15*time.Second || l.Pong < 2*l.Ping {
		t.Errorf("pings every %v, silence found after %v", l.Ping, whole)
	}
}

// The way between two nodes goes silent: both find out, the client comes back
// and has missed nothing.
func TestSilentHop(t *testing.T) {
	town := openTown(t, 2, brief)
	way := lay(t, strings.TrimPrefix(town[0].url, "https://"))
	town[1].cluster.set(func(f *fakeCluster) { f.at = room.Owned{Node: "n", URL: "https://" + way.addr()} })
	w, welcome := town[1].join("patient:x")
	part := town[0].room.part(0)
	ended := w.answering()
	way.freeze()
	if err := <-ended; !websocket.IsCloseError(err, 4100) {
		t.Errorf("the client is closed with %v, want 4100", err)
	}
	eventually(t, "the owner finds out", func() bool { _, lost, _ := part.told(); return lost == 1 })
	if s := town[1].sig.Stats(); s.HopsFailed["silent"] != 1 {
		t.Errorf("outer: %+v", s)
	}
	part.link.Show(waiting(part, 1), room1)
	town[1].cluster.set(func(f *fakeCluster) { f.at = town[0].owned() })
	w = town[1].resume(welcome.Ticket, 1)
	if f := w.want("welcome"); !f.Resumed {
		t.Fatalf("welcome: %+v", f)
	}
	w.want("you")
}

// A laptop sleeps: its socket says nothing any more and is not closed. The outer
// node finds out, and the room keeps the seat for the ticket.
func TestSleepingClientOverAHop(t *testing.T) {
	town := openTown(t, 2, brief)
	way := lay(t, town[1].web.Listener.Addr().String())
	w := town[1].through(way)
	w.send(`{"type":"hello","v":1,"id":1,"token":"patient:x"}`)
	welcome := w.want("welcome")
	part := town[0].room.part(0)
	way.freeze()
	eventually(t, "the owner finds out", func() bool { _, lost, _ := part.told(); return lost == 1 })
	if s := town[1].sig.Stats(); s.Dropped["silent"] != 1 {
		t.Errorf("outer: %+v", s)
	}
	part.link.Show(waiting(part, 1), room1)
	w = town[0].resume(welcome.Ticket, 1) // awake, elsewhere
	if f := w.want("welcome"); !f.Resumed {
		t.Fatalf("welcome: %+v", f)
	}
	if f := w.want("you"); f.You.Muted != 1 {
		t.Fatalf("replayed: %+v", f)
	}
}

// A live socket over a hop stays, although both halves are looked at.
func TestQuietHopStays(t *testing.T) {
	town := openTown(t, 2, brief)
	w, _ := town[1].join("patient:x")
	ended := w.answering()
	select {
	case err := <-ended:
		t.Fatal("closed:", err)
	case <-time.After(2500 * time.Millisecond): // twice and a half the silence
	}
	if _, lost, _ := town[0].room.part(0).told(); lost != 0 || len(town[1].sig.Stats().HopsFailed) != 0 {
		t.Errorf("lost %d times; %+v", lost, town[1].sig.Stats())
	}
}

// Each half of the way has its own beats.
func TestOneBeatOverAHop(t *testing.T) {
	owner, other := openNode(t, brief), openNode(t, nil)
	other.cluster.set(func(f *fakeCluster) { f.at = owner.owned() })
	w, _ := other.join("patient:x")
	_ = w.ws.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
	if _, raw, err := w.ws.ReadMessage(); err == nil {
		t.Errorf("the owner's beat got through: %s", raw)
	}
}

// The owner's process dies while frames go both ways.
func TestOwnerDiesInTheMiddle(t *testing.T) {
	town := openTown(t, 2, nil)
	way := lay(t, strings.TrimPrefix(town[0].url, "https://"))
	town[1].cluster.set(func(f *fakeCluster) { f.at = room.Owned{Node: "n", URL: "https://" + way.addr()} })
	w, _ := town[1].join("patient:x")
	part := town[0].room.part(0)
	stop := make(chan struct{})
	var talk sync.WaitGroup
	talk.Go(func() {
		for i := 1; ; i++ {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				part.link.Show(waiting(part, i), room1)
			}
		}
	})
	ended := w.answering()
	way.cut()
	began := time.Now()
	if err := <-ended; !websocket.IsCloseError(err, 4100) {
		t.Errorf("the client is closed with %v, want 4100", err)
	}
	if took := time.Since(began); took > 5*time.Second { // a second, on a machine with nothing else to do
		t.Errorf("the client was closed after %v", took)
	}
	close(stop)
	talk.Wait()
	eventually(t, "it is over on both sides", func() bool {
		return town[1].sig.Stats().Hops == 0 && town[0].sig.Stats().HopsIn == 0
	})
	if s := town[1].sig.Stats(); s.HopsFailed["lost"] != 1 {
		t.Errorf("outer: %+v", s)
	}
}

// The client's network resets while frames go both ways: the room hears of it.
func TestClientDiesInTheMiddle(t *testing.T) {
	town := openTown(t, 2, nil)
	way := lay(t, town[1].web.Listener.Addr().String())
	w := town[1].through(way)
	w.send(`{"type":"hello","v":1,"id":1,"token":"patient:x"}`)
	w.want("welcome")
	way.cut()
	part := town[0].room.part(0)
	eventually(t, "the room hears of it", func() bool { _, lost, _ := part.told(); return lost == 1 })
	eventually(t, "the hop is over", func() bool { return town[1].sig.Stats().Hops == 0 })
	if s := town[1].sig.Stats(); len(s.HopsFailed) != 0 {
		t.Errorf("outer: %+v", s)
	}
}

// A client that reads nothing is cut off by the outer node; the owner is not
// held up.
func TestSlowReaderOverAHop(t *testing.T) {
	town := openTown(t, 2, func(c *Config) { c.Limits.WriteStall = 200 * time.Millisecond })
	town[1].join("patient:slow")
	part := town[0].room.part(0)
	name := strings.Repeat("n", 60<<10)
	eventually(t, "the slow socket is dropped", func() bool {
		v := part.view()
		v.You.Muted, v.You.Name = int(time.Now().UnixNano()), name
		part.link.Show(v, room1)
		_, lost, _ := part.told()
		return lost == 1
	})
	if s := town[1].sig.Stats(); s.Dropped["slow"]+s.Dropped["stall"] == 0 {
		t.Errorf("outer: %+v", s)
	}
}

// falseOwner is a node that holds the key and answers hello as a test likes.
func falseOwner(t *testing.T, serve func(ws *websocket.Conn)) (url string) {
	t.Helper()
	key, err := hop.NewKey(clusterKey)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h, err := hop.Listen(l, hop.Config{Key: key, Owns: func(string) (uint64, bool) { return 0, false }, Shut: func(string, uint64) {},
		Hop: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ws, err := hopUpgrader.Upgrade(w, r, nil)
			if err != nil {
				return
			}
			defer ws.Close()
			_ = ws.SetReadDeadline(time.Now().Add(patience))
			if _, _, err := ws.ReadMessage(); err == nil {
				serve(ws)
			}
			for err == nil {
				_, _, err = ws.ReadMessage()
			}
		})})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	return "https://" + l.Addr().String()
}

func say(ws *websocket.Conn, kind int, text string) { _ = ws.WriteMessage(kind, []byte(text)) }

const falseWelcome = `{"type":"welcome","v":1,"id":1,"seq":1,"view":{},"nodes":[]}`

// An owner whose first answer is none is not believed: the room is asked for
// here instead.
func TestGarbageForAWelcome(t *testing.T) {
	for name, serve := range map[string]func(ws *websocket.Conn){
		"no json":   func(ws *websocket.Conn) { say(ws, 1, "welcome") },
		"a list":    func(ws *websocket.Conn) { say(ws, 1, "[]") },
		"an event":  func(ws *websocket.Conn) { say(ws, 1, `{"type":"you","seq":1}`) },
		"no type":   func(ws *websocket.Conn) { say(ws, 1, `{}`) },
		"binary":    func(ws *websocket.Conn) { say(ws, 2, falseWelcome) },
		"too large": func(ws *websocket.Conn) { say(ws, 1, strings.Repeat(" ", maxDown+1)) },
		"an end":    func(ws *websocket.Conn) { _ = ws.NetConn().Close() },
		"a strange one": func(ws *websocket.Conn) {
			_ = ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(4999, "x"), time.Now().Add(time.Second))
		},
		"no frame at all": func(ws *websocket.Conn) { _, _ = ws.NetConn().Write([]byte{0xff, 0xff, 0xff, 0xff, 0xff}) },
	} {
		t.Run(name, func(t *testing.T) {
			n := openNode(t, nil)
			n.cluster.set(func(f *fakeCluster) { f.at = room.Owned{URL: falseOwner(t, serve)} })
			n.join("patient:x")
			s := n.sig.Stats()
			if n.room.count() != 1 || s.HopsFailed["garbage"]+s.HopsFailed["lost"] != 1 || s.Hops != 0 {
				t.Errorf("%d entered; %+v", n.room.count(), s)
			}
		})
	}
}

// An owner that says hello and then nothing is given up in time.
func TestSilentWelcome(t *testing.T) {
	n := openNode(t, func(c *Config) { brief(c); c.Limits.Pong = 300 * time.Millisecond })
	n.cluster.set(func(f *fakeCluster) { f.at = room.Owned{URL: falseOwner(t, func(*websocket.Conn) {})} })
	w := n.connect()
	w.send(`{"type":"hello","v":1,"id":1,"token":"patient:x"}`)
	w.want("welcome")
	if n.room.count() != 1 {
		t.Error("the room was not asked for here")
	}
}

// After the welcome: what no node sends ends the hop, whatever comes passes as
// it is, and no more than an outbox is ever held.
func TestGarbageOverAHop(t *testing.T) {
	for name, c := range map[string]struct {
		serve func(ws *websocket.Conn)
		code  int
		count string
	}{
		"binary":            {func(ws *websocket.Conn) { say(ws, 2, `{"type":"beat"}`) }, 4100, "garbage"},
		"too large":         {func(ws *websocket.Conn) { say(ws, 1, strings.Repeat(" ", maxDown+1)) }, 4100, "garbage"},
		"no frame":          {func(ws *websocket.Conn) { _, _ = ws.NetConn().Write([]byte{0xff, 0xff, 0xff, 0xff, 0xff}) }, 4100, "lost"},
		"a strange end":     {closing4(1006 + 2000), 4100, ""},
		"a restart":         {closing4(1012), 4100, ""},
		"the internal end":  {closing4(4200), 4100, ""},
		"a later final end": {closing4(4042), 4042, ""},
		"a later end":       {closing4(4142), 4142, ""},
	} {
		t.Run(name, func(t *testing.T) {
			n := openNode(t, nil)
			url := falseOwner(t, func(ws *websocket.Conn) { say(ws, 1, falseWelcome); c.serve(ws) })
			n.cluster.set(func(f *fakeCluster) { f.at = room.Owned{URL: url} })
			w, _ := n.join("patient:x")
			w.wantClose(c.code)
			if s := n.sig.Stats(); c.count != "" && s.HopsFailed[c.count] != 1 {
				t.Errorf("%+v, want one %q", s, c.count)
			}
			eventually(t, "the hop is over", func() bool { return n.sig.Stats().Hops == 0 })
		})
	}
}

func closing4(code int) func(ws *websocket.Conn) {
	return func(ws *websocket.Conn) {
		_ = ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, "x"), time.Now().Add(time.Second))
	}
}

// An owner that floods a client which reads slowly is bounded by the outbox.
func TestFloodOverAHop(t *testing.T) {
	n := openNode(t, func(c *Config) { c.Limits.WriteStall = 200 * time.Millisecond })
	welcomed := make(chan struct{})
	url := falseOwner(t, func(ws *websocket.Conn) {
		say(ws, 1, falseWelcome)
		select {
		case <-welcomed:
		case <-t.Context().Done():
			return
		}
		for range 500 {
			if ws.WriteMessage(1, []byte(`{"type":"text","x":"`+strings.Repeat("x", 100<<10)+`"}`)) != nil {
				return
			}
		}
	})
	n.cluster.set(func(f *fakeCluster) { f.at = room.Owned{URL: url} })
	n.join("patient:x") // reads no more
	close(welcomed)
	eventually(t, "it is cut off", func() bool {
		s := n.sig.Stats()
		return s.Dropped["slow"]+s.Dropped["stall"] > 0 && s.Hops == 0
	})
}

// The internal socket is for nodes: what a browser or an old node would send is
// refused, and the public listener does not know the path.
func TestInternalUpgrade(t *testing.T) {
	h := open(t, nil)
	inner := httptest.NewServer(h.sig.Internal())
	defer inner.Close()
	for name, c := range map[string]struct {
		at        string
		protocols []string
		header    http.Header
		status    int
	}{
		"a browser":     {inner.URL, []string{hopProtocol}, http.Header{"Origin": {h.web.URL}}, 403},
		"a client":      {inner.URL, []string{subprotocol}, nil, 400},
		"no protocol":   {inner.URL, nil, nil, 400},
		"the public":    {h.web.URL + "/hop", []string{hopProtocol}, nil, 404},
		"a public node": {h.web.URL + "/ws", []string{hopProtocol}, http.Header{"Origin": {h.web.URL}}, 400},
	} {
		t.Run(name, func(t *testing.T) {
			d := websocket.Dialer{Subprotocols: c.protocols, HandshakeTimeout: patience}
			ws, resp, err := d.Dial("ws"+strings.TrimPrefix(c.at, "http"), c.header)
			if err == nil {
				_ = ws.Close()
			}
			if resp == nil || resp.StatusCode != c.status {
				t.Fatalf("upgrade: %v, %v, want %d", resp, err, c.status)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
		})
	}
	if n := h.sig.Stats().Turned["hop"]; n != 3 {
		t.Errorf("%d turned, want 3", n)
	}
}

// A broken node that floods is cut off as a client would be, only later.
func TestInternalFlood(t *testing.T) {
	n := openNode(t, nil)
	ws, err := n.sig.cfg.Hops.Dial(bounded(t), n.url)
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	w := &wire{t, ws}
	w.send(`{"type":"hello","v":1,"id":1,"token":"patient:x"}`)
	w.want("welcome")
	for i := range 400 {
		if ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"type":"ask_video","id":%d}`, i+2)) != nil {
			break
		}
	}
	w.wantClose(4102)
	if done, _, _ := n.room.part(0).told(); done > 200 {
		t.Errorf("%d commands of a flood were done", done)
	}
}

// Only answers to offers are compressed for the client.
func TestDescribes(t *testing.T) {
	sdp := strings.Repeat("v=0 ", maxHello)
	for frame, want := range map[string]bool{
		string(encode(answerReply{ok(7), sdp})):                      true,
		string(encode(answerReply{ok(maxNumber), sdp})):              true,
		string(encode(answerReply{ok(7), "v=0"})):                    false,
		string(encode(invitesReply{ok(7), []string{"#" + sdp}})):     false,
		`{"type":"text","text":"` + sdp + `,\"sdp\":\"","id":3}`:     false,
		`{"type":"ok","id":7,"x":"` + sdp + `","sdp":"` + sdp + `"}`: false,
	} {
		if describes([]byte(frame)) != want {
			t.Errorf("%.60s: want %v", frame, want)
		}
	}
}

func FuzzFirstFrame(f *testing.F) {
	for _, raw := range fixtures(f, "server") {
		f.Add(raw)
	}
	f.Add([]byte(`{"type":"welcome","nodes":["https://evil.example"],"nodes":[]}`))
	f.Add([]byte(`{"type":"welcome","Nodes":[]}`))
	others := []string{"https://b.example"}
	f.Fuzz(func(t *testing.T, raw []byte) {
		out, err := outerWelcome(raw, others)
		if err != nil {
			return
		}
		var was, is map[string]any
		if json.Unmarshal(raw, &was) != nil || json.Unmarshal(out, &is) != nil {
			t.Fatalf("%s made %s", raw, out)
		}
		if is["type"] == "welcome" && (fmt.Sprint(is["nodes"]) != fmt.Sprint([]any{others[0]}) || is["carried"] != true) {
			t.Fatalf("%s made %s", raw, out)
		}
		if is["type"] == "welcome" {
			for _, key := range []string{"nodes", "carried"} {
				delete(was, key)
				delete(is, key)
			}
		}
		if fmt.Sprint(was) != fmt.Sprint(is) {
			t.Fatalf("%s made %s", raw, out)
		}
		if !slices.Contains([]any{"welcome", "error", "bye"}, is["type"]) {
			t.Fatalf("passed %s", raw)
		}
	})
}
