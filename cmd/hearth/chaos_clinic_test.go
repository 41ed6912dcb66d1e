package main

import (
	"cmp"
	"maps"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hearth/signaling/token"
)

// clinic is one Redis and the servers around it.
type clinic struct {
	t       *testing.T
	chaos   *chaos
	redis   *store
	address string // of several Redis; "" for the one, which each server has a wire to
	servers []*server
	signer  *token.Signer
	pulse   *pulse
	tags    uint32 // given
}

// plan is what a clinic is made of.
type plan struct {
	servers int
	keep    bool              // Redis' data outlives its process
	vars    map[string]string // settings of every server
	bin     string            // the program; "" for the one that is tested
	redis   *redisGroup       // several Redis instead of one
	pond    bool              // media comes through a pond
	media   string            // the host of everybody's media; "" for the loopback's
}

// pondHost is where people find the media of a server behind a pond: a second
// loopback address.
const pondHost = "127.0.0.9"

// open starts a Redis and the servers.
func (c *chaos) open(t *testing.T, p plan) *clinic {
	t.Helper()
	f := &clinic{t: t, chaos: c, pulse: startPulse(t)}
	if p.redis != nil {
		f.redis, f.address = p.redis.first, p.redis.address
	} else {
		f.redis = openStore(t, p.keep)
	}
	key := filepath.Join(t.TempDir(), "keys", "key")
	file, err := token.LoadOrCreate(key)
	if err != nil {
		t.Fatal(err)
	}
	if f.signer, err = token.NewSigner(token.SignerConfig{Key: file.Signing, Issuer: "hearth", Audience: "hearth", MaxLifetime: 24 * time.Hour}); err != nil {
		t.Fatal(err)
	}
	for i := range p.servers {
		s := f.prepare(string(rune('a'+i)), p.servers > 1)
		s.bin = cmp.Or(p.bin, c.bin)
		if p.media != "" {
			s.media = strings.Replace(s.media, "127.0.0.1", p.media, 1)
		}
		if p.pond {
			s.pond = newPond(t, pondHost, s.media)
		}
		f.servers = append(f.servers, s)
	}
	t.Cleanup(func() {
		for _, s := range f.servers {
			if said := s.log.String(); strings.Contains(said, "DATA RACE") || strings.Contains(said, "panic") {
				t.Errorf("%s said:\n%s", s.name, said)
			} else if t.Failed() {
				t.Logf("%s said:\n%s", s.name, tail(said, 60))
			}
		}
	})
	for _, s := range f.servers {
		vars := f.settings(s, key)
		maps.Copy(vars, p.vars)
		s.env = variables(vars)
		s.start()
	}
	t.Cleanup(func() {
		for _, s := range f.servers {
			if t.Failed() {
				t.Logf("%s counts:\n%s", s.name, s.counters())
			}
		}
	})
	f.meet()
	return f
}

// meet waits until every server that lives knows all others that do.
func (f *clinic) meet() {
	f.t.Helper()
	alive := 0.0
	for _, s := range f.servers {
		if s.lives() {
			alive++
		}
	}
	for _, s := range f.servers {
		if !s.lives() || s.inner == nil {
			continue
		}
		for deadline := time.Now().Add(patience); s.metric("hearth_nodes_known") < alive-1; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				f.t.Fatalf("%s knows %v other servers", s.name, s.metric("hearth_nodes_known"))
			}
		}
	}
}

// prepare finds a server its addresses and wires.
func (f *clinic) prepare(name string, many bool) *server {
	f.t.Helper()
	s := &server{t: f.t, name: name, addr: freeAddr(f.t), ops: freeAddr(f.t), media: freeAddr(f.t), log: &logBook{}}
	s.front, s.db = newWire(f.t, s.addr), newWire(f.t, f.redis.addr)
	if many {
		s.inner = newWire(f.t, freeAddr(f.t))
	}
	return s
}

// settings are a server's own.
func (f *clinic) settings(s *server, key string) map[string]string {
	var fronts []string
	for _, other := range f.servers {
		fronts = append(fronts, other.url())
	}
	vars := map[string]string{
		"ADDR": s.addr, "OPS_ADDR": s.ops, "MEDIA_UDP": s.media, "MEDIA_TCP": s.media, "KEY_FILE": key,
		"REDIS_URL": cmp.Or(f.address, "redis://"+s.db.addr), "NODE": s.name, "PUBLIC_URL": fronts[0], "ORIGINS": strings.Join(fronts, ","),
		"PATIENTS": "5", "FACILITATORS": "2", "SUPPORT": "0", "JOINS": "10000", "LOG_LEVEL": "debug",
		"CRISIS_TEXT": "In danger? Call 112 at once.",
	}
	if s.pond != nil {
		vars["MEDIA_ANNOUNCE"] = pondHost
		s.media = s.pond.near.LocalAddr().String()
	}
	if s.inner != nil {
		vars["INTERNAL_ADDR"], vars["INTERNAL_URL"], vars["NODE_ORIGIN"] = s.inner.target, "https://"+s.inner.addr, s.url()
	}
	return vars
}

// invite makes an invitation.
func (f *clinic) invite(room, role string, change func(*token.Claims)) string {
	f.t.Helper()
	c := token.NewClaims(room, role, time.Now().Add(2*time.Hour))
	if change != nil {
		change(&c)
	}
	raw, err := f.signer.Mint(c)
	if err != nil {
		f.t.Fatal(err)
	}
	return raw
}

// rooms is how many rooms are live on the servers that answer.
func (f *clinic) rooms() (n int) {
	for _, s := range f.servers {
		n += max(0, int(s.metric("hearth_rooms")))
	}
	return n
}

// owner is the server in which one room is live.
func (f *clinic) owner() *server {
	f.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		for _, s := range f.servers {
			if s.lives() && s.metric("hearth_rooms") > 0 {
				return s
			}
		}
	}
	f.t.Fatal("no server has the room")
	return nil
}

// besides are the other servers.
func (f *clinic) besides(s *server) (others []*server) {
	for _, other := range f.servers {
		if other != s {
			others = append(others, other)
		}
	}
	return others
}

func tail(text string, lines int) string {
	all := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// pulse watches how late this process itself is: what it measures is worth no
// more than that.
type pulse struct {
	worst atomic.Int64
	end   chan struct{}
	done  sync.WaitGroup
}

const pulseEvery = 5 * time.Millisecond

func startPulse(t *testing.T) *pulse {
	p := &pulse{end: make(chan struct{})}
	p.done.Go(func() {
		tick := time.NewTicker(pulseEvery)
		defer tick.Stop()
		for last := time.Now(); ; {
			select {
			case <-p.end:
				return
			case <-tick.C:
			}
			now := time.Now()
			p.worst.Store(max(p.worst.Load(), int64(now.Sub(last)-pulseEvery)))
			last = now
		}
	})
	t.Cleanup(func() { close(p.end); p.done.Wait() })
	return p
}

// stall is by how much this process was late at worst.
func (p *pulse) stall() time.Duration { return time.Duration(p.worst.Load()) }
