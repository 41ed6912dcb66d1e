package signaling

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"hearth/room"
	"hearth/signaling/token"
)

// fakeMinter remembers what it was asked to sign.
type fakeMinter struct{ signed []token.Claims }

func (m *fakeMinter) Mint(c token.Claims) (string, error) {
	m.signed = append(m.signed, c)
	if c.Ref == "too much" {
		return "", errors.New("cannot sign for 192.0.2.7")
	}
	return "signed-" + c.Subject, nil
}

func TestInviteNeedsSignerAndRoom(t *testing.T) {
	h := open(t, nil)
	w, _ := h.join("facilitator:x")
	w.send(`{"type":"invite","id":2,"role":"patient","count":1}`)
	if f := w.want("error"); f.Code != "no_signer" {
		t.Fatalf("answer: %+v", f)
	}
	part := h.room.part(0)
	part.mu.Lock()
	defer part.mu.Unlock()
	if len(part.done) != 1 || part.done[0] != (room.Invite{By: 1, Role: room.Patient}) {
		t.Errorf("the room was asked %+v", part.done)
	}
}

func TestInvite(t *testing.T) {
	const inviteLife = time.Hour
	minter := &fakeMinter{}
	h := open(t, func(c *Config) { c.Minter, c.InviteLife = minter, inviteLife })
	w, _ := h.join("facilitator:x")
	w.send(`{"type":"invite","id":2,"role":"patient","count":3,"ref":"K-14"}`)
	f := w.want("ok")
	if len(f.Links) != 3 || len(minter.signed) != 3 {
		t.Fatalf("invited with %v", f.Links)
	}
	seen := map[string]bool{}
	for i, c := range minter.signed {
		if f.Links[i] != h.web.URL+"/#signed-"+c.Subject || seen[c.Subject] || seen[c.ID] || c.ID == "" {
			t.Errorf("link %d is %q", i, f.Links[i])
		}
		seen[c.Subject], seen[c.ID] = true, true
		if c.Room != "blue" || c.Role != "patient" || c.Ref != "K-14" || c.Seat != token.NoSeat ||
			time.Until(c.Expires) > inviteLife || time.Until(c.Expires) < inviteLife-time.Minute {
			t.Errorf("signed %+v", c)
		}
	}
}

// The room decides first: without its leave nothing is signed.
func TestInviteRefusedByTheRoom(t *testing.T) {
	minter := &fakeMinter{}
	h := open(t, func(c *Config) { c.Minter = minter })
	h.room.do = func(context.Context, *fakePart, room.Command) error { return room.ErrNotAllowed }
	w, _ := h.join("patient:x")
	w.send(`{"type":"invite","id":2,"role":"facilitator","count":1}`)
	if f := w.want("error"); f.Code != "not_allowed" || len(minter.signed) != 0 {
		t.Errorf("answer %+v, %d signed", f, len(minter.signed))
	}
}

// The room hears what an invitation says of the group, as subjects.
func TestRosterReachesTheRoom(t *testing.T) {
	h := open(t, nil)
	for i, role := range []string{"patient", "facilitator"} {
		h.join(role + ":of-a-roster")
		p := h.room.part(i).person
		if !p.Closed || len(p.Roster) != 2 || p.Roster[0] == p.Roster[1] || len(p.Roster[0]) != 32 {
			t.Errorf("the room was told %+v", p)
		}
	}
}

func TestInviteThatCannotBeSigned(t *testing.T) {
	h := open(t, func(c *Config) { c.Minter = &fakeMinter{} })
	w, _ := h.join("facilitator:x")
	w.send(`{"type":"invite","id":2,"role":"patient","count":1,"ref":"too much"}`)
	if f := w.want("error"); f.Code != "retry" || strings.Contains(h.logs.String(), "192.0.2.7") {
		t.Errorf("answer %+v, log %s", f, h.logs)
	}
}
