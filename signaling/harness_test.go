package signaling

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gorilla/websocket"

	"hearth/room"
	"hearth/signaling/token"
)

// patience bounds every wait of the tests.
const patience = 10 * time.Second

const indexPage = `<!doctype html><title>Meeting</title>
<script type="importmap">{"imports":{"preact":"./vendor/preact.js"}}</script>
<script type="module" src="/main.js"></script>`

var testPage = fstest.MapFS{
	"index.html": {Data: []byte(indexPage)},
	"main.js":    {Data: []byte(strings.Repeat("// the page\n", 200))},
	"style.css":  {Data: []byte("body{}")},
	"notes.md":   {Data: []byte("not served")},
}

// buffer is a log that can be read while it is written.
type buffer struct {
	mu sync.Mutex // guards b
	b  bytes.Buffer
}

func (l *buffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *buffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// fakeVerifier takes "patient:alice" for an invitation of a patient.
type fakeVerifier struct{}

func (fakeVerifier) Verify(_ context.Context, raw string) (token.Claims, error) {
	role, sub, ok := strings.Cut(raw, ":")
	switch {
	case raw == "expired":
		return token.Claims{}, token.ErrExpired
	case !ok:
		return token.Claims{}, token.ErrInvalid
	}
	c := token.Claims{Issuer: "clinic", Audience: "hearth", Room: "blue", Role: role, Subject: sub, Expires: time.Now().Add(time.Hour),
		Ref: "ref-" + sub, ID: "jti-" + sub, Name: "Suggested", Seat: token.NoSeat, Group: token.GroupOpen}
	if sub == "of-a-roster" {
		c.Group, c.Roster = token.GroupClosed, []string{"one", "two"}
	}
	return c, nil
}

// fakeRoom lets everybody in and does what a test tells it.
type fakeRoom struct {
	enter func(p room.Person, s *room.Seal) error
	do    func(ctx context.Context, f *fakePart, c room.Command) error

	mu    sync.Mutex // guards all below
	parts []*fakePart
}

func (f *fakeRoom) Enter(_ context.Context, _ string, p room.Person, s *room.Seal, l room.Link) (*fakePart, error) {
	if f.enter != nil {
		if err := f.enter(p, s); err != nil {
			return nil, err
		}
	}
	f.mu.Lock()
	part := &fakePart{room: f, id: room.ID(len(f.parts) + 1), person: p, link: l, seal: s}
	f.parts = append(f.parts, part)
	f.mu.Unlock()
	l.Show(part.view(), room.Seal{Seat: -1, Gen: 1})
	return part, nil
}

func (f *fakeRoom) part(i int) *fakePart {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.parts[i]
}

func (f *fakeRoom) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.parts)
}

type fakePart struct {
	room   *fakeRoom
	id     room.ID
	person room.Person
	link   room.Link
	seal   *room.Seal

	mu     sync.Mutex // guards all below
	done   []room.Command
	wishes []room.Wish
	lost   int
	back   int
}

func (p *fakePart) view() room.View {
	return room.View{You: room.You{ID: p.id, Role: p.person.Role, Stage: room.Entered, Seat: -1}}
}

func (p *fakePart) ID() room.ID { return p.id }
func (p *fakePart) Seats() int  { return 16 }

func (p *fakePart) Do(ctx context.Context, c room.Command) error {
	p.mu.Lock()
	p.done = append(p.done, c)
	p.mu.Unlock()
	if p.room.do != nil {
		return p.room.do(ctx, p, c)
	}
	return nil
}

func (p *fakePart) Connect(_ context.Context, offer string) (string, error) {
	if offer == "bad" {
		return "", room.ErrBadOffer
	}
	if offer == "boom" {
		panic("boom")
	}
	return "answer to " + offer[:min(len(offer), 20)], nil
}

func (p *fakePart) Restart(context.Context, string) (string, error) {
	return "", errors.New("something with 192.0.2.7 in it")
}

func (p *fakePart) Watch(_ context.Context, w room.Wish) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wishes = append(p.wishes, w)
	return nil
}

func (p *fakePart) Lost()                { p.mu.Lock(); p.lost++; p.mu.Unlock() }
func (p *fakePart) Back(room.Link) error { p.mu.Lock(); p.back++; p.mu.Unlock(); return nil }

func (p *fakePart) told() (commands, lost, back int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.done), p.lost, p.back
}

// house is a running server.
type house struct {
	t    *testing.T
	web  *httptest.Server
	sig  *Server
	room *fakeRoom
	logs *buffer
}

