package main

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"hearth/room"
	"hearth/signaling"
	"hearth/signaling/client"
	"hearth/signaling/hop"
	"hearth/signaling/token"
)

// later is a node of a version that does not exist yet: it says everything that
// this one says, and more.
type later struct {
	t     *testing.T
	h     *house
	redis *redisServer
	url   string
	hello chan string // frames that were brought to it
}

// openLater starts it beside a server of this version, which it finds in Redis.
func openLater(t *testing.T) *later {
	t.Helper()
	redis := startRedis(t)
	l := &later{t: t, redis: redis, hello: make(chan string, 8)}
	l.h = openHouse(t, map[string]string{"REDIS_URL": redis.url(), "NODE": "present", "INTERNAL_ADDR": "127.0.0.1:0"})
	key, err := hop.NewKey(l.h.n.keys.file.Cluster[:])
	if err != nil {
		t.Fatal(err)
	}
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener, err := hop.Listen(inner, hop.Config{Key: key, Owns: func(id string) (uint64, bool) { return 7, id == "late" },
		Shut: func(string, uint64) {}, Hop: http.HandlerFunc(l.serve)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	l.url = "https://" + inner.Addr().String()
	l.announce()
	return l
}

// announce tells the other node of this one, until it is known. The people keep
// rooms from being placed here.
func (l *later) announce() {
	l.t.Helper()
	const script = `local t = redis.call('TIME')
		return redis.call('HSET', KEYS[1], 'later', string.format('{"at":%.0f,', t[1] * 1000) .. ARGV[1])`
	said := fmt.Sprintf(`"url":%q,"origin":"http://127.0.0.1:9","state":"ready","rooms":1,"people":400,"zone":{"of":["the","north"]},"v":2}`, l.url)
	known := func(n room.Node) bool { return n.ID == "later" && n.People == 400 }
	await(l.t, "the later node to be known", func() bool {
		l.redis.cli("eval", script, "1", "hearth:{nodes}", said)
		return slices.ContainsFunc(l.h.n.fleet.cluster.Nodes(), known)
	})
}

// serve answers a socket that was brought here, and closes it with a code that is
// not known yet.
func (l *later) serve(w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{Subprotocols: []string{"hearth.hop.2", hop.Protocol}}
	ws, err := up.Upgrade(w, r, http.Header{"X-Hearth-Weather": {"fair"}})
	if err != nil {
		l.t.Errorf("a hop: %v", err)
		return
	}
	defer ws.Close()
	_, raw, err := ws.ReadMessage()
	if err != nil {
		l.t.Errorf("a hop: %v", err)
		return
	}
	l.hello <- string(raw)
	for _, frame := range []string{
		`{"type":"welcome","v":1,"id":1,"seq":1,"now":1,"resumed":false,"seats":16,"ticket":"x","grace":120,"rules":"r","name":"","nodes":[],"ice":[],` +
			`"lantern":{"lit":true},"view":{"you":{"id":3,"role":"patient","stage":"entered","name":"","seat":-1,"shoes":"off"},"room":{"phase":"dusk"},"seats":[]}}`,
		`{"type":"firefly","seq":2,"glow":[1,2,3]}`,
	} {
		if err := ws.WriteMessage(websocket.TextMessage, []byte(frame)); err != nil {
			l.t.Errorf("a hop: %v", err)
		}
	}
	_ = ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(4042, ""), time.Now().Add(patience))
}

// TestLaterVersion: while servers are replaced one by one, this version stands
// beside one that says more than it knows, on every way between the two.
func TestLaterVersion(t *testing.T) {
	t.Parallel()
	l := openLater(t)
	t.Run("a room of the later node", l.ownsARoom)
	t.Run("a record and a ticket of the later node", l.leavesARecord)
	t.Run("a socket of the later node", l.bringsASocket)
	t.Run("a client of the later version", l.hasAPage)
}

// dial says hello again where the answer is to do so: a Redis of a busy machine may
// not answer in time.
func (l *later) dial(hello client.Hello) (*client.Client, error) {
	l.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		c, err := l.h.dial(hello)
		if !repeatable(err) || time.Now().After(deadline) {
			return c, err
		}
	}
}

