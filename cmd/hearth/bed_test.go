package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"hearth/room"
	"hearth/room/sfu/sfutest"
	"hearth/signaling/client"
	"hearth/signaling/token"
)

// patience bounds every wait of a test.
const patience = 20 * time.Second

// cannot skips a test that this machine cannot do. With HEARTH_PROVE_ALL set, by
// who means to have seen all of them, that is a failure.
func cannot(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("HEARTH_PROVE_ALL") != "" {
		t.Fatalf("HEARTH_PROVE_ALL: "+format, args...)
	}
	t.Skipf(format, args...)
}

// house is a whole server on loopback, with everything real in it.
type house struct {
	t    *testing.T
	n    *node
	logs *logBook
	stop func() error // drains and waits; once
}

// logBook keeps everything that was logged.
type logBook struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// openHouse starts a server with the variables given; a key file that is not
// given is new.
func openHouse(t *testing.T, vars map[string]string) *house {
	t.Helper()
	all := map[string]string{
		"ADDR": "127.0.0.1:0", "OPS_ADDR": "127.0.0.1:0", "KEY_FILE": filepath.Join(t.TempDir(), "keys", "key"),
		"MEDIA_UDP": "127.0.0.1:0", "MEDIA_TCP": "127.0.0.1:0",
		"CRISIS_TEXT": "In danger? Call 112 at once.", "LOG_LEVEL": "debug",
	}
	for k, v := range vars {
		all[k] = v
	}
	var environ []string
	for k, v := range all {
		environ = append(environ, prefix+k+"="+v)
	}
	cfg, _, err := LoadConfig(nil, environ, nil)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, logs: &logBook{}}
	log := slog.New(slog.NewTextHandler(h.logs, &slog.HandlerOptions{Level: cfg.LogLevel}))
	if h.n, err = open(t.Context(), cfg, log); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.n.serve(ctx) }()
	h.stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() {
		if err := h.stop(); err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	return h
}

// invite makes claims for the test's room; change may alter them.
func (h *house) invite(role string, change func(*token.Claims)) string {
	h.t.Helper()
	c := token.NewClaims("evening", role, time.Now().Add(time.Hour))
	if change != nil {
		change(&c)
	}
	raw, err := h.n.keys.signer.Mint(c)
	if err != nil {
		h.t.Fatal(err)
	}
	return raw
}

// guest is one participant: a socket, and media.
type guest struct {
	*client.Client
	t     *testing.T
	token string
	media *sfutest.Participant
}

