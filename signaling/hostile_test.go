package signaling

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// Before the upgrade: who may open a socket at all.
func TestUpgradeRefused(t *testing.T) {
	h := open(t, nil)
	for name, c := range map[string]struct {
		change func(http.Header, *websocket.Dialer)
		status int
	}{
		"no origin":      {func(h http.Header, _ *websocket.Dialer) { h.Del("Origin") }, 403},
		"null origin":    {func(h http.Header, _ *websocket.Dialer) { h.Set("Origin", "null") }, 403},
		"foreign origin": {func(h http.Header, _ *websocket.Dialer) { h.Set("Origin", "https://evil.example") }, 403},
		"other port":     {func(h http.Header, _ *websocket.Dialer) { h.Set("Origin", "http://127.0.0.1:1") }, 403},
		"two origins":    {func(h http.Header, _ *websocket.Dialer) { h.Add("Origin", "https://evil.example") }, 403},
		"no protocol":    {func(_ http.Header, d *websocket.Dialer) { d.Subprotocols = nil }, 400},
		"other protocol": {func(_ http.Header, d *websocket.Dialer) { d.Subprotocols = []string{"hearth.2"} }, 400},
	} {
		t.Run(name, func(t *testing.T) {
			_, resp, err := h.dial(c.change)
			if err == nil || resp == nil || resp.StatusCode != c.status {
				t.Fatalf("upgrade: %v, %v, want status %d", resp, err, c.status)
			}
			body, _ := io.ReadAll(resp.Body)
			if strings.Contains(string(body), "websocket") {
				t.Errorf("the answer explains itself: %q", body)
			}
		})
	}
}

// What the first frame may not be. Somebody who sits in the room notices nothing.
func TestHelloRefused(t *testing.T) {
	h := open(t, func(c *Config) {
		c.Limits.Failures, c.Limits.Unauthenticated = 1000, 1000
		c.Limits.HelloWait = 300 * time.Millisecond
	})
	bystander, _ := h.join("patient:bystander")
	for name, c := range map[string]struct {
		frame string
		code  string
		close int
	}{
		"silence":         {"", "hello_expected", 4002},
		"a command":       {`{"type":"leave","id":1}`, "hello_expected", 4002},
		"no json":         {`hello`, "bad_message", 4002},
		"no object":       {`["hello"]`, "bad_message", 4002},
		"unknown type":    {`{"type":"hallo","id":1}`, "bad_message", 4002},
		"unknown field":   {`{"type":"hello","v":1,"id":1,"token":"patient:x","admin":true}`, "bad_message", 4002},
		"other spelling":  {`{"type":"hello","v":1,"id":1,"TOKEN":"patient:x"}`, "bad_message", 4002},
		"duplicate key":   {`{"type":"hello","v":1,"id":1,"token":"patient:x","token":"facilitator:x"}`, "bad_message", 4002},
		"null":            {`{"type":"hello","v":1,"id":1,"token":null}`, "bad_message", 4002},
		"deep":            {`{"type":"hello","v":1,"id":1,"token":` + strings.Repeat("[", 4000) + strings.Repeat("]", 4000) + `}`, "bad_message", 4002},
		"invalid utf-8":   {`{"type":"hello","v":1,"id":1,"token":"patient:` + "\xff" + `"}`, "bad_message", 4002},
		"lone surrogate":  {`{"type":"hello","v":1,"id":1,"token":"patient:\ud800"}`, "bad_message", 4002},
		"trailing data":   {`{"type":"hello","v":1,"id":1,"token":"patient:x"} {}`, "bad_message", 4002},
		"token and more":  {`{"type":"hello","v":1,"id":1,"token":"patient:x","resume":"y"}`, "bad_message", 4002},
		"neither":         {`{"type":"hello","v":1,"id":1}`, "bad_message", 4002},
		"id 0":            {`{"type":"hello","v":1,"id":0,"token":"patient:x"}`, "bad_message", 4002},
		"id a fraction":   {`{"type":"hello","v":1,"id":1.5,"token":"patient:x"}`, "bad_message", 4002},
		"another version": {`{"type":"hello","v":2,"id":1,"token":"patient:x"}`, "version", 4002},
		"token of 1 MB":   {`{"type":"hello","v":1,"id":1,"token":"` + strings.Repeat("x", 1<<20) + `"}`, "too_large", 4002},
		"bad token":       {`{"type":"hello","v":1,"id":1,"token":"x"}`, "link_invalid", 4000},
		"expired token":   {`{"type":"hello","v":1,"id":1,"token":"expired"}`, "link_expired", 4000},
		"unknown role":    {`{"type":"hello","v":1,"id":1,"token":"admin:x"}`, "link_invalid", 4000},
		"bad ticket":      {`{"type":"hello","v":1,"id":1,"resume":"AAAA"}`, "link_invalid", 4000},
	} {
		t.Run(name, func(t *testing.T) {
			w := h.connect()
			w.t = t
			if c.frame != "" {
				w.send(c.frame)
			}
			w.wantRefusal(c.code, c.close)
		})
	}
	if n := h.room.count(); n != 1 {
		t.Errorf("%d people entered, want the bystander alone", n)
	}
	bystander.send(`{"type":"set","id":2,"hand":true}`)
	bystander.want("ok")
}

