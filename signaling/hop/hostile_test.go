package hop

import (
	"bufio"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// strange is a certificate that anybody can make.
func strange(t *testing.T) tls.Certificate {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private}
}

// Whoever does not hold the key is heard by nobody, and counted.
func TestStrangers(t *testing.T) {
	ours := keyOf(t, 7)
	stolen := tls.Certificate{Certificate: ours.cert.Certificate, PrivateKey: strange(t).PrivateKey} // a certificate is public
	secured := func(cfg *tls.Config) func(net.Conn) net.Conn {
		cfg.InsecureSkipVerify = true
		return func(c net.Conn) net.Conn { return tls.Client(c, cfg) }
	}
	for name, dress := range map[string]func(net.Conn) net.Conn{
		"plaintext":           func(c net.Conn) net.Conn { return c },
		"no certificate":      secured(&tls.Config{}),
		"another certificate": secured(&tls.Config{Certificates: []tls.Certificate{strange(t)}}),
		"another cluster":     secured(&tls.Config{Certificates: []tls.Certificate{keyOf(t, 8).cert}}),
		"a stolen one":        secured(&tls.Config{Certificates: []tls.Certificate{stolen}}),
		"TLS 1.2":             secured(&tls.Config{Certificates: []tls.Certificate{ours.cert}, MaxVersion: tls.VersionTLS12}),
	} {
		t.Run(name, func(t *testing.T) {
			n := open(t, Limits{})
			raw, err := net.Dial("tcp", n.addr)
			if err != nil {
				t.Fatal(err)
			}
			defer raw.Close()
			c := dress(raw)
			_ = c.SetDeadline(time.Now().Add(patience))
			_, _ = io.WriteString(c, "POST /owns HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\n\r\n{\"room\":\"blue\"}")
			if answer, _ := io.ReadAll(c); strings.Contains(string(answer), "epoch") {
				t.Errorf("a stranger was told %q", answer)
			}
			eventually(t, "the stranger is counted", func() bool { return n.l.Stats().Strangers == 1 })
			if s := n.l.Stats(); s.Owns != 0 || s.Open != 0 {
				t.Errorf("stats %+v", s)
			}
			n.works()
		})
	}
}

