package signaling_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"hearth/room"
	"hearth/room/presence"
	"hearth/signaling"
	"hearth/signaling/client"
	"hearth/signaling/token"
)

// serverCandidate is the only address an answer may hold.
const serverCandidate = "a=candidate:1 1 udp 2130706431 203.0.113.1 3478 typ host"

// silentMedia answers offers and forwards nothing.
type silentMedia struct{}

func (silentMedia) Circle(int) room.Circle { return silentCircle{} }

type silentCircle struct{}

func (silentCircle) Connect(_ context.Context, offer string, _ func()) (room.Peer, string, error) {
	if !strings.HasPrefix(offer, "v=0") {
		return nil, "", room.ErrBadOffer
	}
	return silentPeer{}, "v=0\r\n" + serverCandidate + "\r\n", nil
}
func (silentCircle) Close() {}

type silentPeer struct{}

func (silentPeer) Allow(room.Grant) {}
func (silentPeer) Restart(context.Context, string) (string, error) {
	return "v=0\r\n" + serverCandidate + "\r\n", nil
}
func (silentPeer) Media() room.MediaState { return room.MediaState{} }
func (silentPeer) Connected() bool        { return false }
func (silentPeer) Watch(room.Wish)        {}
func (silentPeer) Close()                 {}

// log is what was logged so far.
type log struct {
	mu sync.Mutex // guards b
	b  bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// clinic is a whole node but for its media.
type clinic struct {
	t      *testing.T
	url    string
	logs   *log
	signer *token.Signer
	store  *presence.Store
	rooms  *room.Rooms
	front  *signaling.Server
	web    *httptest.Server
	ctx    context.Context
}

func openClinic(t *testing.T) *clinic {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	t.Cleanup(cancel)
	c := &clinic{t: t, logs: &log{}, ctx: ctx, web: httptest.NewUnstartedServer(nil)}
	c.url = "http://" + c.web.Listener.Addr().String()
	logger := slog.New(slog.NewTextHandler(c.logs, &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: false}))
	_, key, err := ed25519.GenerateKey(nil)
	must(t, err)
	c.signer, err = token.NewSigner(token.SignerConfig{Key: key, Issuer: "clinic", Audience: "hearth"})
	must(t, err)
	verifier, err := token.NewVerifier(token.Config{Issuer: "clinic", Audience: "hearth", Keys: []token.Key{c.signer.Public()}, Logger: logger})
	must(t, err)
	t.Cleanup(verifier.Close)
	c.store, err = presence.Open(ctx, presence.Config{Log: logger})
	must(t, err)
	t.Cleanup(func() { must(t, c.store.Close()) })
	c.start(logger, verifier)
	c.web.Start()
	t.Cleanup(func() {
		c.stop()
		c.web.Close()
	})
	return c
}

// start brings up rooms and front over the store, as a started server does.
func (c *clinic) start(logger *slog.Logger, verifier signaling.Verifier) {
	c.t.Helper()
	settings := room.DefaultSettings()
	settings.Caps = room.Caps{Patients: 15, Facilitators: 2, Support: 2}
	var err error
	c.rooms, err = room.NewRooms(room.Config{Settings: settings, Presence: c.store, Media: silentMedia{}, Log: logger})
	must(c.t, err)
	c.front, err = signaling.New(signaling.Config{
		Rooms: signaling.Entering(c.rooms.Enter), Verifier: verifier, Minter: c.signer,
		ClusterKey: bytes.Repeat([]byte{9}, signaling.KeySize), PublicURL: c.url,
		Page: fstest.MapFS{"index.html": {Data: []byte("<title>Meeting</title>")}}, Rules: "rules-1", Log: logger,
		Limits: signaling.Limits{Rate: 200, Burst: 200},
	})
	must(c.t, err)
	front := c.front
	c.web.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { front.Handler().ServeHTTP(w, r) })
}

