package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"hearth/room"
	"hearth/room/sfu/sfutest"
	"hearth/signaling/client"
)

// farTask says what the participant in the other namespace does. It begins when
// it gets the task.
type farTask struct {
	URL, Token, Cert string
	// Blocked tries UDP first, in vain, and then TCP, as a browser does at once.
	Blocked bool
	// Steady does nothing about a network that is gone; else the participant
	// comes back as the page does.
	Steady bool
}

// farState is what that participant sees, some times a second.
type farState struct {
	Wrong    string  // what went wrong for good
	Seat     int     // -1 until seated
	ID       room.ID // waiting or seated; 0 before
	UDP      bool    // a connection over UDP came about
	Took     int64   // ms from the task to the connection
	Heard    map[int]uint64
	Restarts int // ICE restarts answered
	Resumes  int // sockets resumed
}

// far is the process of the participant, as the test sees it.
type far struct {
	t   *testing.T
	cmd *exec.Cmd
	in  *json.Encoder

	mu    sync.Mutex
	state farState // guarded by mu
	ended bool     // guarded by mu
}

// startFar begins the process; nothing happens in it before its task.
func startFar(t *testing.T) *far {
	t.Helper()
	f := &far{t: t, cmd: exec.Command(os.Args[0], "-test.run=^TestNetworkFar$", "-test.timeout=100s")}
	f.cmd.Env = append(os.Environ(), networkVariable+"=far")
	f.cmd.SysProcAttr = apart()
	in, err := f.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := f.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := f.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	f.in = json.NewEncoder(in)
	var reading sync.WaitGroup
	reading.Go(func() { f.read(json.NewDecoder(out)) })
	t.Cleanup(func() {
		_ = in.Close() // it leaves
		kill := time.AfterFunc(patience, func() { _ = f.cmd.Process.Kill() })
		reading.Wait()
		_ = f.cmd.Wait()
		kill.Stop()
	})
	return f
}

