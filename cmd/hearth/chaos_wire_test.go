package main

import (
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// wire is a TCP connection's way from one process to another, through this one,
// where it can be cut: the faults of a network, without root and without rules
// that could outlive the test.
//
//	passing -- silent: packets are lost, nobody is told; what was said arrives when it passes again
//	        -- silent to one process, and passing for all others
//	        -- refused: as if no process listened; what was open is reset
//
// Safe for concurrent use.
type wire struct {
	t    *testing.T
	addr string // where the others connect to; static
	work sync.WaitGroup

	delay atomic.Int64 // ns each piece takes, each way

	mu       sync.Mutex
	target   string // guarded by mu, as all below
	listener net.Listener
	conns    map[net.Conn]bool
	open     chan struct{} // closed while it passes
	ended    bool
	unheard  *server           // whom it is silent to; nil for nobody
	heard    chan struct{}     // closed once it passes for them again; nil like unheard
	theirs   map[net.Conn]bool // connections of theirs
}

// newWire makes a way to the target that passes.
func newWire(t *testing.T, target string) *wire {
	t.Helper()
	w := &wire{t: t, addr: freeAddr(t), target: target, conns: map[net.Conn]bool{}, open: make(chan struct{})}
	close(w.open)
	w.listen()
	t.Cleanup(w.end)
	return w
}

// pass ends whatever was wrong.
func (w *wire) pass() {
	w.delay.Store(0)
	w.mu.Lock()
	select {
	case <-w.open:
	default:
		close(w.open)
	}
	w.hear()
	w.mu.Unlock()
	w.listen()
}

// hear ends a silence to one process. The caller holds mu.
func (w *wire) hear() {
	if w.unheard != nil {
		close(w.heard)
		w.unheard, w.heard, w.theirs = nil, nil, nil
	}
}

// silenceTo loses what one process says and would hear, and nothing else.
func (w *wire) silenceTo(s *server) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hear()
	w.unheard, w.heard, w.theirs = s, make(chan struct{}), map[net.Conn]bool{}
	for c := range w.conns {
		w.theirs[c] = w.isOf(c, s)
	}
}

// isOf says whether a connection was made by a server's process.
func (w *wire) isOf(c net.Conn, s *server) bool {
	w.t.Helper()
	local, remote := c.LocalAddr().(*net.TCPAddr), c.RemoteAddr().(*net.TCPAddr)
	if local.String() != w.addr {
		return false // the wire's own
	}
	yes, err := opened(s.cmd.Process.Pid, remote.Port, local.Port)
	if err != nil {
		w.t.Errorf("whose connection is it: %v", err)
	}
	return yes
}

// silence loses everything without a word.
func (w *wire) silence() {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.open:
		w.open = make(chan struct{})
	default:
	}
}

// refuse resets what is open and accepts no more.
func (w *wire) refuse() {
	w.mu.Lock()
	if w.listener != nil {
		_ = w.listener.Close()
		w.listener = nil
	}
	w.mu.Unlock()
	w.reset()
}

// reset ends every connection open now, and no other. It says how many.
func (w *wire) reset() (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.conns {
		if tcp, ok := c.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		_ = c.Close()
	}
	n = len(w.conns)
	return n
}

// slow makes every piece take so long, each way.
func (w *wire) slow(d time.Duration) { w.delay.Store(int64(d)) }

// lead sends who connects from now on elsewhere, and ends what is open.
func (w *wire) lead(target string) {
	w.mu.Lock()
	w.target = target
	w.mu.Unlock()
	w.reset()
}

func (w *wire) listen() {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.listener != nil || w.ended {
		return
	}
	l, err := net.Listen("tcp", w.addr)
	if err != nil {
		w.t.Errorf("a wire: %v", err)
		return
	}
	w.listener = l
	w.work.Go(func() { w.accept(l) })
}

func (w *wire) accept(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		if w.keep(c) {
			w.work.Go(func() { w.carry(c) })
		}
	}
}

// keep notes a connection, which an ended wire closes instead.
func (w *wire) keep(c net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended {
		_ = c.Close()
		return false
	}
	w.conns[c] = true
	return true
}

func (w *wire) drop(c net.Conn) {
	w.mu.Lock()
	delete(w.conns, c)
	w.mu.Unlock()
	_ = c.Close()
}