func (c *clinic) stop() {
	c.front.Close()
	must(c.t, c.rooms.Close(context.Background()))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// guest is one person of the test, with everything that must stay theirs.
type guest struct {
	*client.Client
	c     *clinic
	name  string
	ref   string
	sub   string
	token string
	addr  string // in their offer
	old   [][]byte
}

// come enters with an invitation; nobody has knocked yet.
func (c *clinic) come(role string, n int, name string) *guest {
	c.t.Helper()
	g := &guest{c: c, name: name, ref: fmt.Sprintf("REF-%03d", n), sub: fmt.Sprintf("subject-%03d", n),
		addr: fmt.Sprintf("198.51.100.%d", n)}
	claims := token.NewClaims("blue-room", role, time.Now().Add(time.Hour))
	claims.Subject, claims.Ref = g.sub, g.ref
	var err error
	g.token, err = c.signer.Mint(claims)
	must(c.t, err)
	g.Client, err = client.Dial(c.ctx, c.url, client.Hello{Token: g.token, Record: true})
	must(c.t, err)
	c.t.Cleanup(g.Client.Close)
	return g
}

type fields = map[string]any

func (g *guest) do(typ string, f fields) json.RawMessage {
	g.c.t.Helper()
	raw, err := g.Do(g.c.ctx, typ, f)
	if err != nil {
		g.c.t.Fatalf("%s: %v", typ, err)
	}
	return raw
}

func (g *guest) refused(code, typ string, f fields) {
	g.c.t.Helper()
	_, err := g.Do(g.c.ctx, typ, f)
	var r *client.Refused
	if !errors.As(err, &r) || r.Code != code {
		g.c.t.Errorf("%s: %v, want %s", typ, err, code)
	}
}

// knock asks to come in and connects media, as the page does.
func (g *guest) knock() {
	g.c.t.Helper()
	g.do("knock", fields{"name": g.name, "rules": "rules-1", "camera": true})
	g.do("offer", fields{"sdp": "v=0\r\na=candidate:1 1 udp 1 " + g.addr + " 50000 typ host\r\n"})
}

func (g *guest) until(what string, ok func(room.View) bool) {
	g.c.t.Helper()
	if err := g.Until(g.c.ctx, ok); err != nil {
		g.c.t.Fatalf("%s: %v", what, err)
	}
}

// reconnect loses the socket and resumes.
func (g *guest) reconnect() {
	g.c.t.Helper()
	h := g.Resume()
	h.Record = true
	g.old = append(g.old, g.Frames()...)
	g.Client.Close()
	next, err := client.Dial(g.c.ctx, g.c.url, h)
	must(g.c.t, err)
	g.c.t.Cleanup(next.Close)
	g.Client = next
}

func (g *guest) frames() [][]byte { return append(g.old[:len(g.old):len(g.old)], g.Frames()...) }

func seatOf(v room.View, name string) int {
	for _, s := range v.Seats {
		if s.Name == name {
			return s.Seat
		}
	}
	return -1
}

func stage(s room.Stage) func(room.View) bool {
	return func(v room.View) bool { return v.You.Stage == s }
}

var names = []string{"Maple", "Birch", "Cedar", "Willow", "Hazel", "Rowan", "Linden", "Aspen", "Juniper",
	"Alder", "Larch", "Poplar", "Elder", "Olive", "Laurel"}

// A session of seventeen people from the first link to the end, with the real
// rules, presence store and tokens: who learns what (M-A7, M-A8, M-P2), and
// what is logged (M-P3).
func TestSessionKeepsItsSecrets(t *testing.T) {
	c := openClinic(t)
	ada := c.come("facilitator", 100, "Ada Facilitates")
	ben := c.come("facilitator", 101, "Ben Facilitates")
	for _, f := range []*guest{ada, ben} {
		f.knock()
		f.until("facilitator seated", stage(room.Seated))
	}
	var patients []*guest
	for i, name := range names {
		patients = append(patients, c.come("patient", i+1, name))
		patients[i].knock()
		patients[i].until("waits", stage(room.Waiting))
	}
	ada.until("all wait", func(v room.View) bool { return len(v.Waiting) == len(names) })
	waited := make([]int, len(patients))
	for i, p := range patients {
		waited[i] = len(p.Frames())
	}
	ada.do("admit_all", nil)
	everybody := append([]*guest{ada, ben}, patients...)
	for _, g := range everybody {
		g.until("sees the whole circle", func(v room.View) bool { return len(v.Seats) == 17 })
	}

	maple, birch, cedar, willow := patients[0], patients[1], patients[2], patients[3]
	for _, p := range patients {
		p.do("set", fields{"mic": true, "hand": true})
	}
	ada.do("mute", fields{"seat": seatOf(ada.View(), "Maple"), "hold": true, "reason": "noise"})
	maple.until("is held", func(v room.View) bool { return v.You.MicHeld && !v.You.Mic && v.You.Muted == 1 })
	maple.refused("held", "set", fields{"mic": true})
	maple.refused("not_allowed", "mute", fields{"seat": -1})
	maple.refused("not_allowed", "invite", fields{"role": "patient", "count": 1})
	ada.do("stop_video", fields{"seat": seatOf(ada.View(), "Birch"), "reason": "view"})
	birch.do("ask_video", nil)
	birch.refused("name_fixed", "rename", fields{"name": "Spruce"})
	ben.until("hears of both wishes", func(v room.View) bool {
		for _, s := range v.Seats {
			if s.Name == "Birch" && s.AskVideo && s.Rename == "Spruce" {
				return true
			}
		}
		return false
	})
	ben.do("answer_rename", fields{"seat": seatOf(ben.View(), "Birch"), "allow": true})
	maple.until("sees the new name", func(v room.View) bool { return seatOf(v, "Spruce") >= 0 })
	ada.do("pause", fields{"paused": true})
	ada.do("pause", fields{"paused": false})
	ada.do("lock", fields{"locked": true})

	cedar.reconnect()
	cedar.until("still sees all", func(v room.View) bool { return len(v.Seats) == 17 && v.You.Stage == room.Seated })
	if !cedar.Welcome().Resumed {
		t.Error("a live link was not resumed by replay")
	}
	cedar.do("offer", fields{"sdp": "v=0\r\na=candidate:1 1 udp 1 " + cedar.addr + " 50001 typ host\r\n", "restart": true})

	ben.do("step_out", fields{"seat": seatOf(ben.View(), "Willow"), "reason": "talk"})
	willow.until("stepped out", stage(room.SteppedOut))
	ada.do("remove", fields{"seat": seatOf(ada.View(), "Linden"), "scope": "session"})
	<-patients[6].Done()
	if patients[6].Bye() != "removed" || patients[6].CloseCode() != 4000 {
		t.Errorf("removed with %q, %d", patients[6].Bye(), patients[6].CloseCode())
	}
	if _, err := client.Dial(c.ctx, c.url, client.Hello{Token: patients[6].token}); err == nil ||
		!strings.HasSuffix(err.Error(), "removed") {
		t.Errorf("a removed person comes back: %v", err)
	}
	if _, err := client.Dial(c.ctx, c.url, patients[6].Resume()); err == nil || !strings.HasSuffix(err.Error(), "removed") {
		t.Errorf("a removed person comes back by ticket: %v", err)
	}
	_, _ = patients[7].Do(c.ctx, "leave", fields{"quick": true})
	links := ada.do("invite", fields{"role": "support", "count": 2, "ref": "REF-900"})
	_, _ = ada.Do(c.ctx, "end", nil) // answered by bye
	for _, g := range everybody {
		<-g.Done()
	}

	checkInvitations(t, c, links)
	for i, p := range patients {
		checkWaiting(t, p, p.frames()[:waited[i]], everybody)
	}
	for _, g := range everybody {
		checkFrames(t, g, everybody)
	}
	checkLogs(t, c, everybody)
	for end := time.Now().Add(10 * time.Second); c.front.Stats().Links > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d links are left of an ended session", c.front.Stats().Links)
		}
	}
}