// read takes the states until the process ends.
func (f *far) read(out *json.Decoder) {
	for {
		var s farState
		err := out.Decode(&s)
		f.mu.Lock()
		if f.ended = err != nil; !f.ended {
			f.state = s
		}
		f.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (f *far) now() farState {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended || f.state.Wrong != "" {
		f.t.Fatalf("the far participant has ended: %s", f.state.Wrong)
	}
	return f.state
}

// until waits for a state, and says how long that took.
func (f *far) until(what string, bound time.Duration, ok func(farState) bool) time.Duration {
	f.t.Helper()
	began := time.Now()
	for !ok(f.now()) {
		if time.Since(began) > bound {
			f.t.Fatalf("waiting %v for %s: %+v", bound, what, f.now())
		}
		time.Sleep(5 * time.Millisecond)
	}
	return time.Since(began)
}

// hears waits until half a second of sound more of each seat has come.
func (f *far) hears(bound time.Duration, seats ...int) time.Duration {
	f.t.Helper()
	before := f.now().Heard
	return f.until("the sound of everybody", bound, func(s farState) bool {
		for _, seat := range seats {
			if s.Heard[seat] < before[seat]+25 {
				return false
			}
		}
		return true
	})
}

// TestNetworkFar is that process.
func TestNetworkFar(t *testing.T) {
	if os.Getenv(networkVariable) != "far" {
		t.Skip("is a part of TestNetwork")
	}
	in := bufio.NewReader(os.Stdin)
	var task farTask
	if err := json.NewDecoder(in).Decode(&task); err != nil {
		return // not wanted any more
	}
	t.Setenv("SSL_CERT_FILE", task.Cert)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { // until the process ends
		_, _ = in.ReadByte()
		cancel()
	}()
	v := &visitor{task: task, began: time.Now()}
	defer v.leave()
	out := json.NewEncoder(os.Stdout)
	err := v.arrive(ctx)
	for ; err == nil && ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
		err = errors.Join(v.tend(ctx), out.Encode(v.look()))
	}
	if err != nil && ctx.Err() == nil {
		_ = out.Encode(farState{Wrong: err.Error()})
	}
}

// visitor is the participant itself.
type visitor struct {
	task  farTask
	began time.Time
	link  *client.Client
	media *sfutest.Participant
	state farState

	speaking bool
	packets  uint64    // heard of all
	heardAt  time.Time // when that last grew
	tried    time.Time // when it last tried to come back
}

// arrive says hello, knocks, and connects.
func (v *visitor) arrive(ctx context.Context) (err error) {
	if v.link, err = client.Dial(ctx, v.task.URL, client.Hello{Token: v.task.Token}); err != nil {
		return err
	}
	if _, err := v.link.Do(ctx, "knock", map[string]any{"name": "Maple", "rules": v.link.Welcome().Rules, "camera": true}); err != nil {
		return err
	}
	if v.task.Blocked {
		short, cancel := context.WithTimeout(ctx, 3*time.Second)
		defer cancel()
		v.state.UDP = v.connect(short, false) == nil
		v.media.Close()
	}
	err = v.connect(ctx, v.task.Blocked)
	v.state.Took = time.Since(v.began).Milliseconds()
	v.heardAt = time.Now()
	return err
}

// connect makes a PeerConnection as the protocol says.
func (v *visitor) connect(ctx context.Context, tcp bool) (err error) {
	v.media, err = sfutest.New(sfutest.Config{Seats: v.link.Welcome().Seats, Tag: 77, Everywhere: true, TCP: tcp})
	if err != nil {
		return err
	}
	if err := v.offer(ctx, v.media.Offer(), false); err != nil {
		return err
	}
	select {
	case <-v.media.Connected():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (v *visitor) offer(ctx context.Context, sdp string, restart bool) error {
	m := map[string]any{"sdp": sdp}
	if restart {
		m["restart"] = true
	}
	raw, err := v.link.Do(ctx, "offer", m)
	if err != nil {
		return err
	}
	var answer struct{ SDP string }
	if err := json.Unmarshal(raw, &answer); err != nil {
		return err
	}
	return v.media.Answer(answer.SDP)
}

// tend speaks once it has a seat, and comes back when nothing is heard any more.
func (v *visitor) tend(ctx context.Context) error {
	if seated(v.link.View()) && !v.speaking {
		v.speaking = true
		if _, err := v.link.Do(ctx, "set", map[string]any{"mic": true}); err != nil {
			return err
		}
		v.media.StartMic()
		v.media.StartCamera()
	}
	total := uint64(0)
	for seat := range v.link.Welcome().Seats {
		total += v.media.Audio(seat).Packets()
	}
	if total != v.packets || !v.speaking {
		v.packets, v.heardAt = total, time.Now()
	}
	if !v.task.Steady && time.Since(v.heardAt) > missed && time.Since(v.tried) > again {
		v.back(ctx)
		v.tried = time.Now()
	}
	return nil
}

// missed is how long nothing is heard before the participant does something
// about it, and again how long it gives each try.
const (
	missed = 1500 * time.Millisecond
	again  = 3 * time.Second
)

// back resumes the socket and restarts ICE, once; on a failure it is tried
// again later.
func (v *visitor) back(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, again)
	defer cancel()
	link, err := client.Dial(ctx, v.task.URL, v.link.Resume())
	if err != nil {
		return
	}
	v.link.Close()
	v.link = link
	v.state.Resumes++
	offer, err := v.media.Restart()
	if err == nil && v.offer(ctx, offer, true) == nil {
		v.state.Restarts++
	}
}

// look is what there is to tell.
func (v *visitor) look() farState {
	s := v.state
	view := v.link.View()
	s.Seat, s.ID, s.Heard = view.You.Seat, view.You.ID, map[int]uint64{}
	for seat := range v.link.Welcome().Seats {
		if n := v.media.Audio(seat).Packets(); n > 0 {
			s.Heard[seat] = n
		}
	}
	return s
}

func (v *visitor) leave() {
	if v.link != nil {
		v.link.Close()
	}
	if v.media != nil {
		v.media.Close()
	}
}
