package main

import (
	"context"
	"net"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// store is a real redis-server of a fault's own, on a port, with a folder of
// its own: one that a wire can lead to.
type store struct {
	t    *testing.T
	addr string
	dir  string
	keep bool     // every write is on the disk before it is answered
	more []string // arguments of a Sentinel, or of a member of a Cluster
	cmd  *exec.Cmd
}

// openStore starts one; keep says whether its data outlives its process.
func openStore(t *testing.T, keep bool) *store {
	t.Helper()
	return startStore(&store{t: t, addr: freeAddr(t), dir: t.TempDir(), keep: keep})
}

func startStore(s *store) *store {
	s.t.Helper()
	s.start()
	s.t.Cleanup(s.kill)
	return s
}

// start starts the process, with the data that is in the folder.
func (s *store) start() {
	s.t.Helper()
	_, port, _ := net.SplitHostPort(s.addr)
	args := []string{"--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", s.dir, "--daemonize", "no", "--repl-diskless-sync-delay", "0"}
	if len(s.more) > 0 && s.more[len(s.more)-1] == "--sentinel" { // the file comes first, and it saves nothing
		args = append(slices.Clone(s.more), "--port", port, "--bind", "127.0.0.1", "--dir", s.dir)
	} else {
		args = append(args, s.more...)
	}
	if s.keep {
		args = append(args, "--appendonly", "yes", "--appendfsync", "always")
	}
	s.cmd = exec.Command("redis-server", args...)
	s.cmd.SysProcAttr = boundToUs()
	if err := s.cmd.Start(); err != nil {
		s.t.Fatalf("these tests need Debian's redis-server: %v", err)
	}
	for deadline := time.Now().Add(patience); s.say("ping") != "PONG"; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatal("redis-server did not start")
		}
	}
}

// kill ends the process at once.
func (s *store) kill() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGCONT)
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	s.cmd = nil
}

// freeze stops the process until the function returned is called.
func (s *store) freeze() (thaw func()) {
	process := s.cmd.Process
	_ = process.Signal(syscall.SIGSTOP)
	thaw = sync.OnceFunc(func() { _ = process.Signal(syscall.SIGCONT) })
	s.t.Cleanup(thaw)
	return thaw
}

// say runs one command and returns the answer; "" where there is none.
func (s *store) say(args ...string) string {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_, port, _ := net.SplitHostPort(s.addr)
	out, _ := exec.CommandContext(ctx, "redis-cli", append([]string{"-p", port}, args...)...).Output()
	return strings.TrimSpace(string(out))
}

// must runs one command that has to be answered with OK.
func (s *store) must(args ...string) {
	s.t.Helper()
	if got := s.say(args...); !strings.HasPrefix(got, "OK") {
		s.t.Fatalf("redis-cli %v: %q", args, got)
	}
}

// until waits for a key of the pattern, and says how long that took.
func (s *store) until(pattern string) time.Duration {
	s.t.Helper()
	began := time.Now()
	for s.say("--scan", "--pattern", pattern) == "" {
		if time.Since(began) > patience {
			s.t.Fatalf("no key of the pattern %s", pattern)
		}
		time.Sleep(20 * time.Millisecond)
	}
	return time.Since(began)
}

// seats is how many patients Redis says sit in a room.
func (s *store) seats(room string) string { return s.say("zcard", "hearth:{"+room+"}:seats:patient") }

// replica starts a second server that follows this one, and waits until it has
// all of it.
func (s *store) replica() *store {
	s.t.Helper()
	r := openStore(s.t, false)
	host, port, _ := net.SplitHostPort(s.addr)
	r.must("replicaof", host, port)
	for deadline := time.Now().Add(patience); !strings.Contains(r.say("info", "replication"), "master_link_status:up"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatal("the replica does not follow")
		}
	}
	return r
}