// checkInvitations: links to this room, each of its own.
func checkInvitations(t *testing.T, c *clinic, raw json.RawMessage) {
	var reply struct{ Links []string }
	must(t, json.Unmarshal(raw, &reply))
	if len(reply.Links) != 2 || reply.Links[0] == reply.Links[1] || !strings.HasPrefix(reply.Links[0], c.url+"/#") {
		t.Errorf("invited with %d links", len(reply.Links))
	}
}

// checkWaiting: before admission nobody is seen, named or counted (M-A8).
func checkWaiting(t *testing.T, g *guest, frames [][]byte, all []*guest) {
	for _, frame := range frames {
		for _, other := range all {
			if other != g && bytes.Contains(frame, []byte(other.name)) {
				t.Errorf("%s waits and is told of %s: %s", g.name, other.name, frame)
			}
		}
		if bytes.Contains(frame, []byte(`"phase"`)) || bytes.Contains(frame, []byte(`"seat":{`)) {
			t.Errorf("%s waits and is told about the circle: %s", g.name, frame)
		}
	}
}

// checkFrames: nobody is told another's address, token or subject (M-P2), and
// references reach facilitators alone (M-A7).
func checkFrames(t *testing.T, g *guest, all []*guest) {
	role := g.View().You.Role
	for _, frame := range g.frames() {
		text := string(frame)
		for _, other := range all {
			for _, secret := range []string{other.addr + " ", other.token, other.sub} {
				if strings.Contains(text, secret) {
					t.Fatalf("%s is told a secret of %s: %s", g.name, other.name, text)
				}
			}
		}
		if role != room.Facilitator && (strings.Contains(text, "REF-") || strings.Contains(text, `"ref"`)) {
			t.Fatalf("%s is told a reference: %s", g.name, text)
		}
	}
}

