package signaling

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
)

// fakeRevocations answers as a test says, and remembers what it was asked.
type fakeRevocations struct {
	mu    sync.Mutex // guards all below
	asked [][]string
	yes   bool
	err   error
}

func (r *fakeRevocations) Revoked(_ context.Context, ids ...string) (bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, ids)
	return r.yes, r.err
}

func (r *fakeRevocations) set(yes bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.yes, r.err = yes, err
}

func TestRevokedInvitation(t *testing.T) {
	list := &fakeRevocations{}
	h := open(t, func(c *Config) { c.Revocations = list })
	_, welcome := h.join("patient:x")
	part := h.room.part(0)
	want := []string{"sub:" + string(part.person.Subject), "iss:clinic", "jti:jti-x"}
	if !slices.Equal(list.asked[0], want) {
		t.Errorf("asked about %v, want %v", list.asked[0], want)
	}
	list.set(true, nil)
	again := h.connect()
	again.send(`{"type":"hello","v":1,"id":1,"token":"patient:x"}`)
	again.wantRefusal("link_invalid", 4000)

	// Whoever sits goes on; a link that is alive asks nobody.
	asked := len(list.asked)
	w := h.resume(welcome.Ticket, welcome.Seq)
	w.want("welcome")
	if len(list.asked) != asked {
		t.Error("a resume to a live link asked the store")
	}
	part.link.Bye("retry")
	w.wantClose(4100)
	h.resume(welcome.Ticket, 0).wantRefusal("link_invalid", 4000)
}

// A session does not depend on the store.
func TestRevocationsNotReadable(t *testing.T) {
	list := &fakeRevocations{}
	list.set(true, errors.New("store gone"))
	h := open(t, func(c *Config) { c.Revocations = list })
	h.join("patient:x")
}
