package main

import (
	"testing"

	"hearth/room"
	"hearth/signaling/client"
	"hearth/signaling/token"
)

// member makes the claims of somebody in a closed group.
func member(sub string, roster ...string) func(*token.Claims) {
	return func(c *token.Claims) {
		c.Subject, c.Group, c.Roster = sub, token.GroupClosed, roster
	}
}

// called makes the claims of somebody in an open group.
func called(sub string) func(*token.Claims) { return func(c *token.Claims) { c.Subject = sub } }

// notOnTheList says hello and knocks, which must be refused.
func (h *house) notOnTheList(raw string) *guest {
	h.t.Helper()
	c, err := h.dial(client.Hello{Token: raw})
	if err != nil {
		h.t.Fatal(err)
	}
	g := &guest{Client: c, t: h.t, token: raw}
	g.refused("not_on_roster", "knock", "name", "Somebody", "rules", c.Welcome().Rules)
	return g
}

func waiting(v room.View) bool { return v.You.Stage == room.Waiting }

// TestClosedGroup: the facilitator's invitation lists the members (M-A10).
func TestClosedGroup(t *testing.T) {
	h := openHouse(t, nil)
	roster := []string{"p-1", "p-2"}
	early := h.arrive(h.invite(token.RolePatient, called("p-1")), "Maple")
	stranger := h.arrive(h.invite(token.RolePatient, called("p-9")), "Finch")
	liar := h.arrive(h.invite(token.RolePatient, member("p-8", "p-8")), "Fern") // its own list counts for nobody
	early.until("the waiting room", waiting)

	ada := h.arrive(h.invite(token.RoleFacilitator, member("f-1", roster...)), "Ada")
	ada.until("a seat", seated)
	stranger.ends("not_on_roster")
	liar.ends("not_on_roster")
	ada.admit(early)
	on := h.arrive(h.invite(token.RolePatient, member("p-2", roster...)), "River")
	ada.admit(on)
	h.notOnTheList(h.invite(token.RolePatient, called("p-3")))
	h.notOnTheList(h.invite(token.RolePatient, member("p-3", roster...)))
	helper := h.arrive(h.invite(token.RoleSupport, nil), "Ivy")
	ada.admit(helper)

	eve := h.arrive(h.invite(token.RoleFacilitator, nil), "Eve") // an open invitation opens nothing
	eve.until("a seat", seated)
	eve.refused("not_allowed", "invite", "role", "patient", "count", 1)
	eve.must("invite", "role", "support", "count", 1)
	h.notOnTheList(h.invite(token.RolePatient, called("p-4")))
}

// TestClosedGroupWithoutAStaffRoster: each member's own invitation lists them.
func TestClosedGroupWithoutAStaffRoster(t *testing.T) {
	h := openHouse(t, nil)
	maple := h.arrive(h.invite(token.RolePatient, member("p-1", "p-1", "p-2")), "Maple")
	stranger := h.notOnTheList(h.invite(token.RolePatient, member("p-9", "p-1", "p-2")))
	stranger.Close()
	again, err := h.dial(stranger.Resume()) // a ticket remembers the list
	if err != nil {
		t.Fatal(err)
	}
	stranger.Client = again
	stranger.refused("not_on_roster", "knock", "name", "Somebody", "rules", maple.Welcome().Rules)

	uninvited := h.arrive(h.invite(token.RolePatient, called("p-7")), "Wren")
	ada := h.arrive(h.invite(token.RoleFacilitator, member("f-1")), "Ada")
	ada.until("a seat", seated)
	uninvited.ends("not_on_roster")
	h.notOnTheList(h.invite(token.RolePatient, called("p-2"))) // listed nowhere by its own invitation
	ada.admit(maple)
	ada.refused("not_allowed", "invite", "role", "patient", "count", 1)
}
