package presence

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// server is a redis-server of the test's own.
type server struct {
	addr, url string
	dir       string
	first     []string // arguments before all others: a configuration file
	args      []string
	process   *exec.Cmd
	exited    chan struct{}
}

// startServer starts a redis-server on a unix socket, without persistence.
func startServer(t testing.TB) *server {
	t.Helper()
	dir := shortDir(t)
	socket := filepath.Join(dir, "s")
	s := &server{addr: socket, url: "unix://" + socket, dir: dir,
		args: []string{"--port", "0", "--unixsocket", socket}}
	t.Cleanup(s.stop)
	s.start(t)
	return s
}

// one is the cluster that all tests share, one after the other: it takes two
// seconds to come up.
var one *server

// startCluster starts a cluster of one node that holds all slots, empty: it
// refuses a script whose keys are not all in one slot.
func startCluster(t testing.TB) *server {
	t.Helper()
	if one == nil {
		one = newCluster(t)
	}
	c := redis.NewClient(&redis.Options{Addr: one.addr})
	defer c.Close()
	if err := c.FlushAll(context.Background()).Err(); err != nil {
		t.Fatal(err)
	}
	return one
}

func newCluster(t testing.TB) *server {
	t.Helper()
	port, bus := freePort(t), freePort(t)
	addr := "127.0.0.1:" + port
	s := &server{addr: addr, url: "redis://" + addr, dir: shortDir(t),
		args: []string{"--port", port, "--bind", "127.0.0.1", "--cluster-enabled", "yes", "--cluster-port", bus}}
	s.start(t)
	c := redis.NewClient(&redis.Options{Addr: addr})
	defer c.Close()
	if err := c.ClusterAddSlotsRange(context.Background(), 0, 16383).Err(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "cluster is up", func() bool { return c.Set(context.Background(), "up", 1, time.Millisecond).Err() == nil })
	return s
}

// start runs the process and waits until it answers.
func (s *server) start(t testing.TB) {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatal("redis-server is not installed; these tests need it: apt-get install redis-server")
	}
	args := slices.Concat(s.first, []string{"--dir", s.dir, "--logfile", filepath.Join(s.dir, "log")}, s.args)
	if s.first == nil {
		args = append([]string{"--save", "", "--appendonly", "no"}, args...)
	}
	s.process = exec.Command(binary, args...)
	if err := s.process.Start(); err != nil {
		s.process = nil
		t.Fatal(err)
	}
	process, exited := s.process, make(chan struct{})
	s.exited = exited
	go func() { _ = process.Wait(); close(exited) }()
	s.await(t)
}

// await polls until the server answers.
func (s *server) await(t testing.TB) {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: s.addr, DialerRetries: 1})
	defer c.Close()
	eventually(t, "redis-server answers", func() bool {
		select {
		case <-s.exited:
			log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			t.Fatalf("redis-server ended at its start:\n%s", log)
		default:
		}
		return c.Ping(context.Background()).Err() == nil
	})
}

// stop ends the process, frozen or not, joins it and removes its directory.
func (s *server) stop() {
	s.kill()
	_ = os.RemoveAll(s.dir)
}

func (s *server) kill() {
	if s.process != nil && s.process.Process != nil {
		_ = s.process.Process.Kill()
		<-s.exited
	}
}

// restart ends the server and starts it again, empty.
func (s *server) restart(t testing.TB) {
	s.kill()
	s.start(t)
}

func (s *server) signal(t testing.TB, sig syscall.Signal) {
	t.Helper()
	if err := s.process.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
}

// shortDir makes a directory whose name fits in a socket address.
func shortDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "rd")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// freePort asks the kernel for a port.
func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
}