// open starts a server over a fakeRoom; change may adapt its configuration.
func open(t *testing.T, change func(*Config)) *house {
	t.Helper()
	h := &house{t: t, room: &fakeRoom{}, logs: &buffer{}}
	h.web = httptest.NewUnstartedServer(nil)
	cfg := Config{
		Rooms: Entering(h.room.Enter), Verifier: fakeVerifier{}, ClusterKey: bytes.Repeat([]byte{7}, KeySize),
		PublicURL: "http://" + h.web.Listener.Addr().String(), Page: testPage, Rules: "rules-1",
		Texts: Texts{Crisis: "Call 112", Contact: "Reception", Exit: "https://weather.example"},
		Log:   slog.New(slog.NewTextHandler(h.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if change != nil {
		change(&cfg)
	}
	sig, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	h.sig = sig
	h.web.Config.Handler = sig.Handler()
	h.web.Start()
	t.Cleanup(func() {
		sig.Close()
		h.web.Close()
	})
	return h
}

// wire is a client that sends exactly what it is told.
type wire struct {
	t  *testing.T
	ws *websocket.Conn
}

// dial opens a socket with the right Origin; change may adapt the headers.
func (h *house) dial(change func(http.Header, *websocket.Dialer)) (*wire, *http.Response, error) {
	header := http.Header{"Origin": {h.web.URL}}
	d := websocket.Dialer{Subprotocols: []string{subprotocol}, HandshakeTimeout: patience}
	if change != nil {
		change(header, &d)
	}
	ws, resp, err := d.Dial("ws"+strings.TrimPrefix(h.web.URL, "http")+"/ws", header)
	if err != nil {
		return nil, resp, err
	}
	h.t.Cleanup(func() { _ = ws.Close() })
	return &wire{h.t, ws}, resp, nil
}

func (h *house) connect() *wire {
	h.t.Helper()
	w, _, err := h.dial(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return w
}

// frame is the union of what the server says.
type frame struct {
	Type    string
	ID      int64
	Seq     uint64
	Code    string
	After   int
	Resumed bool
	Settled bool
	Carried bool
	Nodes   []string
	Ticket  string
	SDP     string
	Links   []string
	ICE     []ICEServer
	View    *room.View
	You     *room.You
	Name    string
}

func (w *wire) send(text string) {
	w.t.Helper()
	if err := w.ws.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		w.t.Fatal("send:", err)
	}
}

// next is the next frame that is no beat.
func (w *wire) next() frame {
	w.t.Helper()
	_ = w.ws.SetReadDeadline(time.Now().Add(patience)) // for all beats together
	for {
		_, raw, err := w.ws.ReadMessage()
		if err != nil {
			w.t.Fatal("read:", err)
		}
		var f frame
		if err := json.Unmarshal(raw, &f); err != nil && !strings.Contains(string(raw), `"seat"`) {
			w.t.Fatalf("frame: %v", err)
		}
		if f.Type != "beat" {
			return f
		}
	}
}

func (w *wire) want(typ string) frame {
	w.t.Helper()
	f := w.next()
	if f.Type != typ {
		w.t.Fatalf("got %+v, want a frame of type %s", f, typ)
	}
	return f
}

// wantClose reads until the socket is closed and compares the code.
func (w *wire) wantClose(code int) {
	w.t.Helper()
	_ = w.ws.SetReadDeadline(time.Now().Add(patience))
	for {
		_, raw, err := w.ws.ReadMessage()
		if err == nil {
			if bytes.Contains(raw, []byte(`"error"`)) {
				w.t.Logf("before the close: %s", raw)
			}
			continue
		}
		var ce *websocket.CloseError
		if !errors.As(err, &ce) || ce.Code != code {
			w.t.Fatalf("closed with %v, want %d", err, code)
		}
		return
	}
}

// wantRefusal expects an error and the close that belongs to it.
func (w *wire) wantRefusal(code string, closed int) frame {
	w.t.Helper()
	f := w.want("error")
	if f.Code != code {
		w.t.Fatalf("refused with %q, want %q", f.Code, code)
	}
	w.wantClose(closed)
	return f
}

// join says hello with a token and returns the welcome.
func (h *house) join(who string) (*wire, frame) {
	h.t.Helper()
	w := h.connect()
	w.send(`{"type":"hello","v":1,"id":1,"token":"` + who + `"}`)
	return w, w.want("welcome")
}

func (h *house) resume(ticket string, last uint64) *wire {
	h.t.Helper()
	w := h.connect()
	w.send(string(encode(map[string]any{"type": "hello", "v": 1, "id": 1, "resume": ticket, "last": last})))
	return w
}

// eventually polls until ok.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatal("never happened: " + what)
}
