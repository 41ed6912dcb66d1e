package signaling

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"hearth/room"
)

// fakeRelay counts what it has lent.
type fakeRelay struct {
	mu      sync.Mutex // guards all below
	granted int
	revoked map[int]int
	fault   error
}

func (r *fakeRelay) Grant() ([]ICEServer, func(), error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fault != nil {
		return nil, nil, r.fault
	}
	r.granted++
	n := r.granted
	return []ICEServer{{URLs: []string{"turn:host:3478"}, Username: fmt.Sprint("user-", n), Credential: "secret"}},
		func() { r.mu.Lock(); r.revoked[n]++; r.mu.Unlock() }, nil
}

func (r *fakeRelay) counts() (granted, revoked int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, times := range r.revoked {
		if times > 1 {
			return r.granted, -1
		}
	}
	return r.granted, len(r.revoked)
}

func withRelay(t *testing.T) (*house, *fakeRelay) {
	r := &fakeRelay{revoked: map[int]int{}}
	return open(t, func(c *Config) { c.Relay = r }), r
}

// A technical host has no media, so there is nothing to relay (S-6).
func TestNoRelayForHosts(t *testing.T) {
	h, relay := withRelay(t)
	if _, f := h.join("host:kim"); f.ICE == nil || len(f.ICE) != 0 {
		t.Errorf("lent %+v", f.ICE)
	}
	if granted, _ := relay.counts(); granted != 0 {
		t.Errorf("%d granted", granted)
	}
}

// Credentials are of one link: the same over its sockets, and dead with its part.
func TestRelayPerLink(t *testing.T) {
	h, relay := withRelay(t)
	w, f := h.join("patient:maple")
	if len(f.ICE) != 1 || f.ICE[0].Username != "user-1" || f.ICE[0].Credential != "secret" {
		t.Fatalf("lent %+v", f.ICE)
	}
	_, other := h.join("patient:river")
	if other.ICE[0].Username != "user-2" {
		t.Fatalf("two links share %+v", other.ICE)
	}
	_ = w.ws.Close()
	again := h.resume(f.Ticket, f.Seq).want("welcome")
	if again.ICE[0].Username != "user-1" {
		t.Fatalf("another socket of the link has %+v", again.ICE)
	}
	if granted, revoked := relay.counts(); granted != 2 || revoked != 0 || h.sig.Stats().Relays != 2 {
		t.Fatalf("%d granted, %d revoked", granted, revoked)
	}
	h.room.part(0).link.Bye(room.ByeRemoved)
	h.room.part(0).link.Bye(room.ByeRemoved)
	if granted, revoked := relay.counts(); granted != 2 || revoked != 1 || h.sig.Stats().Relays != 1 {
		t.Fatalf("after the end: %d granted, %d revoked", granted, revoked)
	}
	rebuilt := h.resume(again.Ticket, 0).want("welcome")
	if rebuilt.ICE[0].Username != "user-3" {
		t.Fatalf("a rebuilt link has %+v", rebuilt.ICE)
	}
	h.room.part(1).link.Bye(room.ByeEnded)
	h.room.part(2).link.Bye(room.ByeEnded)
	if granted, revoked := relay.counts(); granted != 3 || revoked != 3 || h.sig.Stats().Relays != 0 {
		t.Fatalf("at the end: %d granted, %d revoked", granted, revoked)
	}
}

// A relay that fails keeps nobody out, is counted, and is asked again.
func TestRelayAway(t *testing.T) {
	h, relay := withRelay(t)
	relay.fault = errors.New("cannot lend to 192.0.2.7")
	w, f := h.join("patient:maple")
	if f.ICE == nil || len(f.ICE) != 0 || h.sig.Stats().Unrelayed != 1 || h.sig.Stats().Relays != 0 {
		t.Fatalf("%+v, %+v", f.ICE, h.sig.Stats())
	}
	if strings.Contains(h.logs.String(), "192.0.2.7") {
		t.Fatal("the log holds an address")
	}
	_ = w.ws.Close()
	relay.mu.Lock()
	relay.fault = nil
	relay.mu.Unlock()
	if again := h.resume(f.Ticket, f.Seq).want("welcome"); len(again.ICE) != 1 {
		t.Fatalf("asked again: %+v", again.ICE)
	}
}

// A refused hello borrows nothing.
func TestRelayIsForTheAdmitted(t *testing.T) {
	h, relay := withRelay(t)
	h.room.enter = func(room.Person, *room.Seal) error { return room.ErrRemoved }
	w := h.connect()
	w.send(`{"type":"hello","v":1,"id":1,"token":"patient:bad"}`)
	w.wantRefusal("removed", 4000)
	if granted, _ := relay.counts(); granted != 0 {
		t.Fatalf("%d granted", granted)
	}
}

// A part may end while its socket is being welcomed.
func TestRelayRevokedInARace(t *testing.T) {
	h, relay := withRelay(t)
	var links []*link
	for range 50 {
		l := newLink(h.sig, pass{})
		l.part = &fakePart{}
		l.Show(room.View{}, room1)
		links = append(links, l)
	}
	var both sync.WaitGroup
	for _, l := range links {
		both.Go(l.borrow)
		both.Go(func() { l.Bye(room.ByeLeft) })
	}
	both.Wait()
	if granted, revoked := relay.counts(); granted != revoked {
		t.Fatalf("%d granted, %d revoked", granted, revoked)
	}
}

func TestWatch(t *testing.T) {
	h := open(t, nil)
	w, _ := h.join("patient:maple")
	w.send(`{"type":"watch","id":2,"large":[0,3],"pinned":[14],"saver":true}`)
	w.want("ok")
	part := h.room.part(0)
	part.mu.Lock()
	got := fmt.Sprint(part.wishes)
	part.mu.Unlock()
	if got != fmt.Sprint([]room.Wish{{Large: []int{0, 3}, Pinned: []int{14}, Saver: true}}) {
		t.Fatal(got)
	}
	for _, lists := range []string{`"large":[-1],"pinned":[]`, `"large":[20],"pinned":[]`, `"large":[1,1],"pinned":[]`,
		`"large":[],"pinned":[1,2,3]`, `"large":[],"pinned":[1.5]`, `"large":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20],"pinned":[]`} {
		if _, err := decode([]byte(`{"type":"watch","id":3,` + lists + `}`)); err == nil {
			t.Errorf("%s is accepted", lists)
		}
	}
}

// What the packet path says reaches the page as an event, once.
func TestMediaEvent(t *testing.T) {
	h := open(t, nil)
	w, _ := h.join("patient:maple")
	part := h.room.part(0)
	v := part.view()
	v.Media = room.MediaState{High: true, Paused: []room.Paused{{Seat: 3, Why: room.WhyWeak}}}
	part.link.Show(v, room1)
	part.link.Show(v, room1) // no news
	w.want("media")
	part.link.Bye(room.ByeLeft)
	w.want("bye")
}