// ownsARoom: whatever the later node says to its client passes as it is.
func (l *later) ownsARoom(t *testing.T) {
	l.redis.cli("hset", "hearth:{late}:owner", "node", "later", "url", l.url, "epoch", "7", "nonce", "n", "weight", "3")
	raw := l.h.invite(token.RolePatient, func(c *token.Claims) { c.Room = "late" })
	c, err := l.dial(client.Hello{Token: raw})
	if err != nil {
		t.Fatal(err)
	}
	if said := <-l.hello; !strings.Contains(said, raw) {
		t.Error("the hello was not brought as it came")
	}
	select {
	case <-c.Done():
	case <-time.After(patience):
		t.Fatal("the end did not come")
	}
	all := ""
	for _, f := range c.Frames() {
		all += string(f)
	}
	for _, want := range []string{`"lantern":{"lit":true}`, `"shoes":"off"`, `"phase":"dusk"`, `{"type":"firefly","seq":2,"glow":[1,2,3]}`} {
		if !strings.Contains(all, want) {
			t.Errorf("the client did not get %s", want)
		}
	}
	if c.CloseCode() != 4042 || c.Resume().Last != 2 {
		t.Errorf("closed with %d after %d", c.CloseCode(), c.Resume().Last)
	}
}

// leavesARecord: the room that the later node has given up goes on here. Who sat
// there sits there with the ticket, who is held is held, who is out stays out.
func (l *later) leavesARecord(t *testing.T) {
	eventually(t, "a new room opens here", func() bool { // and not elsewhere, because this node has just been started
		at, err := l.h.n.fleet.cluster.Find(t.Context(), "nowhere")
		return err == nil && at.Node == ""
	})
	subjects, err := signaling.NewSubjects(l.h.n.keys.file.Cluster[:])
	if err != nil {
		t.Fatal(err)
	}
	maple, oak := string(subjects.Of("hearth", "dusk", "maple")), string(subjects.Of("hearth", "dusk", "oak"))
	generation := strconv.FormatInt(time.Now().UnixMilli(), 10)
	soon := strconv.FormatInt(time.Now().Add(time.Minute).UnixMilli(), 10)
	const base = "hearth:{dusk}:"
	for _, command := range [][]string{
		{"set", base + "fence", "8"},
		{"zadd", base + "seats:patient", soon, maple},
		{"hset", base + "info", maple, "patient:3:" + generation + ":", strings.Repeat("0", 32), "lantern:1:2:3:4"},
		{"hset", base + "rules", "hold:" + maple, "m", "lantern:" + maple, "lit", "firefly", "3"},
		{"hset", base + "removed", oak, soon},
	} {
		l.redis.cli(command...)
	}
	ticket := l.seal(fmt.Sprintf(`{"l":"AAAAAAAAAAAAAAAAAAAAAA","n":"AAAAAAAAAAA","r":"dusk","s":%q,"o":"patient","w":-1,"i":"hearth","e":%d,"m":"Maple","a":3,"g":%s,"shoes":{"left":"off"}}`,
		maple, time.Now().Add(time.Hour).Unix(), generation))
	c, err := l.dial(client.Hello{Resume: ticket})
	if err != nil {
		t.Fatal(err)
	}
	if you := c.View().You; you.Stage != room.Seated || you.Seat != 3 || you.Name != "Maple" || !you.MicHeld {
		t.Errorf("%+v", you)
	}
	_, err = l.dial(client.Hello{Token: l.h.invite(token.RolePatient, func(c *token.Claims) { c.Room, c.Subject = "dusk", "oak" })})
	expectCode(t, err, "removed")
	_, err = l.dial(client.Hello{Resume: "Ag" + ticket[2:]}) // sealed in a later way
	expectCode(t, err, "link_invalid")
}

