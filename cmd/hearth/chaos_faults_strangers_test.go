package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"testing"
	"time"
)

// Who should not be heard: on the internal listener, and in Redis.
var strangerFaults = []fault{
	{"strangers on the internal listener", false, strangers},
	{"garbage in Redis", false, garbage},
}

// strangers come without the cluster's key. Nobody is answered, and nothing
// happens to the room they ask to be shut.
func strangers(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 2})
	g := f.gather("evening", "Maple", "Finch")
	g.reset()
	const shut = "POST /shut HTTP/1.1\r\nHost: hearth\r\nContent-Length: 47\r\n\r\n{\"room\":\"evening\",\"epoch\":9007199254740991}    \n"
	answered := 0
	for _, s := range f.servers {
		counted := s.metric("hearth_internal_strangers_total")
		for name, say := range map[string]func(net.Conn) net.Conn{
			"plain HTTP":     func(c net.Conn) net.Conn { return c },
			"no certificate": func(c net.Conn) net.Conn { return tls.Client(c, &tls.Config{InsecureSkipVerify: true}) },
			"another key":    func(c net.Conn) net.Conn { return tls.Client(c, forged(t, 0)) },
			"TLS 1.2":        func(c net.Conn) net.Conn { return tls.Client(c, forged(t, tls.VersionTLS12)) },
		} {
			if n := intrude(t, s.inner.target, say, shut); n > 0 {
				t.Errorf("%s was answered with %d bytes", name, n)
				answered++
			}
		}
		for range 20 { // they say nothing at all, or no word that means anything
			conn, err := net.Dial("tcp", s.inner.target)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = conn.Close() })
			noise := make([]byte, 64)
			_, _ = rand.Read(noise)
			_, _ = conn.Write(noise)
		}
		for deadline := time.Now().Add(patience); s.metric("hearth_internal_strangers_total") < counted+24; time.Sleep(50 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%s counts %v strangers, %v before", s.name, s.metric("hearth_internal_strangers_total"), counted)
			}
		}
	}
	c.table.counted(c.fault, "answered", "0", answered)
	p := g.add(1, "Fern") // the servers still hear each other
	g.whole(patience)
	if gap := g.record("longest gap in the sound", "none"); gap > 2*time.Second {
		t.Errorf("a gap of %v", gap)
	}
	g.rules()
	g.once(1)
	g.remove(p, "session")
}

// forged is a TLS identity of somebody else's.
func forged(t *testing.T, version uint16) *tls.Config {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"hearth"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{InsecureSkipVerify: true, MaxVersion: version, Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: private}}}
}

// intrude says something and counts what is answered above TLS, except that a
// server may say in plain HTTP that this is not TLS.
func intrude(t *testing.T, addr string, secure func(net.Conn) net.Conn, text string) (answered int) {
	t.Helper()
	raw, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	conn := secure(raw)
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(3 * time.Second))
	if _, err := conn.Write([]byte(text)); err != nil {
		return 0
	}
	answer := make([]byte, 512)
	n, _ := conn.Read(answer)
	if conn == raw && n > 0 && answer[0] == 0x15 { // a TLS alert
		return 0
	}
	return n
}

// garbage replaces what is in Redis while the room is live: its owner knows
// better, and the next one begins with what it knew.
func garbage(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 2})
	g := f.decided()
	f.redis.until("hearth:{evening}:removed")
	g.reset()
	owner := f.owner()
	for _, key := range []string{"seats:patient", "seats:facilitator", "info", "rules", "removed"} {
		f.redis.must("set", "hearth:{evening}:"+key, "garbage\xff")
	}
	f.redis.must("set", "hearth:{nodes}", "garbage")
	cleared(t, f, "all seats", func() bool { return f.redis.seats("evening") == "2" })
	leased := func() bool {
		epoch := f.redis.say("hget", "hearth:{evening}:owner", "epoch")
		return len(epoch) == 13 && f.redis.say("get", "hearth:{evening}:fence") == epoch
	}
	for _, put := range [][]string{
		{"set", "hearth:{evening}:fence", "garbage\xff"},
		{"set", "hearth:{evening}:fence", "999999999999999"},
		{"hset", "hearth:{evening}:owner", "epoch", "999999999999999"},
		{"hset", "hearth:{evening}:owner", "epoch", "0"},
		{"set", "hearth:{evening}:owner", "garbage\xff"},
	} {
		f.redis.say(put...)
		cleared(t, f, "the owner's lease", leased)
	}
	g.whole(patience)
	if gap := g.record("longest gap in the sound", "none"); gap > 2*time.Second {
		t.Errorf("a gap of %v", gap)
	}
	g.rules()
	c.table.counted(c.fault, "room lost", "0", int(owner.metric("hearth_rooms_lost_total")))
	if f.owner() != owner || owner.metric("hearth_rooms_lost_total") != 0 || owner.metric("hearth_redis_failed_total", "garbage") < 5 {
		t.Errorf("the room has moved, or nothing is counted:\n%s", owner.counters())
	}
	g.reset()
	owner.kill()
	g.whole(2 * patience)
	g.record("longest gap in the sound, at a take-over afterwards", "p95 < 3 s")
	g.rules()
	g.once(1)
}

// cleared waits until the owner has put Redis right, and notes how long that took.
func cleared(t *testing.T, f *clinic, what string, right func() bool) {
	t.Helper()
	began := time.Now()
	for !right() {
		if time.Since(began) > patience {
			t.Fatalf("Redis does not know %s again", what)
		}
		time.Sleep(20 * time.Millisecond)
	}
	f.chaos.took(t, "Redis knows "+what+" again", "3 s", time.Since(began), patience)
}
