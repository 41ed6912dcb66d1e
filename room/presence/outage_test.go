package presence

import (
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"hearth/room"
)

// quick gives a node the timeouts of production.
func quick(c *Config) { c.Timeout = 0 }

func TestRestingStoreFailsAtOnceAndProbes(t *testing.T) {
	b := serverBed(t)
	s := b.node(t, "node-a", quick)
	b.server.signal(t, syscall.SIGSTOP)
	for range restAfter {
		wants(t, "frozen", s.Ping(ctx), room.ErrUnavailable)
	}
	rested := 0
	for start := time.Now(); rested == 0 && time.Since(start) < 10*time.Second; {
		if err := s.Ping(ctx); strings.Contains(err.Error(), reasonResting) {
			rested++
		}
	}
	if s.Stats().Rested == 0 || s.Stats().Unanswered < restAfter {
		t.Errorf("%+v", s.Stats())
	}
	if _, err := s.Revoked(ctx, "jti"); err == nil {
		t.Error("nobody can tell, and it says no")
	}
	b.server.signal(t, syscall.SIGCONT)
	eventually(t, "a probe finds redis", func() bool { return s.Ping(ctx) == nil })
	must(t, s.Ping(ctx))
}

func TestKilledRedisBackWithData(t *testing.T) {
	b := serverBed(t)
	b.server.args = append(b.server.args, "--appendonly", "yes", "--appendfsync", "always")
	b.server.restart(t)
	a := b.node(t, "node-a", quick)
	l, _ := b.claim(t, a, "r")
	must(t, l.Renew(ctx, full()))
	before := b.dump(t)
	b.server.kill()
	wants(t, "killed", a.Ping(ctx), room.ErrUnavailable)
	b.server.start(t)
	eventually(t, "redis is back", func() bool { return a.Ping(ctx) == nil })
	after := b.dump(t)
	for key, was := range before {
		if is := after[key]; strings.Join(is.texts, " ") != strings.Join(was.texts, " ") || is.expires != was.expires {
			t.Errorf("%s: %v, was %v", key, is, was)
		}
	}
	must(t, l.Seat(ctx, patient(9, 9), caps))
	_, _, err := b.node(t, "node-b").Claim(ctx, "r")
	wants(t, "claim", err, room.ErrOwned)
}

func TestPausedRedis(t *testing.T) {
	b := serverBed(t)
	s := b.node(t, "node-a", quick)
	l, _ := b.claim(t, s, "r")
	must(t, b.raw.Do(ctx, "CLIENT", "PAUSE", "1500", "WRITE").Err())
	wants(t, "paused", l.Lease.Renew(ctx, full()), room.ErrUnavailable)
	if _, err := s.Owner(ctx, "r"); err != nil {
		t.Errorf("a read while writes are paused: %v", err)
	}
	eventually(t, "redis goes on", func() bool { return l.Lease.Renew(ctx, full()) == nil })
}

// laggard is a way to a server that takes time.
type laggard struct {
	addr string // socket

	mu    sync.Mutex
	delay time.Duration // guarded by mu; of each answer
}

func (l *laggard) set(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.delay = d
}

func (l *laggard) wait() {
	l.mu.Lock()
	d := l.delay
	l.mu.Unlock()
	time.Sleep(d)
}

func newLaggard(t *testing.T, to string) *laggard {
	dir := shortDir(t)
	l := &laggard{addr: filepath.Join(dir, "s")}
	listener, err := net.Listen("unix", l.addr)
	must(t, err)
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() { l.pump(conn, to) })
		}
	})
	t.Cleanup(func() { _ = listener.Close(); all.Wait(); _ = os.RemoveAll(dir) })
	return l
}

// pump passes bytes on until one side ends.
func (l *laggard) pump(conn net.Conn, to string) {
	defer conn.Close()
	server, err := net.Dial("unix", to)
	if err != nil {
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(server, conn)
		_ = server.Close()
	}()
	buffer := make([]byte, 64<<10)
	for {
		n, err := server.Read(buffer)
		l.wait()
		if _, werr := conn.Write(buffer[:n]); err != nil || werr != nil {
			break
		}
	}
	_, _ = conn.Close(), server.Close()
	<-done
}

