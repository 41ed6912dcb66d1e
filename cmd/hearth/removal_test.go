package main

import (
	"testing"

	"hearth/signaling/client"
	"hearth/signaling/token"
)

// TestRemovalOfNoDays: an operator who remembers no removals for the group still
// has a server that starts, and a removal that holds for the session (M-F6).
func TestRemovalOfNoDays(t *testing.T) {
	h := openHouse(t, map[string]string{"REMOVAL_DAYS": "0"})
	ada := h.arrive(h.invite(token.RoleFacilitator, nil), "Ada")
	ada.until("a seat", seated)
	maple := h.arrive(h.invite(token.RolePatient, nil), "Maple")
	ada.admit(maple)
	ada.must("remove", "seat", maple.seat(), "scope", "group")
	maple.ends("removed")
	_, err := h.dial(client.Hello{Token: maple.token})
	expectCode(t, err, "removed")
}
