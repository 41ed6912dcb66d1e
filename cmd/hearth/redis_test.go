package main

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// redisServer is a real redis-server of a test's own, on a socket in a folder
// of its own.
type redisServer struct {
	t      *testing.T
	socket string
	cmd    *exec.Cmd
}

func startRedis(t *testing.T) *redisServer {
	t.Helper()
	dir, err := os.MkdirTemp("", "hearth-redis") // t.TempDir can be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	r := &redisServer{t: t, socket: filepath.Join(dir, "s")}
	r.start()
	t.Cleanup(func() { r.kill(); _ = os.RemoveAll(dir) })
	return r
}

func (r *redisServer) start() {
	r.t.Helper()
	r.cmd = exec.Command("redis-server", "--port", "0", "--unixsocket", r.socket, "--save", "", "--appendonly", "no",
		"--dir", filepath.Dir(r.socket), "--daemonize", "no")
	if err := r.cmd.Start(); err != nil {
		r.t.Fatalf("these tests need Debian's redis-server: %v", err)
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("unix", r.socket); err == nil {
			_ = c.Close()
			return
		}
		if time.Now().After(deadline) {
			r.t.Fatal("redis-server did not start")
		}
	}
}

func (r *redisServer) kill() {
	_ = r.cmd.Process.Kill()
	_ = r.cmd.Wait()
}

func (r *redisServer) url() string { return "unix://" + r.socket }

// cli runs one command and returns its lines.
func (r *redisServer) cli(args ...string) []string {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, "redis-cli", append([]string{"-s", r.socket}, args...)...).Output()
	if err != nil {
		r.t.Fatalf("redis-cli: %v", err)
	}
	return strings.Fields(string(out))
}

// freeze stops the process until the function returned is called.
func (r *redisServer) freeze() (thaw func()) {
	_ = r.cmd.Process.Signal(syscall.SIGSTOP)
	thaw = sync.OnceFunc(func() { _ = r.cmd.Process.Signal(syscall.SIGCONT) })
	r.t.Cleanup(thaw)
	return thaw
}
