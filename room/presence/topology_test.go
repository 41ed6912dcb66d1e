package presence

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"hearth/room"
)

// tcpServer starts a redis-server on a free port of the loopback.
func tcpServer(t *testing.T, args ...string) *server {
	t.Helper()
	port := freePort(t)
	addr := "127.0.0.1:" + port
	s := &server{addr: addr, url: "redis://" + addr, dir: shortDir(t), args: append([]string{"--port", port, "--bind", "127.0.0.1"}, args...)}
	t.Cleanup(s.stop)
	s.start(t)
	return s
}

func (s *server) port() string { return s.addr[strings.LastIndexByte(s.addr, ':')+1:] }

// client looks at one server directly.
func (s *server) client(t *testing.T) *redis.Client {
	c := redis.NewClient(&redis.Options{Addr: s.addr})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// sentinel starts a sentinel that watches a primary, and moves at once when it
// is gone.
func sentinel(t *testing.T, primary *server) *server {
	t.Helper()
	dir := shortDir(t)
	conf := filepath.Join(dir, "sentinel.conf")
	text := fmt.Sprintf("sentinel monitor hearth 127.0.0.1 %s 1\nsentinel down-after-milliseconds hearth 500\nsentinel failover-timeout hearth 5000\n", primary.port())
	must(t, os.WriteFile(conf, []byte(text), 0o600))
	port := freePort(t)
	s := &server{addr: "127.0.0.1:" + port, dir: dir, first: []string{conf, "--sentinel"}, args: []string{"--port", port, "--bind", "127.0.0.1"}}
	t.Cleanup(s.stop)
	s.start(t)
	return s
}

// within polls until the condition holds, for the time that a fail-over of real
// servers may take on a busy machine.
func within(t *testing.T, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	start := time.Now()
	for end := start.Add(limit); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
	t.Logf("%s: %v", what, time.Since(start))
}

func openAt(t *testing.T, url, id string) *Store {
	t.Helper()
	s, err := Open(ctx, Config{URL: url, Node: id, NodeURL: "http://" + id + ":7", LeaseTTL: time.Minute, LiveTTL: time.Minute, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestSentinelFailsOver(t *testing.T) {
	primary := tcpServer(t)
	replica := tcpServer(t, "--replicaof", "127.0.0.1", primary.port())
	guard := sentinel(t, primary)
	watch := guard.client(t)
	within(t, 30*time.Second, "the sentinel knows the replica", func() bool {
		return strings.Contains(watch.Info(ctx, "sentinel").Val(), "slaves=1")
	})
	url := "redis://" + guard.addr + "?master=hearth"
	a, b := openAt(t, url, "node-a"), openAt(t, url, "node-b")
	l, _, err := a.Claim(ctx, "r")
	must(t, err)
	must(t, l.Renew(ctx, full()))
	announce(t, a, room.Load{})
	twin := replica.client(t)
	within(t, 30*time.Second, "the replica has it", func() bool { return twin.Exists(ctx, "hearth:{r}:info").Val() == 1 })

	primary.kill()
	wants(t, "killed", l.Renew(ctx, full()), room.ErrUnavailable)
	within(t, 60*time.Second, "the other is primary, and found", func() bool { return l.Renew(ctx, full()) == nil })
	if role := twin.Info(ctx, "replication").Val(); !strings.Contains(role, "role:master") {
		t.Error("the replica was not promoted")
	}
	within(t, 10*time.Second, "the other node finds it too", func() bool { return b.Ping(ctx) == nil })
	_, _, err = b.Claim(ctx, "r")
	wants(t, "claim", err, room.ErrOwned)
	if _, ok := nodeOf(announce(t, b, room.Load{}), "node-a"); !ok {
		t.Error("the nodes were lost")
	}
}

// covered is how many ranges of slots somebody serves.
func covered(c *redis.Client) int {
	ranges, _ := c.Do(ctx, "CLUSTER", "SLOTS").Slice()
	return len(ranges)
}

// realCluster starts three primaries, and a replica of the first, as one Redis
// Cluster.
func realCluster(t *testing.T) (primaries [3]*server, replica *server) {
	t.Helper()
	member := func() *server {
		bus := freePort(t)
		return tcpServer(t, "--cluster-enabled", "yes", "--cluster-port", bus, "--cluster-node-timeout", "1000", "--cluster-require-full-coverage", "no", "--cluster-replica-validity-factor", "0")
	}
	for i := range primaries {
		primaries[i] = member()
	}
	replica = member()
	first := primaries[0].client(t)
	for i, s := range primaries {
		must(t, s.client(t).ClusterAddSlotsRange(ctx, i*16384/3, (i+1)*16384/3-1).Err())
	}
	for _, s := range []*server{primaries[1], primaries[2], replica} {
		must(t, first.Do(ctx, "CLUSTER", "MEET", "127.0.0.1", s.port(), s.args[len(s.args)-7]).Err())
	}
	id := first.Do(ctx, "CLUSTER", "MYID").Val().(string)
	twin := replica.client(t)
	within(t, 30*time.Second, "the members know each other", func() bool { return twin.Do(ctx, "CLUSTER", "REPLICATE", id).Err() == nil })
	for _, s := range []*server{primaries[0], primaries[1], primaries[2], replica} {
		c := s.client(t)
		within(t, 30*time.Second, "the cluster is up", func() bool {
			return strings.Contains(c.ClusterInfo(ctx).Val(), "cluster_state:ok") && covered(c) == 3
		})
	}
	within(t, 30*time.Second, "the replica follows", func() bool {
		return strings.Contains(twin.Info(ctx, "replication").Val(), "master_link_status:up")
	})
	return primaries, replica
}

// roomIn is a room whose keys live with the i-th of three primaries.
func roomIn(t *testing.T, c *redis.Client, i int) string {
	t.Helper()
	for n := range 1000 {
		id := "r" + strconv.Itoa(n)
		slot := c.ClusterKeySlot(ctx, "{"+id+"}").Val()
		if slot >= int64(i*16384/3) && slot < int64((i+1)*16384/3) {
			return id
		}
	}
	t.Fatal("no such room")
	return ""
}

func TestClusterOfManyFailsOver(t *testing.T) {
	primaries, replica := realCluster(t)
	look := primaries[2].client(t)
	s := openAt(t, "redis://"+primaries[1].addr+","+primaries[2].addr+"?cluster=true", "node-a")
	leases := map[int]room.Lease{}
	for i := range primaries {
		l, _, err := s.Claim(ctx, roomIn(t, look, i))
		must(t, err)
		must(t, l.Renew(ctx, full()))
		leases[i] = l
	}
	announce(t, s, room.Load{})
	must(t, s.Revoke(ctx, "jti", time.Now().Add(time.Hour)))
	twin := replica.client(t)
	within(t, 10*time.Second, "the replica has it", func() bool { return twin.DBSize(ctx).Val() >= primaries[0].client(t).DBSize(ctx).Val() })

	primaries[0].kill()
	within(t, 20*time.Second, "a room of another primary goes on", func() bool { return leases[1].Renew(ctx, full()) == nil })
	within(t, 30*time.Second, "the replica takes over", func() bool {
		return strings.Contains(twin.Info(ctx, "replication").Val(), "role:master")
	})
	within(t, 30*time.Second, "and is found", func() bool { return leases[0].Renew(ctx, full()) == nil })
	for i, l := range leases {
		must(t, l.Renew(ctx, full()))
		_, _, err := openAt(t, "redis://"+primaries[2].addr+"?cluster=true", "node-b").Claim(ctx, roomIn(t, look, i))
		wants(t, "claim", err, room.ErrOwned)
	}
}
