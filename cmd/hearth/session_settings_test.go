package main

import (
	"strings"
	"testing"

	"hearth/room"
	"hearth/signaling/token"
)

// TestSessionSettings: what an operator sets for sessions reaches the rooms
// (M-T2, S-9, S-23).
func TestSessionSettings(t *testing.T) {
	for _, tc := range []struct {
		vars         map[string]string
		length, door int
		cause        string
	}{
		{nil, 90, 0, "left_quickly"},
		{map[string]string{"SESSION_MINUTES": "45", "DOOR_MINUTES": "20", "HIDE_QUICK": "true"}, 45, 20, "left"},
	} {
		h := openHouse(t, tc.vars)
		ada := h.arrive(h.invite(token.RoleFacilitator, nil), "Ada")
		ada.until("the plan", func(v room.View) bool {
			return v.Session != nil && v.Session.Length == tc.length && v.Session.Door == tc.door
		})
		maple := h.arrive(h.invite(token.RolePatient, nil), "Maple")
		ada.admit(maple)
		_, _ = maple.do("leave", "quick", true) // the goodbye may overtake the answer
		ada.until("the cause", func(v room.View) bool { return len(v.Removed) == 1 && v.Removed[0].Cause == tc.cause })
	}
}

// TestLinkMetrics: credentials that links hold, and hellos without, are counted.
func TestLinkMetrics(t *testing.T) {
	h := openHouse(t, map[string]string{"TURN_UDP": "127.0.0.1:0"})
	h.arrive(h.invite(token.RoleFacilitator, nil), "Ada")
	_, text := get(t, h.n.ops, "/metrics", "")
	for _, line := range []string{"hearth_relay_links 1\n", "hearth_relay_ungranted_total 0\n"} {
		if !strings.Contains(text, "\n"+line) {
			t.Errorf("no %q", line)
		}
	}
}
