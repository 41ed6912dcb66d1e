package main

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"hearth/room"
	"hearth/room/sfu/sfutest"
	"hearth/signaling/client"
	"hearth/signaling/token"
)

// lurker is a technical host with a page of its own making, which tries to get
// media although it may not.
type lurker struct {
	*guest
	page  *sfutest.Participant
	heard atomic.Uint64 // packets that reached its page
}

// lurk puts a technical host at the door, with a PeerConnection to offer.
func (h *house) lurk(name string) *lurker {
	h.t.Helper()
	l := &lurker{guest: h.arrive(h.invite(token.RoleHost, nil), name)}
	l.until("the door", atTheDoor)
	l.prepare()
	return l
}

// prepare makes the PeerConnection that is offered.
func (l *lurker) prepare() {
	l.t.Helper()
	page, err := sfutest.New(sfutest.Config{Seats: l.Welcome().Seats, Tag: 31, OnPacket: func(sfutest.Packet) bool { l.heard.Add(1); return true }})
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(page.Close)
	l.page = page
}

func atTheDoor(v room.View) bool { return v.You.Stage == room.AtDoor }

// gets asks that the host is refused media, has got none, sees nothing of the
// circle, and is announced in everybody's view (S-6, M-C3).
func (l *lurker) gets(t *testing.T, what string, all []*guest) {
	t.Helper()
	l.refused("not_allowed", "offer", "sdp", l.page.Offer())
	l.refused("not_allowed", "watch", "large", []int{0}, "pinned", []int{0})
	if n := l.heard.Load(); n != 0 {
		t.Fatalf("S-6, %s: %d packets at a technical host", what, n)
	}
	v := l.View()
	if v.You.Seat != -1 || v.Session != nil || v.Round != nil || v.Middle != nil || slices.ContainsFunc(v.Seats, func(s room.Seat) bool { return s.Mic || s.Camera || s.Away || s.ID != 0 }) {
		t.Fatalf("S-6, %s: a technical host sees %+v", what, v)
	}
	for i, g := range all {
		if g.Bye() != "" {
			continue
		}
		hosts := g.View().Room.Hosts
		if hosts == nil || len(*hosts) != 1 || (*hosts)[0].State != "here" {
			t.Fatalf("M-C3, %s: %d is told %+v of a technical host", what, i, hosts)
		}
	}
}

// TestTechnicalHost: people send sound and picture all the time; the host at the
// door lets them in, and not one packet comes to it, whatever it tries (S-6).
func TestTechnicalHost(t *testing.T) {
	h := openHouse(t, nil)
	kim := h.lurk("Kim")
	kim.refused("no_peer", "offer", "sdp", kim.page.Offer(), "restart", true)
	early := h.arrive(h.invite(token.RolePatient, nil), "Oak")
	kim.until("the knock", func(v room.View) bool { return len(v.Waiting) == 1 })
	kim.refused("no_facilitator", "admit", "guest", early.View().You.ID) // M-A9

	ada, p := h.circle("Maple", "Finch")
	maple, finch := p[0], p[1]
	kim.must("admit", "guest", early.View().You.ID)
	early.until("the seat", seated)
	all := []*guest{ada, maple, finch, early}
	for _, g := range all {
		g.until("the host", func(v room.View) bool { return v.Room.Hosts != nil })
	}
	finch.advances("sound", maple.seat(), finch.media.Audio(maple.seat()), 25)
	finch.advances("picture", ada.seat(), finch.media.Video(ada.seat()), 25)
	kim.gets(t, "after half a second", all)

	for _, typ := range []string{"mute", "stop_video", "step_out", "lower_hand"} {
		kim.refused("not_allowed", typ, "seat", maple.seat())
	}
	kim.refused("not_allowed", "remove", "seat", maple.seat(), "scope", "session")
	kim.refused("not_allowed", "set", "mic", true)
	kim.refused("not_allowed", "lock", "locked", true)
	kim.refused("not_allowed", "end")
	finch.hears(maple.seat())

	ada.must("remove", "guest", kim.View().You.ID, "scope", "session")
	kim.ends("removed")
	_, err := h.dial(client.Hello{Token: kim.token})
	expectCode(t, err, "removed")
	finch.until("nobody at the door", func(v room.View) bool { return v.Room.Hosts == nil })
	var invited struct{ Links []string }
	if err := json.Unmarshal(ada.must("invite", "role", "host", "count", 1), &invited); err != nil || len(invited.Links) != 1 {
		t.Fatal(invited, err)
	}
	_, raw, _ := strings.Cut(invited.Links[0], "#")
	lee := h.arrive(raw, "Lee")
	lee.until("the door", atTheDoor)
	_, _ = ada.do("end") // the goodbye may overtake the answer
	lee.ends("ended")
}

// TestTechnicalHostOfTwoInvitations: whoever is a member by one invitation and a
// technical host by another takes nothing from the one to the other.
func TestTechnicalHostOfTwoInvitations(t *testing.T) {
	h := openHouse(t, nil)
	ada, _ := h.circle("Maple")
	same := func(c *token.Claims) { c.Subject = "kim" }
	waits := h.arrive(h.invite(token.RolePatient, same), "Kim")
	var heard atomic.Uint64
	waits.connectAs(sfutest.Config{Seats: waits.Welcome().Seats, Tag: 30, OnPacket: func(sfutest.Packet) bool { heard.Add(1); return true }})
	kim := &lurker{guest: h.arrive(h.invite(token.RoleHost, same), "Kim")}
	kim.prepare()
	waits.ends("moved") // the connection of the waiting room ends with it
	kim.until("the door", atTheDoor)
	ada.until("nobody waits", func(v room.View) bool { return len(v.Waiting) == 0 && v.Room.Hosts != nil })
	ada.hears(1 - ada.seat())
	kim.gets(t, "with the connection of another part", []*guest{ada})
	if n := heard.Load(); n != 0 {
		t.Errorf("%d packets in the waiting room", n)
	}
	c, err := h.dial(client.Hello{Token: waits.token})
	if err != nil {
		t.Fatal(err)
	}
	again := &guest{Client: c, t: t}
	again.refused("not_allowed", "knock", "name", "Kim", "rules", c.Welcome().Rules)
}

// TestTechnicalHostSurvivesARestart: nothing of a host is in Redis; its ticket
// alone brings it back to the door, and a removal keeps it out.
func TestTechnicalHostSurvivesARestart(t *testing.T) {
	redis := startRedis(t)
	vars := map[string]string{"REDIS_URL": redis.url(), "KEY_FILE": filepath.Join(t.TempDir(), "k", "key")}
	first := openHouse(t, vars)
	ada := first.arrive(first.invite(token.RoleFacilitator, nil), "Ada")
	ada.until("a seat", seated)
	kim := first.lurk("Kim")
	bad := first.lurk("Lee")
	ada.must("remove", "guest", bad.View().You.ID, "scope", "session")
	bad.ends("removed")
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	second := openHouse(t, vars)
	second.resume(ada)
	second.resume(kim.guest)
	kim.until("the door", func(v room.View) bool { return atTheDoor(v) && v.You.Name == "Kim" })
	ada.until("the host", func(v room.View) bool { return v.Room.Hosts != nil })
	kim.gets(t, "after a restart", []*guest{ada})
	_, err := second.dial(bad.Resume())
	expectCode(t, err, "removed")
}