func TestSlowRedis(t *testing.T) {
	b := serverBed(t)
	way := newLaggard(t, b.server.addr)
	s, err := Open(ctx, Config{URL: "unix://" + way.addr, Node: "node-a", NodeURL: "http://node-a:7", LeaseTTL: time.Minute, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	defer s.Close()
	l, _ := b.claim(t, s, "r")
	way.set(100 * time.Millisecond)
	must(t, l.Lease.Renew(ctx, full()))
	must(t, l.Lease.Seat(ctx, patient(9, 9), caps))
	way.set(2 * time.Second)
	start := time.Now()
	wants(t, "slow", l.Lease.Renew(ctx, full()), room.ErrUnavailable)
	if took := time.Since(start); took > 1500*time.Millisecond { // 700 ms and a busy machine
		t.Errorf("it took %v", took)
	}
	way.set(0)
	eventually(t, "it is fast again", func() bool { return l.Lease.Renew(ctx, full()) == nil })
}

func TestReadOnlyRedis(t *testing.T) {
	b := serverBed(t)
	s := b.node(t, "node-a", quick)
	l, _ := b.claim(t, s, "r")
	must(t, l.Renew(ctx, full()))
	must(t, b.raw.Do(ctx, "REPLICAOF", "127.0.0.1", freePort(t)).Err())
	before := b.dump(t)
	_, err := l.Lease.Touch(ctx)
	wants(t, "touch", err, room.ErrUnavailable)
	for range 2 * restAfter {
		wants(t, "renew", l.Lease.Renew(ctx, room.Record{}), room.ErrUnavailable)
	}
	_, _, err = s.Claim(ctx, "other")
	wants(t, "claim", err, room.ErrUnavailable)
	_, err = s.Announce(ctx, room.Load{})
	wants(t, "announce", err, room.ErrUnavailable)
	wants(t, "ping", s.Ping(ctx), room.ErrUnavailable)
	b.same(t, before, b.dump(t))
	if o, err := s.Owner(ctx, "r"); err != nil || o.Node != "node-a" {
		t.Errorf("a replica can be read: %v %v", o, err)
	}
	if st := s.Stats(); st.Rested != 0 || st.Refused == 0 {
		t.Errorf("a Redis that answers is not left in peace: %+v", st)
	}
	must(t, b.raw.Do(ctx, "REPLICAOF", "NO", "ONE").Err())
	must(t, s.Ping(ctx))
	must(t, l.Renew(ctx, full()))
}

// TestFullRedis: every script deletes something before it adds, and Redis lets
// a script that has written go on to its end. So all goes on.
func TestFullRedis(t *testing.T) {
	b := serverBed(t)
	s := b.node(t, "node-a", quick)
	l, _ := b.claim(t, s, "r")
	must(t, l.Renew(ctx, full()))
	announce(t, s, room.Load{})
	must(t, b.raw.ConfigSet(ctx, "maxmemory-policy", "noeviction").Err())
	must(t, b.raw.ConfigSet(ctx, "maxmemory", "1").Err())
	touched(t, b, l, true)
	must(t, l.Renew(ctx, full()))
	touched(t, b, l, true)
	announce(t, s, room.Load{Rooms: 1})
	for op, call := range map[string]func() error{
		"ping":   func() error { return s.Ping(ctx) },
		"seat":   func() error { return l.Lease.Seat(ctx, patient(60, 6), caps) },
		"remove": func() error { return l.Lease.Remove(ctx, subject(60), time.Now().Add(time.Hour)) },
		"lift":   func() error { return l.Lease.Lift(ctx, subject(60)) },
		"claim":  func() error { _, _, err := s.Claim(ctx, "other"); return err },
		"revoke": func() error { return s.Revoke(ctx, "jti", time.Now().Add(time.Hour)) },
	} {
		if err := call(); err != nil {
			t.Errorf("%s: %v", op, err)
		}
	}
	if err := b.raw.Set(ctx, "more", 1, time.Minute).Err(); err == nil {
		t.Error("this Redis is not full")
	}
	b.inspect(t)
	must(t, b.raw.ConfigSet(ctx, "maxmemory", "0").Err())
	must(t, l.Renew(ctx, full()))
	must(t, l.Seat(ctx, patient(61, 7), caps))
}

// TestReplicaThatLostWrites: a replica without the last writes takes the
// primary's place, under its address. The living owner's memory goes before it;
// whoever claims a room whose owner it never heard of is the later owner.
func TestReplicaThatLostWrites(t *testing.T) {
	b, replica := serverBed(t), startServer(t)
	port := freePort(t)
	must(t, b.raw.ConfigSet(ctx, "bind", "127.0.0.1").Err())
	must(t, b.raw.ConfigSet(ctx, "port", port).Err())
	twin := redis.NewClient(&redis.Options{Addr: replica.addr})
	defer twin.Close()
	a, c := b.node(t, "node-a", quick), b.node(t, "node-c", quick)
	old, _ := b.claim(t, a, "old")
	must(t, old.Renew(ctx, full()))
	must(t, twin.Do(ctx, "REPLICAOF", "127.0.0.1", port).Err())
	eventually(t, "the replica has it", func() bool { return twin.Exists(ctx, "hearth:{old}:owner").Val() == 1 })
	must(t, twin.Do(ctx, "REPLICAOF", "NO", "ONE").Err())

	must(t, old.Remove(ctx, subject(50), time.Now().Add(time.Hour)))
	fresh, _ := b.claim(t, a, "fresh")
	b.server.kill()
	must(t, os.Rename(replica.addr, b.server.addr))
	eventually(t, "the replica answers", func() bool { return a.Ping(ctx) == nil && c.Ping(ctx) == nil })

	r := full()
	r.Removed[subject(50)] = time.Now().Add(time.Hour)
	must(t, old.Lease.Renew(ctx, r))
	wants(t, "removed", old.Lease.Seat(ctx, patient(50, 9), caps), room.ErrRemoved)
	_, _, err := c.Claim(ctx, "old")
	wants(t, "claim", err, room.ErrOwned)
	later, _, err := c.Claim(ctx, "fresh")
	must(t, err)
	if later.Epoch() <= fresh.Epoch() {
		t.Errorf("epoch %d after %d", later.Epoch(), fresh.Epoch())
	}
	wants(t, "the owner before", fresh.Lease.Renew(ctx, room.Record{}), room.ErrStale)
	must(t, later.Renew(ctx, room.Record{}))
}

func TestGarbageAmongRevocations(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		s := b.node(t, "node-a")
		wrongType(b, s.revokedKey("jti"))
		if yes, err := s.Revoked(ctx, "jti"); err != nil || !yes {
			t.Errorf("got %v %v", yes, err)
		}
		must(t, s.Revoke(ctx, "jti", time.Now().Add(time.Hour)))
		b.raw.Del(ctx, s.revokedKey("jti"))
		if yes, err := s.Revoked(ctx, "jti"); err != nil || yes {
			t.Errorf("got %v %v", yes, err)
		}
	})
}
