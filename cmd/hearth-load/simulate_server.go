package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Bounds of starting a Redis.
const (
	redisTries = 3 // of a port that somebody else may take first
	redisUp    = 10 * time.Second
)

var errNoRedis = errors.New("redis-server could not be started here; install it, or name one with -redis")

// redisServer is a redis-server of this program's own, on loopback, behind a
// password.
type redisServer struct {
	url, dir string
	process  *exec.Cmd
	exited   chan struct{}
}

// startRedis starts one and waits until it answers. With appendOnly it writes
// its file each second, as deploy/compose.yaml has it; else it writes nothing.
func startRedis(ctx context.Context, appendOnly bool) (*redisServer, error) {
	for range redisTries {
		s, err := tryRedis(ctx, appendOnly)
		if err == nil {
			return s, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	return nil, errNoRedis
}

func tryRedis(ctx context.Context, appendOnly bool) (*redisServer, error) {
	dir, err := os.MkdirTemp("", "hearth-load")
	if err != nil {
		return nil, err
	}
	s := &redisServer{dir: dir, exited: make(chan struct{})}
	if err := s.start(appendOnly); err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	if err := s.await(ctx); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

// start runs the process. Its settings go in by standard input: a password in
// the arguments could be read by anybody on the machine.
func (s *redisServer) start(appendOnly bool) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	password, keep := rand.Text(), "no"
	if appendOnly {
		keep = "yes"
	}
	s.url = fmt.Sprintf("redis://:%s@127.0.0.1:%d", password, port)
	s.process = exec.Command("redis-server", "-")
	s.process.Stdin = strings.NewReader(fmt.Sprintf("port %d\nbind 127.0.0.1\nrequirepass %s\nsave \"\"\nappendonly %s\nappendfsync everysec\ndir %s\nlogfile %s\n",
		port, password, keep, s.dir, filepath.Join(s.dir, "log")))
	if err := s.process.Start(); err != nil {
		return err
	}
	go func() { _ = s.process.Wait(); close(s.exited) }() // joined by stop
	return nil
}

// await polls until it answers.
func (s *redisServer) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, redisUp)
	defer cancel()
	for {
		if _, err := lookAtRedis(ctx, s.url); err == nil {
			return nil
		}
		select {
		case <-s.exited:
			return errNoRedis
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// stop ends the process, joins it, and removes what it wrote.
func (s *redisServer) stop() {
	_ = s.process.Process.Kill()
	<-s.exited
	_ = os.RemoveAll(s.dir)
}

// freePort asks the kernel for a port of loopback.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