// seal makes a ticket as the servers of this cluster do: AES-256-GCM over a key of
// HKDF-SHA-256, behind the version and the nonce.
func (l *later) seal(plain string) string {
	l.t.Helper()
	key, err := hkdf.Key(sha256.New, l.h.n.keys.file.Cluster[:], nil, "hearth ticket 1", 32)
	if err != nil {
		l.t.Fatal(err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		l.t.Fatal(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		l.t.Fatal(err)
	}
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce)
	return base64.RawURLEncoding.EncodeToString(aead.Seal(append([]byte{1}, nonce...), nonce, []byte(plain), []byte{1}))
}

// bringsASocket: the later node offers a later protocol, too, and says more in its
// headers than is known here.
func (l *later) bringsASocket(t *testing.T) {
	d := websocket.Dialer{Subprotocols: []string{"hearth.hop.2", hop.Protocol}, HandshakeTimeout: patience,
		NetDialTLSContext: (&tls.Dialer{Config: l.identity()}).DialContext}
	await(t, "a welcome", func() bool { return l.welcomed(t, &d) })
}

// welcomed brings one hello to the present node. Anything but a welcome has to be
// the word that another node may have the room, since its Redis was late.
func (l *later) welcomed(t *testing.T, d *websocket.Dialer) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ws, resp, err := d.DialContext(ctx, strings.Replace(l.h.n.fleet.url, "https", "wss", 1)+"/hop", http.Header{"X-Hearth-Weather": {"fair"}, "X-Hearth-Zone": {"north"}})
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	defer ws.Close()
	if ws.Subprotocol() != hop.Protocol {
		t.Fatalf("the protocol is %q", ws.Subprotocol())
	}
	_ = ws.SetReadDeadline(time.Now().Add(patience))
	hello := fmt.Sprintf(`{"type":"hello","v":1,"id":1,"token":%q}`, l.h.invite(token.RoleFacilitator, nil))
	if err := ws.WriteMessage(websocket.TextMessage, []byte(hello)); err != nil {
		t.Fatal(err)
	}
	_, raw, err := ws.ReadMessage()
	if err != nil && !websocket.IsCloseError(err, 4200) || err == nil && !strings.HasPrefix(string(raw), `{"type":"welcome"`) {
		t.Fatalf("answered %.40q, %v", raw, err)
	}
	return err == nil
}

// identity is what makes a process a node of this cluster.
func (l *later) identity() *tls.Config {
	l.t.Helper()
	seed, err := hkdf.Key(sha256.New, l.h.n.keys.file.Cluster[:], nil, "hearth internal 1", ed25519.SeedSize)
	if err != nil {
		l.t.Fatal(err)
	}
	private := ed25519.NewKeyFromSeed(seed)
	template := &x509.Certificate{SerialNumber: big.NewInt(2), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"later.hearth"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		l.t.Fatal(err)
	}
	return &tls.Config{InsecureSkipVerify: true, Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: private}}}
}

// hasAPage: a page of the later version offers both protocols; if it speaks the
// later one all the same, it is told.
func (l *later) hasAPage(t *testing.T) {
	origin := l.h.n.cfg.PublicURL
	d := websocket.Dialer{Subprotocols: []string{"hearth.2", "hearth.1"}, HandshakeTimeout: patience}
	for v, want := range []string{"version", "welcome", "version"} {
		await(t, "an answer", func() bool {
			ws, resp, err := d.DialContext(t.Context(), strings.Replace(origin, "http", "ws", 1)+"/ws", http.Header{"Origin": {origin}})
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			defer ws.Close()
			_ = ws.SetReadDeadline(time.Now().Add(patience))
			hello := fmt.Sprintf(`{"type":"hello","v":%d,"id":1,"token":%q}`, v, l.h.invite(token.RoleFacilitator, nil))
			if err := ws.WriteMessage(websocket.TextMessage, []byte(hello)); err != nil {
				t.Fatal(err)
			}
			_, raw, err := ws.ReadMessage()
			answer := string(raw[:min(len(raw), 60)])
			if strings.Contains(answer, `"retry"`) {
				return false
			}
			if err != nil || !strings.Contains(answer, `"`+want+`"`) || ws.Subprotocol() != "hearth.1" {
				t.Fatalf("version %d over %q: answered %q, %v", v, ws.Subprotocol(), answer, err)
			}
			return true
		})
	}
}
