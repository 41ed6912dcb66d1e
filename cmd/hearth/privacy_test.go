package main

import (
	"bytes"
	"strings"
	"testing"

	"hearth/room"
	"hearth/signaling/token"
)

// TestNobodyLearnsTooMuch plays a session and then looks at every frame that
// anybody got and at every line that was logged (M-P2, M-P3, M-A7, M-A8, M-A3).
func TestNobodyLearnsTooMuch(t *testing.T) {
	h := openHouse(t, nil)
	ada := h.join(h.invite(token.RoleFacilitator, nil), "Adalind", 1)
	ada.until("a seat", seated)
	refs := []string{"REF-G7-3", "REF-G7-4"}
	var p []*guest
	for i, name := range []string{"Maplewood", "Finchley"} {
		g := h.join(h.invite(token.RolePatient, func(c *token.Claims) { c.Ref = refs[i] }), name, uint32(i+2))
		ada.until("the knock", func(v room.View) bool { return len(v.Waiting) == 1 && v.Waiting[0].Ref == refs[i] })
		if i == 1 {
			for _, frame := range g.Frames() {
				if bytes.Contains(frame, []byte("Maplewood")) || bytes.Contains(frame, []byte("Adalind")) {
					t.Error("somebody in the waiting room was told of somebody else")
				}
			}
		}
		ada.admit(g)
		p = append(p, g)
	}
	p[0].must("set", "hand", true)
	ada.must("mute", "seat", p[0].seat(), "hold", true)
	ada.must("step_out", "seat", p[1].seat(), "reason", "talk")
	ada.admit(p[1])
	ada.must("remove", "seat", p[1].seat(), "scope", "group")
	p[1].ends("removed")
	ada.must("end")
	p[0].ends("ended")

	for _, g := range p {
		for _, frame := range g.Frames() {
			for _, ref := range refs {
				if bytes.Contains(frame, []byte(ref)) {
					t.Error("a patient was told a reference")
				}
			}
		}
	}
	for _, g := range append(p, ada) {
		for _, frame := range g.Frames() {
			for _, line := range strings.Split(string(frame), `\r\n`) {
				if strings.HasPrefix(line, "a=candidate") && !strings.Contains(line, " host") {
					t.Error("a candidate that is not the server's own")
				}
			}
		}
	}
	logs := h.logs.String()
	if err := h.stop(); err != nil {
		t.Error(err)
	}
	logs += h.logs.String()
	secrets := append([]string{"Adalind", "Maplewood", "Finchley", "candidate", "fingerprint", "ice-ufrag"}, refs...)
	for _, g := range append(p, ada) {
		secrets = append(secrets, g.token[:40], g.token[len(g.token)-40:], g.Resume().Resume)
	}
	for _, s := range secrets {
		if strings.Contains(logs, s) {
			t.Errorf("the log holds %q", s)
		}
	}
	for _, line := range strings.Split(logs, "\n") {
		if strings.Contains(line, "127.0.0.1:") && !strings.Contains(line, "msg=serving") {
			t.Errorf("the log holds an address: %s", line)
		}
	}
}