func TestBinaryFrames(t *testing.T) {
	h := open(t, nil)
	w := h.connect()
	_ = w.ws.WriteMessage(websocket.BinaryMessage, []byte(`{"type":"hello","v":1,"id":1,"token":"patient:x"}`))
	w.wantRefusal("bad_message", 4002)
	w, _ = h.join("patient:y")
	_ = w.ws.WriteMessage(websocket.BinaryMessage, []byte(`{"type":"leave","id":2}`))
	w.wantRefusal("bad_message", 4002)
}

// After welcome: each breach ends that socket alone, and the seat is kept as
// after any lost socket.
func TestFramesRefused(t *testing.T) {
	h := open(t, func(c *Config) { c.Limits.Joins = 1000 })
	bystander, _ := h.join("patient:bystander")
	big := strings.Repeat("x", maxMessage)
	for name, c := range map[string]struct {
		frames []string
		code   string
	}{
		"second hello":       {[]string{`{"type":"hello","v":1,"id":2,"token":"patient:z"}`}, "bad_message"},
		"unknown type":       {[]string{`{"type":"unmute","id":2,"seat":3}`}, "bad_message"},
		"event from below":   {[]string{`{"type":"seat","id":2}`}, "bad_message"},
		"unknown field":      {[]string{`{"type":"set","id":2,"mic_held":false}`}, "bad_message"},
		"missing field":      {[]string{`{"type":"mute","id":2}`}, "bad_message"},
		"null field":         {[]string{`{"type":"set","id":2,"mic":null}`}, "bad_message"},
		"wrong type":         {[]string{`{"type":"mute","id":2,"seat":"3"}`}, "bad_message"},
		"huge number":        {[]string{`{"type":"mute","id":2,"seat":1e400}`}, "bad_message"},
		"huge id":            {[]string{`{"type":"leave","id":9007199254740993}`}, "bad_message"},
		"both targets":       {[]string{`{"type":"remove","id":2,"seat":1,"guest":1,"scope":"session"}`}, "bad_message"},
		"no target":          {[]string{`{"type":"remove","id":2,"scope":"session"}`}, "bad_message"},
		"unknown scope":      {[]string{`{"type":"remove","id":2,"seat":1,"scope":"world"}`}, "bad_message"},
		"unknown reason":     {[]string{`{"type":"mute","id":2,"seat":1,"reason":"he is rude"}`}, "bad_message"},
		"21 invitations":     {[]string{`{"type":"invite","id":2,"role":"patient","count":21}`}, "bad_message"},
		"control in ref":     {[]string{`{"type":"invite","id":2,"role":"patient","count":1,"ref":"a\u0007"}`}, "bad_message"},
		"decreasing id":      {[]string{`{"type":"ask_video","id":9}`, `{"type":"ask_video","id":8}`}, "bad_message"},
		"id for another":     {[]string{`{"type":"lock","id":9,"locked":true}`, `{"type":"lock","id":9,"locked":false}`}, "bad_message"},
		"large command":      {[]string{`{"type":"rename","id":2,"name":"` + big + `"}`}, "too_large"},
		"large nonsense":     {[]string{big + big}, "too_large"},
		"large offer":        {[]string{`{"type":"offer","id":2,"sdp":"` + strings.Repeat("x", maxOffer) + `"}`}, "too_large"},
		"escaped duplicates": {[]string{`{"type":"lock","id":2,"locked":true,"l\u006fcked":false}`}, "bad_message"},
	} {
		t.Run(name, func(t *testing.T) {
			w, _ := h.join("patient:" + strings.ReplaceAll(name, " ", "-"))
			w.t = t
			for _, f := range c.frames {
				w.send(f)
			}
			for f := w.next(); ; f = w.next() {
				if f.Type == "error" {
					if f.Code != c.code || f.ID != 0 {
						t.Fatalf("got %+v, want %s without an id", f, c.code)
					}
					break
				}
			}
			w.wantClose(4002)
		})
	}
	eventually(t, "every link is told of its lost socket", func() bool {
		for i := 1; i < h.room.count(); i++ {
			if _, lost, _ := h.room.part(i).told(); lost != 1 {
				return false
			}
		}
		return true
	})
	bystander.send(`{"type":"set","id":2,"hand":true}`)
	bystander.want("ok")
}

