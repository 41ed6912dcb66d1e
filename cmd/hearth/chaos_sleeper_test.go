package main

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"hearth/room"
)

// sleeperVariable holds the task of a participant who has a process of its own.
const sleeperVariable = "HEARTH_TEST_SLEEPER"

// sleeperTask says who the participant is, and where it goes.
type sleeperTask struct {
	Front, Media, Token, Name string
	Tag                       uint32
}

// sleeperState is what it knows, some times a second.
type sleeperState struct {
	Stage room.Stage
	ID    room.ID
	Seat  int
	Quiet time.Duration // nothing was heard for so long
	Bye   string
	At    int64 // number of the report
}

// sleeper is a participant whose whole process stands still at times, as that of a
// laptop whose lid is closed: everything it had open stays open.
type sleeper struct {
	t   *testing.T
	cmd *exec.Cmd

	mu    sync.Mutex
	state sleeperState // guarded by mu
	ended bool         // guarded by mu
}

// laptop starts a participant's process, who comes to the first server and knocks.
func (f *clinic) laptop(room, role, name string, tag uint32) *sleeper {
	f.t.Helper()
	s := f.servers[0]
	task, err := json.Marshal(sleeperTask{Front: s.front.addr, Media: s.media, Token: f.invite(room, role, nil), Name: name, Tag: tag})
	if err != nil {
		f.t.Fatal(err)
	}
	l := &sleeper{t: f.t, cmd: exec.Command(os.Args[0], "-test.run=^TestChaosSleeper$", "-test.timeout=10m")}
	l.cmd.Env, l.cmd.SysProcAttr = append(os.Environ(), sleeperVariable+"="+string(task)), boundToUs()
	in, err := l.cmd.StdinPipe()
	if err != nil {
		f.t.Fatal(err)
	}
	out, err := l.cmd.StdoutPipe()
	if err != nil {
		f.t.Fatal(err)
	}
	if err := l.cmd.Start(); err != nil {
		f.t.Fatal(err)
	}
	var reading sync.WaitGroup
	reading.Go(func() { l.read(json.NewDecoder(out)) })
	f.t.Cleanup(func() {
		l.wake()
		_ = in.Close() // it leaves
		kill := time.AfterFunc(patience, func() { _ = l.cmd.Process.Kill() })
		reading.Wait()
		_ = l.cmd.Wait()
		kill.Stop()
	})
	return l
}

// read takes the states until the process ends.
func (l *sleeper) read(out *json.Decoder) {
	for {
		var s sleeperState
		err := out.Decode(&s)
		l.mu.Lock()
		if l.ended = err != nil; !l.ended {
			l.state = s
		}
		l.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (l *sleeper) sleep() { _ = l.cmd.Process.Signal(syscall.SIGSTOP) }
func (l *sleeper) wake()  { _ = l.cmd.Process.Signal(syscall.SIGCONT) }

func (l *sleeper) now() sleeperState {
	l.t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended {
		l.t.Fatalf("the process of a participant has ended, last %+v", l.state)
	}
	return l.state
}

// until waits for a report, and says how long that took.
func (l *sleeper) until(what string, ok func(sleeperState) bool) time.Duration {
	l.t.Helper()
	began := time.Now()
	for !ok(l.now()) {
		if time.Since(began) > 2*patience {
			l.t.Fatalf("a participant waits for %s: %+v", what, l.now())
		}
		time.Sleep(5 * time.Millisecond)
	}
	return time.Since(began)
}

// hears says whether the participant sits and hears somebody.
func (s sleeperState) hears() bool { return s.Stage == room.Seated && s.Quiet < 200*time.Millisecond }

// TestChaosSleeper is that process.
func TestChaosSleeper(t *testing.T) {
	raw := os.Getenv(sleeperVariable)
	if raw == "" {
		t.Skip("is a part of TestChaos")
	}
	var task sleeperTask
	if err := json.NewDecoder(strings.NewReader(raw)).Decode(&task); err != nil {
		t.Fatal(err)
	}
	gone := make(chan struct{})
	go func() { // until the process ends
		defer close(gone)
		_, _ = io.Copy(io.Discard, os.Stdin)
	}()
	f := &clinic{t: t, servers: []*server{{front: &wire{addr: task.Front}, media: task.Media}}}
	p := f.join(0, task.Token, task.Name, task.Tag)
	out := json.NewEncoder(os.Stdout)
	for n, sits := int64(1), false; ; n++ {
		select {
		case <-gone:
			return
		case <-time.After(20 * time.Millisecond):
		}
		you := p.view().You
		if you.Stage == room.Seated && !sits {
			sits = true
			path, err := p.connect(bounded(t), p.socket())
			if err != nil {
				t.Fatal(err)
			}
			p.take(path)
			p.speak()
			p.live()
		}
		if err := out.Encode(sleeperState{Stage: you.Stage, ID: you.ID, Seat: you.Seat, Quiet: p.ear.quiet(), Bye: p.ended(), At: n}); err != nil {
			return
		}
	}
}