// checkLogs: no address, name, reference, token, ticket or subject (M-P3).
func checkLogs(t *testing.T, c *clinic, all []*guest) {
	text := c.logs.String()
	if text == "" {
		t.Error("nothing was logged at all")
	}
	secrets := []string{"127.0.0.1", "203.0.113.1", "REF-", "subject-", "candidate", "Spruce", "Go-http-client", "blue-room"}
	for _, g := range all {
		secrets = append(secrets, g.name, g.token, g.Resume().Resume)
	}
	for _, s := range secrets {
		if s != "" && strings.Contains(text, s) {
			t.Errorf("the log holds %q", s)
		}
	}
}

// A person takes part again after the server was started anew: same seat, by
// ticket alone.
func TestTicketOutlivesTheServer(t *testing.T) {
	c := openClinic(t)
	ada := c.come("facilitator", 100, "Ada")
	ada.knock()
	maple := c.come("patient", 1, "Maple")
	maple.knock()
	ada.until("somebody waits", func(v room.View) bool { return len(v.Waiting) == 1 })
	ada.do("admit", fields{"guest": int(ada.View().Waiting[0].ID)})
	maple.until("seated", stage(room.Seated))
	seat := maple.View().You.Seat

	c.stop() // both rooms and links are gone, the store remembers
	<-maple.Done()
	if code := maple.CloseCode(); code < 4100 {
		t.Errorf("closed with %d, which says not to come back", code)
	}
	verifier, err := token.NewVerifier(token.Config{Issuer: "clinic", Audience: "hearth", Keys: []token.Key{c.signer.Public()}})
	must(t, err)
	t.Cleanup(verifier.Close)
	c.start(slog.New(slog.NewTextHandler(c.logs, nil)), verifier)

	maple.reconnect()
	maple.until("seated again", stage(room.Seated))
	if v := maple.View(); v.You.Seat != seat || v.You.Name != "Maple" || maple.Welcome().Resumed {
		t.Errorf("seat %d as %s, want %d as Maple", v.You.Seat, v.You.Name, seat)
	}
	maple.do("set", fields{"hand": true})
}