func bounded(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// dial says hello only.
func (h *house) dial(hello client.Hello) (*client.Client, error) {
	hello.Record = true
	c, err := client.Dial(bounded(h.t), h.n.cfg.PublicURL, hello)
	if err == nil {
		h.t.Cleanup(c.Close)
	}
	return c, err
}

// arrive says hello and knocks.
func (h *house) arrive(raw, name string) *guest {
	h.t.Helper()
	c, err := h.dial(client.Hello{Token: raw})
	if err != nil {
		h.t.Fatalf("hello of %s: %v", name, err)
	}
	g := &guest{Client: c, t: h.t, token: raw}
	g.must("knock", "name", name, "rules", c.Welcome().Rules, "camera", true)
	return g
}

// join arrives, and connects media.
func (h *house) join(raw, name string, tag uint32) *guest {
	h.t.Helper()
	g := h.arrive(raw, name)
	g.connect(tag)
	return g
}

// connect makes a PeerConnection as the protocol says.
func (g *guest) connect(tag uint32) {
	g.t.Helper()
	g.connectAs(sfutest.Config{Seats: g.Welcome().Seats, Tag: tag})
}

// connectAs connects as the participant configured.
func (g *guest) connectAs(c sfutest.Config) {
	g.t.Helper()
	p, err := sfutest.New(c)
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(p.Close)
	var answer struct{ SDP string }
	if err := json.Unmarshal(g.must("offer", "sdp", p.Offer()), &answer); err != nil {
		g.t.Fatal(err)
	}
	if err := p.Answer(answer.SDP); err != nil {
		g.t.Fatal(err)
	}
	select {
	case <-p.Connected():
	case <-time.After(patience):
		g.t.Fatal("media did not connect")
	}
	g.media = p
}

// do sends a command with its fields as key, value, key, value.
func (g *guest) do(typ string, fields ...any) (json.RawMessage, error) {
	m := map[string]any{}
	for i := 0; i < len(fields); i += 2 {
		m[fields[i].(string)] = fields[i+1]
	}
	return g.Do(bounded(g.t), typ, m)
}

func (g *guest) must(typ string, fields ...any) json.RawMessage {
	g.t.Helper()
	raw, err := g.do(typ, fields...)
	if err != nil {
		g.t.Fatalf("%s: %v", typ, err)
	}
	return raw
}

// refused checks that a command is refused with the code.
func (g *guest) refused(code, typ string, fields ...any) {
	g.t.Helper()
	_, err := g.do(typ, fields...)
	expectCode(g.t, err, code)
}

func expectCode(t *testing.T, err error, code string) {
	t.Helper()
	var r *client.Refused
	if !errors.As(err, &r) || r.Code != code {
		t.Fatalf("answered %v, not %s", err, code)
	}
}

// until waits for the view to satisfy ok.
func (g *guest) until(what string, ok func(room.View) bool) {
	g.t.Helper()
	if err := g.Until(bounded(g.t), ok); err != nil {
		g.t.Fatalf("waiting for %s: %v; view %+v", what, err, g.View())
	}
}

// ends waits for the goodbye.
func (g *guest) ends(code string) {
	g.t.Helper()
	select {
	case <-g.Done():
	case <-time.After(patience):
		g.t.Fatalf("no goodbye %s", code)
	}
	if g.Bye() != code {
		g.t.Fatalf("goodbye %q with close %d, not %q", g.Bye(), g.CloseCode(), code)
	}
}

// admit lets one waiting person in, by name.
func (g *guest) admit(who *guest) {
	g.t.Helper()
	id := who.View().You.ID
	g.until("the knock", func(v room.View) bool {
		for _, w := range v.Waiting {
			if w.ID == id {
				return true
			}
		}
		return false
	})
	g.must("admit", "guest", id)
	who.until("the seat", seated)
}

func seated(v room.View) bool { return v.You.Stage == room.Seated }

func (g *guest) seat() int { return g.View().You.Seat }

// circle opens a room with a facilitator and patients who all send sound and
// picture, which is checked at every receiver.
func (h *house) circle(names ...string) (ada *guest, patients []*guest) {
	h.t.Helper()
	ada = h.join(h.invite(token.RoleFacilitator, nil), "Ada", 1)
	ada.until("a seat", seated)
	for i, name := range names {
		p := h.join(h.invite(token.RolePatient, nil), name, uint32(i+2))
		ada.admit(p)
		patients = append(patients, p)
	}
	all := append([]*guest{ada}, patients...)
	for _, g := range all {
		g.must("set", "mic", true)
		g.media.StartMic()
		g.media.StartCamera()
	}
	for _, g := range all {
		for _, from := range all {
			if from != g {
				g.hears(from.seat())
				g.sees(from.seat())
			}
		}
	}
	return ada, patients
}

// hears waits until more sound of a seat arrives.
func (g *guest) hears(seat int) { g.t.Helper(); g.grows("sound", seat, g.media.Audio(seat)) }

// sees waits until more picture of a seat arrives.
func (g *guest) sees(seat int) { g.t.Helper(); g.grows("picture", seat, g.media.Video(seat)) }

func (g *guest) grows(what string, seat int, c *sfutest.Counter) {
	g.t.Helper()
	g.advances(what, seat, c, 3)
}

// advances waits until n more packets have come.
func (g *guest) advances(what string, seat int, c *sfutest.Counter, n uint64) {
	g.t.Helper()
	goal := c.Packets() + n
	for deadline := time.Now().Add(patience); c.Packets() < goal; time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			g.t.Fatalf("no %s of seat %d", what, seat)
		}
	}
}

// silent checks that nothing more arrives on the counters, while beat, which
// must flow, brings half a second of sound. What was under way when the command
// was answered may still arrive while beat brings its first packets.
func silent(t *testing.T, beat func(n uint64), counters map[string]*sfutest.Counter) {
	t.Helper()
	beat(5)
	before := map[string]uint64{}
	for what, c := range counters {
		before[what] = c.Packets() + c.Repaired()
	}
	beat(25)
	for what, c := range counters {
		if n := c.Packets() + c.Repaired() - before[what]; n != 0 {
			t.Errorf("%d packets too many: %s", n, what)
		}
	}
}