// carry connects one connection through, once the wire passes.
func (w *wire) carry(near net.Conn) {
	defer w.drop(near)
	w.mu.Lock()
	if w.unheard != nil {
		w.theirs[near] = w.isOf(near, w.unheard)
	}
	w.mu.Unlock()
	w.wait(near)
	w.mu.Lock()
	target := w.target
	w.mu.Unlock()
	far, err := net.DialTimeout("tcp", target, time.Second)
	if err != nil {
		_ = near.(*net.TCPConn).SetLinger(0)
		return
	}
	if !w.keep(far) {
		return
	}
	defer w.drop(far)
	var ways sync.WaitGroup
	ways.Go(func() { w.copy(far, near, near) })
	ways.Go(func() { w.copy(near, far, near) })
	ways.Wait()
}

// copy carries one direction of the connection that somebody made until either
// end closes.
func (w *wire) copy(to, from, near net.Conn) {
	defer to.Close()
	defer from.Close()
	piece := make([]byte, 32<<10)
	for {
		n, err := from.Read(piece)
		if n > 0 {
			time.Sleep(time.Duration(w.delay.Load()))
			w.wait(near)
			if _, err := to.Write(piece[:n]); err != nil {
				return
			}
		}
		if err == io.EOF {
			w.wait(near) // nobody hears of the end through a silent wire either
		}
		if err != nil {
			return
		}
	}
}

// wait returns once the wire passes for a connection, or is ended.
func (w *wire) wait(near net.Conn) {
	w.mu.Lock()
	open, heard := w.open, w.heard
	if !w.theirs[near] {
		heard = nil
	}
	w.mu.Unlock()
	<-open
	if heard != nil {
		<-heard
	}
}

// end closes everything and waits for it.
func (w *wire) end() {
	w.mu.Lock()
	w.ended = true
	w.mu.Unlock()
	w.refuse()
	w.mu.Lock()
	select {
	case <-w.open:
	default:
		close(w.open)
	}
	w.hear()
	w.mu.Unlock()
	w.reset()
	w.work.Wait()
}

// TestWire: it passes, is silent, refuses and leads elsewhere as it says.
func TestWire(t *testing.T) {
	first, second := echo(t, "1"), echo(t, "2")
	w := newWire(t, first)
	c := dialWire(t, w.addr)
	if got := ask(t, c, time.Second); got != "1" {
		t.Fatalf("passing: %q", got)
	}
	w.silence()
	if got := ask(t, c, 50*time.Millisecond); got != "" {
		t.Fatalf("silent: %q", got)
	}
	w.pass()
	if got := ask(t, c, patience); got != "1" {
		t.Fatalf("passing again: %q", got)
	}
	if _, err := opened(os.Getpid(), 0, 0); !errors.Is(err, errors.ErrUnsupported) {
		for process, want := range map[int]string{os.Getpid(): "", os.Getppid(): "1"} {
			open := dialWire(t, w.addr)
			if got := ask(t, open, patience); got != "1" {
				t.Fatalf("passing: %q", got)
			}
			whose, _ := os.FindProcess(process)
			w.silenceTo(&server{cmd: &exec.Cmd{Process: whose}})
			for _, c := range []net.Conn{open, dialWire(t, w.addr)} {
				if got := ask(t, c, 50*time.Millisecond+time.Duration(len(want))*patience); got != want {
					t.Fatalf("silent to %d alone: %q", process, got)
				}
			}
			w.pass()
			if want == "" { // what was said before arrives now
				if got := ask(t, open, patience); got != "1" {
					t.Fatalf("passing for all: %q", got)
				}
			}
		}
	}
	w.refuse()
	if c, err := net.Dial("tcp", w.addr); err == nil {
		_ = c.Close()
		t.Fatal("it does not refuse")
	}
	w.pass()
	w.lead(second)
	if got := ask(t, dialWire(t, w.addr), patience); got != "2" {
		t.Fatalf("led elsewhere: %q", got)
	}
}

// echo is a server that answers every piece with a word.
func echo(t *testing.T, word string) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var work sync.WaitGroup
	work.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			work.Go(func() {
				defer c.Close()
				for piece := make([]byte, 1); ; {
					if _, err := c.Read(piece); err != nil {
						return
					}
					if _, err := c.Write([]byte(word)); err != nil {
						return
					}
				}
			})
		}
	})
	t.Cleanup(func() { _ = l.Close(); work.Wait() })
	return l.Addr().String()
}

func dialWire(t *testing.T, addr string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// ask says something and returns what came in time.
func ask(t *testing.T, c net.Conn, bound time.Duration) string {
	t.Helper()
	if _, err := c.Write([]byte("?")); err != nil {
		t.Fatal(err)
	}
	_ = c.SetReadDeadline(time.Now().Add(bound))
	answer := make([]byte, 1)
	n, _ := c.Read(answer)
	return string(answer[:n])
}