// Connections that say nothing end, and hold up nobody meanwhile.
func TestSlowStrangers(t *testing.T) {
	n := open(t, Limits{Handshake: 300 * time.Millisecond})
	for range 20 {
		c, err := net.Dial("tcp", n.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		_, _ = c.Write([]byte{22, 3, 1}) // the beginning of a hello
	}
	n.works()
	eventually(t, "all are counted", func() bool { return n.l.Stats().Strangers == 20 })
	if s := n.l.Stats(); s.Crowded != 0 {
		t.Errorf("stats %+v", s)
	}
}

func TestTooManyConnections(t *testing.T) {
	n := open(t, Limits{PeerHandshakes: 3, PeerConns: 2})
	var silent []net.Conn
	for range 3 {
		c, err := net.Dial("tcp", n.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		silent = append(silent, c)
	}
	late, err := net.Dial("tcp", n.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer late.Close()
	eventually(t, "a fourth silent one is refused", func() bool { return n.l.Stats().Crowded == 1 })
	for _, c := range silent {
		_ = c.Close()
	}
	eventually(t, "they are counted out", func() bool { return n.l.Stats().Strangers == 3 })

	for range 2 {
		ws, err := n.client.Dial(t.Context(), n.url)
		if err != nil {
			t.Fatal(err)
		}
		defer ws.Close()
	}
	if ws, err := n.client.Dial(t.Context(), n.url); err == nil {
		_ = ws.Close()
		t.Error("a third socket of one address was let in")
	}
	if s := n.l.Stats(); s.Crowded != 2 || s.Open != 2 {
		t.Errorf("stats %+v", s)
	}
}

// say sends raw text as a node and returns the status of the answer, 0 for none.
func (n *node) say(text string) int {
	n.t.Helper()
	c, err := tls.Dial("tcp", n.addr, keyOf(n.t, 7).client())
	if err != nil {
		n.t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(patience))
	_, _ = io.WriteString(c, text)
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

func request(method, path, body string) string {
	return fmt.Sprintf("%s %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", method, path, len(body), body)
}

// What a node may not ask, although it holds the key: one that is broken, or of
// another version.
func TestRefused(t *testing.T) {
	n := open(t, Limits{Header: 200 * time.Millisecond, Body: 400 * time.Millisecond})
	for name, c := range map[string]struct {
		text   string
		status int
		why    string
	}{
		"another path":        {request("POST", "/room", `{}`), 404, "path"},
		"a longer path":       {request("POST", "/owns/blue", `{"room":"blue"}`), 404, "path"},
		"the public path":     {request("GET", "/ws", ""), 404, "path"},
		"a path with dots":    {request("POST", "/x/../owns", `{"room":"blue"}`), 404, "path"},
		"another method":      {request("GET", "/owns", ""), 405, "method"},
		"a posted hop":        {request("POST", "/hop", ""), 405, "method"},
		"no body":             {request("POST", "/owns", ""), 400, "body"},
		"no room":             {request("POST", "/owns", `{}`), 400, "body"},
		"an empty room":       {request("POST", "/owns", `{"room":""}`), 400, "body"},
		"a strange room":      {request("POST", "/owns", `{"room":"{blue}:owner"}`), 400, "body"},
		"a long room":         {request("POST", "/owns", `{"room":"`+strings.Repeat("x", 65)+`"}`), 400, "body"},
		"an epoch to owns":    {request("POST", "/owns", `{"room":"blue","epoch":1}`), 400, "body"},
		"no epoch to shut":    {request("POST", "/shut", `{"room":"blue"}`), 400, "body"},
		"a negative epoch":    {request("POST", "/shut", `{"room":"blue","epoch":-1}`), 400, "body"},
		"an epoch too many":   {request("POST", "/shut", `{"room":"blue","epoch":18446744073709551616}`), 400, "body"},
		"another key":         {request("POST", "/owns", `{"room":"blue","node":"b"}`), 400, "body"},
		"two objects":         {request("POST", "/owns", `{"room":"blue"}{"room":"blue"}`), 400, "body"},
		"a list":              {request("POST", "/owns", `["blue"]`), 400, "body"},
		"oversize":            {request("POST", "/owns", `{"room":"`+strings.Repeat("x", 4*maxQuestion)+`"}`), 413, "body"},
		"a body that stops":   {"POST /owns HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\n\r\n{", 413, "body"},
		"a large header":      {"POST /owns HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 64<<10) + "\r\n\r\n", 431, ""},
		"no HTTP":             {"hello\r\n\r\n", 400, ""},
		"a header that stops": {"POST /owns HTT", 400, ""},
	} {
		t.Run(name, func(t *testing.T) {
			was := n.l.Stats()
			if got := n.say(c.text); got != c.status && !(c.status == 431 && got == 0) {
				t.Errorf("status %d, want %d", got, c.status)
			}
			now := n.l.Stats()
			if c.why != "" && now.Refused[c.why] != was.Refused[c.why]+1 {
				t.Errorf("refused %v, want one more of %q", now.Refused, c.why)
			}
			if now.Owns != was.Owns || now.Shuts != was.Shuts || now.Hops != was.Hops {
				t.Errorf("it was answered: %+v", now)
			}
		})
	}
	n.works()
	eventually(t, "nothing stays open", func() bool { return n.l.Stats().Open <= 1 })
}

// Close ends handshakes, idle connections and the listener.
func TestClose(t *testing.T) {
	n := open(t, Limits{})
	c, err := net.Dial("tcp", n.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	n.works()
	closed := make(chan error, 1)
	go func() { closed <- n.l.Close() }()
	select {
	case <-closed:
	case <-time.After(patience):
		t.Fatal("Close waits for a stranger")
	}
	if s := n.l.Stats(); s.Open != 0 || s.Strangers != 0 {
		t.Errorf("stats %+v", s)
	}
}

func FuzzQuestion(f *testing.F) {
	f.Add([]byte(`{"room":"blue"}`), false)
	f.Add([]byte(`{"room":"blue","epoch":7}`), true)
	f.Add([]byte(` {"epoch":18446744073709551615,"room":"_"} `), true)
	f.Add([]byte(`{"room":"a","room":"b"}`), false)
	f.Fuzz(func(t *testing.T, raw []byte, fenced bool) {
		q, err := parseQuestion(raw, fenced)
		if err != nil {
			if q != (question{}) {
				t.Fatalf("refused, and yet %+v", q)
			}
			return
		}
		if len(q.Room) < 1 || len(q.Room) > 64 || strings.ContainsAny(q.Room, "{}:/ \x00") || (q.Epoch != 0) != fenced {
			t.Fatalf("accepted %+v", q)
		}
	})
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"epoch":7}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if a, err := strict[answer](raw); err == nil {
			if again, err := strict[answer](fmt.Appendf(nil, `{"epoch":%d}`, a.Epoch)); err != nil || again != a {
				t.Fatalf("%s is %+v and then %+v, %v", raw, a, again, err)
			}
		}
	})
}