func TestFlood(t *testing.T) {
	h := open(t, nil)
	w, _ := h.join("patient:x")
	for i := range 200 {
		if w.ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"type":"ask_video","id":%d}`, i+2)) != nil {
			break
		}
	}
	w.wantClose(4102)
	if n, _, _ := h.room.part(0).told(); n > 60 {
		t.Errorf("%d commands of a flood were done", n)
	}
	other, _ := h.join("patient:y")
	other.send(`{"type":"ask_video","id":2}`)
	other.want("ok")
}

func TestPingFlood(t *testing.T) {
	h := open(t, nil)
	w, _ := h.join("patient:x")
	for range 200 {
		if w.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second)) != nil {
			break
		}
	}
	w.wantClose(4102)
}

// A client that does not read is cut off, whatever its kernel still buffers.
func TestSlowReader(t *testing.T) {
	h := open(t, func(c *Config) { c.Limits.WriteStall = 200 * time.Millisecond })
	w, _ := h.join("patient:slow")
	other, _ := h.join("patient:quick")
	part := h.room.part(0)
	name := strings.Repeat("n", 60<<10)
	eventually(t, "the slow socket is dropped", func() bool {
		v := part.view()
		v.You.Muted = int(time.Now().UnixNano())
		v.You.Name = name
		part.link.Show(v, room1)
		_, lost, _ := part.told()
		return lost == 1
	})
	s := h.sig.Stats()
	if s.Dropped["slow"]+s.Dropped["stall"] == 0 {
		t.Errorf("dropped: %v, want slow or stall", s.Dropped)
	}
	other.send(`{"type":"ask_video","id":2}`)
	other.want("ok")
	_ = w.ws.Close()
}

// A client that answers no ping is taken as gone.
func TestSilentClient(t *testing.T) {
	h := open(t, func(c *Config) { c.Limits.Ping, c.Limits.Pong = 20*time.Millisecond, 150*time.Millisecond })
	h.join("patient:x") // reads no more, so its library answers no ping
	eventually(t, "the silent socket is dropped", func() bool {
		_, lost, _ := h.room.part(0).told()
		return lost == 1 && h.sig.Stats().Dropped["silent"] == 1
	})
}

// A client that reads stays, and hears a beat.
func TestBeat(t *testing.T) {
	h := open(t, func(c *Config) {
		c.Limits.Ping, c.Limits.Pong = 10*time.Millisecond, 300*time.Millisecond
		c.Limits.Rate = 1000 // its pongs count as frames
	})
	w, _ := h.join("patient:x")
	for end := time.Now().Add(500 * time.Millisecond); time.Now().Before(end); {
		_ = w.ws.SetReadDeadline(time.Now().Add(patience))
		_, raw, err := w.ws.ReadMessage()
		if err != nil || !bytes.Equal(raw, []byte(`{"type":"beat"}`)) {
			t.Fatalf("read %s, %v, want a beat", raw, err)
		}
	}
}

// Pings are no hello.
func TestPingsBuyNoTime(t *testing.T) {
	h := open(t, func(c *Config) { c.Limits.HelloWait = 200 * time.Millisecond })
	w := h.connect()
	stop := make(chan struct{})
	var pings sync.WaitGroup
	pings.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
				_ = w.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second))
			}
		}
	})
	w.wantRefusal("hello_expected", 4002)
	close(stop)
	pings.Wait()
}

func TestTooManySocketsOfAnAddress(t *testing.T) {
	h := open(t, func(c *Config) { c.Limits.Unauthenticated = 3 })
	for range 5 { // sockets that were welcomed do not count
		h.join("patient:x")
	}
	for range 3 {
		h.connect()
	}
	_, resp, err := h.dial(nil)
	if err == nil || resp.StatusCode != http.StatusTooManyRequests {
		t.Fatalf("a fourth socket without hello: %v, %v", resp, err)
	}
}

// Who guesses has to wait; who was invited does not, although both come from one
// address, as in a clinic or a mobile network.
func TestGuessingLocksNobodyOut(t *testing.T) {
	h := open(t, func(c *Config) { c.Limits.Failures = 3 })
	_, welcome := h.join("patient:seated")
	for range 3 {
		w := h.connect()
		w.send(`{"type":"hello","v":1,"id":1,"token":"guess"}`)
		w.wantRefusal("link_invalid", 4000)
	}
	for _, guess := range []string{`"token":"guess"`, `"resume":"AAAA"`} {
		w := h.connect()
		w.send(`{"type":"hello","v":1,"id":1,` + guess + `}`)
		if f := w.wantRefusal("retry", 4100); f.After < 1 {
			t.Errorf("to wait %d s, want at least one", f.After)
		}
	}
	h.join("facilitator:x")
	h.resume(welcome.Ticket, 0).want("welcome")
}

func TestTooManyJoins(t *testing.T) {
	h := open(t, func(c *Config) { c.Limits.Joins = 2 })
	_, welcome := h.join("patient:x")
	h.join("patient:y")
	w := h.connect()
	w.send(`{"type":"hello","v":1,"id":1,"token":"patient:x"}`)
	if f := w.wantRefusal("retry", 4100); f.After < 1 {
		t.Errorf("to wait %d s, want at least one", f.After)
	}
	h.resume(welcome.Ticket, 0).want("welcome")
}

// A panic in one command is told to nobody and ends nothing.
func TestPanicIsCaught(t *testing.T) {
	h := open(t, nil)
	w, _ := h.join("patient:x")
	w.send(`{"type":"offer","id":2,"sdp":"boom"}`)
	if f := w.want("error"); f.Code != "retry" || f.ID != 2 {
		t.Fatalf("got %+v", f)
	}
	w.send(`{"type":"offer","id":3,"sdp":"fine"}`)
	w.want("ok")
	if h.sig.Stats().Panics != 1 {
		t.Error("the panic was not counted")
	}
}

// A small frame that unpacks into a large one is no way around the limits.
func TestCompressedFrames(t *testing.T) {
	h := open(t, nil)
	w, _, err := h.dial(func(_ http.Header, d *websocket.Dialer) { d.EnableCompression = true })
	if err != nil {
		t.Fatal(err)
	}
	w.send(`{"type":"hello","v":1,"id":1,"token":"patient:x"}`)
	w.want("welcome")
	w.send(`{"type":"offer","id":2,"sdp":"` + strings.Repeat("v=0 ", 10<<10) + `"}`)
	if f := w.want("ok"); !strings.HasPrefix(f.SDP, "answer to v=0") {
		t.Fatalf("answer: %+v", f)
	}
	w.send(strings.Repeat("0", 2<<20))
	w.wantRefusal("too_large", 4002)
}
