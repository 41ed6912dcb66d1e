package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// server is one real hearth process, and the wires that lead to and from it.
//
//	people --front--> hearth --db--> Redis
//	other servers --inner--> hearth
type server struct {
	// Static after open.
	t     *testing.T
	name  string
	env   []string
	root  string // its root directory, in which it is the image's user; "" for this machine's
	addr  string // of its own, behind front
	ops   string
	media string // as people are told
	pond  *pond  // nil where media goes straight to the server
	front *wire
	inner *wire // nil where it is alone
	db    *wire
	log   *logBook

	// Owned by the test's goroutine.
	bin    string // the program; another version's from the next start on
	cmd    *exec.Cmd
	exited chan struct{} // closed once the process is gone
}

// url is where people find it.
func (s *server) url() string { return "http://" + s.front.addr }

// start starts the process and waits until it serves.
func (s *server) start() {
	s.t.Helper()
	s.launch()
	s.serves()
}

// launch starts the process.
func (s *server) launch() {
	s.t.Helper()
	if s.inner != nil {
		s.inner.pass()
	}
	s.cmd = s.command()
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	cmd, exited := s.cmd, make(chan struct{})
	s.exited = exited
	var waiting sync.WaitGroup
	waiting.Go(func() { _ = cmd.Wait(); close(exited) })
	s.t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGCONT)
		_ = cmd.Process.Kill()
		waiting.Wait()
	})
}

// command is its program, to be started as it is.
func (s *server) command(args ...string) *exec.Cmd {
	cmd := exec.Command(s.bin, args...)
	cmd.Env, cmd.Stderr, cmd.SysProcAttr = s.env, s.log, boundToUs()
	if s.root != "" {
		cmd.Dir, cmd.SysProcAttr.Chroot = "/", s.root
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: imageUser, Gid: imageUser}
	}
	return cmd
}

// serves waits until it is ready.
func (s *server) serves() {
	s.t.Helper()
	for deadline := time.Now().Add(patience); s.readiness() == ""; time.Sleep(10 * time.Millisecond) {
		select {
		case <-s.exited:
			s.t.Fatalf("%s did not start:\n%s", s.name, s.log)
		default:
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("%s is not ready:\n%s", s.name, s.log)
		}
	}
}

// readiness is what /readyz says, or "" where it does not.
func (s *server) readiness() string {
	text, err := s.fetch("/readyz")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(text)
}

// readyAs waits until /readyz begins with a word.
func (s *server) readyAs(word string) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); !strings.HasPrefix(s.readiness(), word); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("%s says %q of itself, not %s", s.name, s.readiness(), word)
		}
	}
}

// kill ends the process at once, as the end of its machine would.
func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	if s.inner != nil {
		s.inner.refuse() // or the wire would accept for a process that is gone
	}
	<-s.exited
}

// freeze stops the process until the function returned is called.
func (s *server) freeze() (thaw func()) {
	process := s.cmd.Process
	_ = process.Signal(syscall.SIGSTOP)
	return sync.OnceFunc(func() { _ = process.Signal(syscall.SIGCONT) })
}

// starve gives the process a tenth of its time until the function returned is
// called: 20 ms of 200.
func (s *server) starve() (feed func()) {
	process, end := s.cmd.Process, make(chan struct{})
	var work sync.WaitGroup
	work.Go(func() {
		defer process.Signal(syscall.SIGCONT)
		for {
			for _, part := range []struct {
				signal syscall.Signal
				length time.Duration
			}{{syscall.SIGSTOP, 180 * time.Millisecond}, {syscall.SIGCONT, 20 * time.Millisecond}} {
				_ = process.Signal(part.signal)
				select {
				case <-end:
					return
				case <-time.After(part.length):
				}
			}
		}
	})
	feed = sync.OnceFunc(func() { close(end); work.Wait() })
	s.t.Cleanup(feed)
	return feed
}

// term asks the process to end.
func (s *server) term() { _ = s.cmd.Process.Signal(syscall.SIGTERM) }

// ends waits for the end of the process, and says how long that took.
func (s *server) ends(bound time.Duration) time.Duration {
	s.t.Helper()
	began := time.Now()
	select {
	case <-s.exited:
	case <-time.After(bound):
		s.t.Fatalf("%s has not ended after %v", s.name, bound)
	}
	if s.inner != nil {
		s.inner.refuse()
	}
	return time.Since(began)
}

// lives says whether the process is there.
func (s *server) lives() bool {
	select {
	case <-s.exited:
		return false
	default:
		return true
	}
}

// metric is the sum of one metric over its labels, or of those with a label's
// value; -1 where it cannot be had.
func (s *server) metric(name string, label ...string) float64 {
	text, err := s.fetch("/metrics")
	if err != nil {
		return -1
	}
	sum, found := 0.0, false
	for line := range strings.Lines(text) {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), name)
		if !ok || rest[0] != '{' && rest[0] != ' ' || len(label) > 0 && !strings.Contains(rest, strconv.Quote(label[0])) {
			continue
		}
		value, err := strconv.ParseFloat(rest[strings.LastIndexByte(rest, ' ')+1:], 64)
		if err == nil {
			sum, found = sum+value, true
		}
	}
	if !found {
		return -1
	}
	return sum
}

// counters are what it counts itself and is not 0.
func (s *server) counters() string {
	text, err := s.fetch("/metrics")
	if err != nil {
		return "no metrics: the process is gone, or frozen"
	}
	b := &strings.Builder{}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "hearth_") && !strings.HasSuffix(line, " 0\n") {
			b.WriteString(line)
		}
	}
	return b.String()
}

func (s *server) fetch(path string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second) // it may be frozen
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.ops+path, nil)
	if err != nil {
		return "", err
	}
	r.Close = true
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = errors.New(string(bytes.TrimSpace(text)))
	}
	return string(text), err
}

// givenAddrs are those that freeAddr gave: some are not used before later.
var givenAddrs sync.Map

// freeAddr is an address of this host that is free, below the ports that the
// kernel gives to who connects: a server that was killed finds it again.
func freeAddr(t *testing.T) string {
	t.Helper()
	for range 100 {
		addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(10000+rand.IntN(20000)))
		if _, twice := givenAddrs.LoadOrStore(addr, true); twice {
			continue
		}
		l, err := net.Listen("tcp", addr)
		if err != nil {
			continue
		}
		_ = l.Close()
		if p, err := net.ListenPacket("udp", addr); err == nil {
			_ = p.Close()
			return addr
		}
	}
	t.Fatal("no port is free")
	return ""
}

// variables are the environment of a server.
func variables(vars map[string]string) (env []string) {
	for k, v := range vars {
		env = append(env, fmt.Sprint(prefix, k, "=", v))
	}
	return env
}
