package main

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hearth/room"
	"hearth/room/sfu/sfutest"
	"hearth/signaling/client"
)

// person is one participant who comes back alone, as the page does; see
// chaos_return_test.go.
type person struct {
	// Static after join.
	t      *testing.T
	clinic *clinic
	name   string
	token  string
	tag    uint32
	ear    *ear
	sticky bool // keeps every connection it ever had, sends on all of them, and listens
	end    context.CancelFunc
	done   sync.WaitGroup

	old   atomic.Bool // does not know of moves, as an older page
	moves atomic.Int32
	tries atomic.Int32 // hellos said to come back

	// Owned by the goroutine of live.
	known []string  // servers it was ever told of
	asked time.Time // when it last did something about a silence

	crossed int32 // moves whose second connection there is

	mu    sync.Mutex
	link  *client.Client // guarded by mu, as all below
	paths []*path        // the newest is the last
	mic   bool           // wants to be heard
	over  string         // why its part ended; "" while it goes on
	wrong error          // what should not have happened
}

// path is one PeerConnection.
type path struct {
	*sfutest.Participant
	via atomic.Int32 // the server at its other end; -1 while not known
}

// join says hello to a server and knocks. live has to be called once it sits or
// waits.
func (f *clinic) join(at int, token, name string, tag uint32) *person {
	f.t.Helper()
	p := &person{t: f.t, clinic: f, name: name, token: token, tag: tag, ear: newEar()}
	link, err := client.Dial(bounded(f.t), f.servers[at].url(), client.Hello{Token: token})
	if err != nil {
		f.t.Fatalf("hello of %s: %v", name, err)
	}
	p.link = link
	f.t.Cleanup(p.close)
	p.must("knock", "name", name, "rules", link.Welcome().Rules, "camera", true)
	return p
}

// close ends everything without a goodbye.
func (p *person) close() {
	if p.end != nil {
		p.end()
	}
	p.done.Wait()
	p.mu.Lock()
	link, paths := p.link, p.paths
	p.paths = nil
	p.mu.Unlock()
	link.Close()
	for _, path := range paths {
		path.Close()
	}
}

// socket is the present link.
func (p *person) socket() *client.Client {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.link
}

func (p *person) view() room.View { return p.socket().View() }

func (p *person) seat() int { return p.view().You.Seat }

// do sends a command on the present link.
func (p *person) do(typ string, fields ...any) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return command(ctx, p.socket(), typ, fields...)
}

func command(ctx context.Context, link *client.Client, typ string, fields ...any) (json.RawMessage, error) {
	m := map[string]any{}
	for i := 0; i < len(fields); i += 2 {
		m[fields[i].(string)] = fields[i+1]
	}
	return link.Do(ctx, typ, m)
}

func (p *person) must(typ string, fields ...any) json.RawMessage {
	p.t.Helper()
	raw, err := p.do(typ, fields...)
	if err != nil {
		p.t.Fatalf("%s of %s: %v", typ, p.name, err)
	}
	return raw
}

// until waits for the view to satisfy ok, over all links.
func (p *person) until(what string, ok func(room.View) bool) {
	p.t.Helper()
	for deadline := time.Now().Add(2 * patience); !ok(p.view()); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("%s waits for %s: %+v", p.name, what, p.view())
		}
		p.check()
	}
}

// check fails the test where the person found something wrong.
func (p *person) check() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.wrong != nil {
		p.t.Fatalf("%s: %v", p.name, p.wrong)
	}
}

// ended is why the part is over, "" while it goes on.
func (p *person) ended() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.over
}

// speak turns the microphone on, for good: after every return it is on again.
func (p *person) speak() {
	p.t.Helper()
	p.mu.Lock()
	p.mic = true
	p.mu.Unlock()
	p.must("set", "mic", true)
}

// connect makes a PeerConnection over a link and begins to send on it. It is
// not yet one of the person's.
func (p *person) connect(ctx context.Context, link *client.Client) (*path, error) {
	path := &path{}
	path.via.Store(-1)
	media, err := sfutest.New(sfutest.Config{Seats: link.Welcome().Seats, Tag: p.tag, Flat: true, OnPacket: func(k sfutest.Packet) bool {
		p.ear.hear(k, int(path.via.Load()))
		return true
	}})
	if err != nil {
		return nil, err
	}
	path.Participant = media
	if err := p.offer(ctx, link, path, media.Offer(), false); err != nil {
		media.Close()
		return nil, err
	}
	select {
	case <-media.Connected():
	case <-ctx.Done():
		media.Close()
		return nil, ctx.Err()
	}
	media.StartMic()
	media.StartCamera()
	return path, nil
}

// offer hands an offer over and takes the answer.
func (p *person) offer(ctx context.Context, link *client.Client, path *path, sdp string, restart bool) error {
	fields := []any{"sdp", sdp}
	if restart {
		fields = append(fields, "restart", true)
	}
	raw, err := command(ctx, link, "offer", fields...)
	if err != nil {
		return err
	}
	var answer struct{ SDP string }
	if err := json.Unmarshal(raw, &answer); err != nil {
		return err
	}
	path.via.Store(int32(p.clinic.mediaOf(answer.SDP)))
	return path.Answer(answer.SDP)
}

// mediaOf is the server whose candidates are in an answer.
func (f *clinic) mediaOf(sdp string) int {
	for i, s := range f.servers {
		host, port, _ := net.SplitHostPort(s.media)
		if strings.Contains(sdp, " "+host+" "+port+" typ host") {
			return i
		}
	}
	return -1
}

// take makes a path the person's present one; the others end, unless they are
// kept.
func (p *person) take(next *path) {
	p.mu.Lock()
	old := p.paths
	if p.sticky {
		p.paths, old = append(p.paths, next), nil
	} else {
		p.paths = []*path{next}
	}
	p.mu.Unlock()
	for _, o := range old {
		o.Close()
	}
}

// path is the present one; nil for none.
func (p *person) path() *path {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.paths) == 0 {
		return nil
	}
	return p.paths[len(p.paths)-1]
}

// fail notes what should not have happened.
func (p *person) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wrong = errors.Join(p.wrong, err)
}
