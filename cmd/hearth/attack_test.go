package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"hearth/room"
	"hearth/signaling/client"
	"hearth/signaling/token"
)

// Attacks by people who hold an invitation, or none, with a client of their own.

// commands is one of each that only a facilitator may ask, aimed at somebody.
func commands(seat int, guest room.ID) map[string][]any {
	return map[string][]any{
		"admit": {"guest", guest}, "admit_all": nil, "decline": {"guest", guest}, "mute": {"seat", seat}, "stop_video": {"seat", seat},
		"release": {"seat", -1, "mic", true, "video", true}, "lower_hand": {"seat", seat}, "step_out": {"seat", seat},
		"remove": {"seat", seat, "scope", "group"}, "lift": {"who", guest}, "answer_rename": {"seat", seat, "allow", true},
		"lock": {"locked", true}, "pause": {"paused", true}, "end": nil, "invite": {"role", "facilitator", "count", 20},
	}
}

// TestNobodyButAFacilitatorLeads: every facilitator's command, from every stage
// and role, is refused and changes nothing (M-F13).
func TestNobodyButAFacilitatorLeads(t *testing.T) {
	h := openHouse(t, nil)
	ada := h.arrive(h.invite(token.RoleFacilitator, nil), "Ada")
	ada.until("a seat", seated)
	seat := func(name, role string) *guest {
		g := h.arrive(h.invite(role, nil), name)
		ada.admit(g)
		return g
	}
	maple, finch, ivy := seat("Maple", token.RolePatient), seat("Finch", token.RolePatient), seat("Ivy", token.RoleSupport)
	waits := h.arrive(h.invite(token.RolePatient, nil), "Wren")
	out := seat("Oak", token.RolePatient)
	ada.must("step_out", "seat", out.seat())
	entered, err := h.dial(client.Hello{Token: h.invite(token.RoleFacilitator, nil)}) // has not knocked
	if err != nil {
		t.Fatal(err)
	}
	before := ada.View()
	for _, g := range []*guest{maple, ivy, waits, out, {Client: entered, t: t}} {
		for typ, fields := range commands(finch.seat(), waits.View().You.ID) {
			g.refused("not_allowed", typ, fields...)
			time.Sleep(10 * time.Millisecond) // slower than a flood
		}
	}
	after := ada.View()
	a, _ := json.Marshal(before)
	b, _ := json.Marshal(after)
	if string(a) != string(b) {
		t.Errorf("something changed:\n%s\n%s", a, b)
	}
}

// TestOldSocketsLeadNothing: a facilitator who has left, and one whose link went
// to another socket, are nobody any more.
func TestOldSocketsLeadNothing(t *testing.T) {
	h := openHouse(t, nil)
	ada := h.arrive(h.invite(token.RoleFacilitator, nil), "Ada")
	ben := h.arrive(h.invite(token.RoleFacilitator, nil), "Ben")
	ada.until("a seat", seated)
	ben.until("a seat", seated)
	maple := h.arrive(h.invite(token.RolePatient, nil), "Maple")
	ada.admit(maple)

	ticket := ben.Resume()
	second, err := h.dial(ticket)
	if err != nil {
		t.Fatal(err)
	}
	ben.ends("") // replaced: no goodbye, the part goes on
	if ben.CloseCode() != 4001 {
		t.Errorf("closed with %d", ben.CloseCode())
	}
	if _, err := ben.do("mute", "seat", maple.seat()); err == nil {
		t.Error("a replaced socket still leads")
	}
	ben.Client = second
	ben.must("leave")
	ben.ends("left")
	if _, err := ben.do("end"); err == nil {
		t.Error("somebody who has left ends the session")
	}
	third, err := h.dial(ticket) // a ticket from before leaving knocks again, no more
	if err != nil {
		t.Fatal(err)
	}
	if third.View().You.ID == ben.View().You.ID {
		t.Error("the part that has ended goes on")
	}
}

// TestForeignTickets: of another server, changed, of another kind, after removal
// and after the end.
func TestForeignTickets(t *testing.T) {
	h, other := openHouse(t, nil), openHouse(t, nil)
	ada := h.arrive(h.invite(token.RoleFacilitator, nil), "Ada")
	ada.until("a seat", seated)
	there := other.arrive(other.invite(token.RoleFacilitator, nil), "Ada")
	there.until("a seat", seated)
	good := ada.Resume().Resume
	raw, err := base64.RawURLEncoding.DecodeString(good)
	if err != nil {
		t.Fatal(err)
	}
	tickets := map[string]string{"of another server": there.Resume().Resume, "a token": ada.token, "cut": good[:len(good)-2], "padded": good + "A"}
	for i := 0; i < len(raw); i += len(raw)/4 + 1 {
		changed := append([]byte{}, raw...)
		changed[i] ^= 1
		tickets[fmt.Sprintf("bit of byte %d", i)] = base64.RawURLEncoding.EncodeToString(changed)
	}
	for what, ticket := range tickets {
		if _, err := h.dial(client.Hello{Resume: ticket}); err == nil {
			t.Errorf("%s: welcome", what)
		} else if what != "padded" {
			expectCode(t, err, "link_invalid")
		}
	}
	_, err = h.dial(client.Hello{Token: there.token})
	expectCode(t, err, "link_invalid")
	_, err = h.dial(client.Hello{Token: good})
	expectCode(t, err, "link_invalid")
}

// TestInvitationsOverTheSocket: claims that are wrong, or not for their role.
func TestInvitationsOverTheSocket(t *testing.T) {
	h := openHouse(t, nil)
	good := h.invite(token.RolePatient, nil)
	p := strings.Split(good, ".")
	enc := base64.RawURLEncoding.EncodeToString
	payload := func(change func(map[string]any)) string {
		raw, _ := base64.RawURLEncoding.DecodeString(p[1])
		m := map[string]any{}
		_ = json.Unmarshal(raw, &m)
		change(m)
		raw, _ = json.Marshal(m)
		return enc(raw)
	}
	for what, raw := range map[string]string{
		"alg none":     enc([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + p[1] + ".",
		"promoted":     p[0] + "." + payload(func(m map[string]any) { m["role"] = "facilitator" }) + "." + p[2],
		"another room": p[0] + "." + payload(func(m map[string]any) { m["room"] = "morning" }) + "." + p[2],
		"no end":       p[0] + "." + payload(func(m map[string]any) { delete(m, "exp") }) + "." + p[2],
		"own key":      enc([]byte(`{"alg":"EdDSA","jwk":{"kty":"OKP","crv":"Ed25519","x":"AAAA"}}`)) + "." + p[1] + "." + p[2],
		"of nothing":   "..",
		"text":         "patient",
	} {
		_, err := h.dial(client.Hello{Token: raw})
		if err == nil {
			t.Errorf("%s: welcome", what)
			continue
		}
		expectCode(t, err, "link_invalid")
	}
}

// TestAPatientsClaimsBindNobody: cap, roster and seat in a member's invitation.
func TestAPatientsClaimsBindNobody(t *testing.T) {
	h := openHouse(t, nil)
	ada := h.arrive(h.invite(token.RoleFacilitator, nil), "Ada")
	ada.until("a seat", seated)
	free := ada.View().Room.Free
	trick := func(c *token.Claims) { c.Cap, c.Seat = 1, 0 } // Ada's own seat
	maple := h.arrive(h.invite(token.RolePatient, trick), "Maple")
	ada.admit(maple)
	finch := h.arrive(h.invite(token.RolePatient, trick), "Finch")
	ada.admit(finch)
	seats := map[int]bool{ada.seat(): true, maple.seat(): true, finch.seat(): true}
	if len(seats) != 3 || ada.View().Room.Free != free-2 {
		t.Errorf("seats %v, %d free of %d", seats, ada.View().Room.Free, free)
	}
}

// TestOneInvitationIsOnePlace: whoever opens one link again and again, knocking
// or not, has one place at the door, and everybody else comes in.
func TestOneInvitationIsOnePlace(t *testing.T) {
	h := openHouse(t, map[string]string{"WAITING": "5"})
	ada := h.arrive(h.invite(token.RoleFacilitator, nil), "Ada")
	ada.until("a seat", seated)
	raw := h.invite(token.RolePatient, nil)
	for i := range 12 {
		if i%2 == 0 {
			h.arrive(raw, "Maple")
		} else if _, err := h.dial(client.Hello{Token: raw}); err != nil {
			t.Fatal(err)
		}
	}
	ada.until("one guest", func(v room.View) bool { return len(v.Waiting) == 1 })
	for _, name := range []string{"Finch", "River", "Wren", "Oak"} {
		h.arrive(h.invite(token.RolePatient, nil), name)
	}
	ada.until("five guests", func(v room.View) bool { return len(v.Waiting) == 5 })
	ben := h.arrive(h.invite(token.RoleFacilitator, nil), "Ben")
	ben.until("a seat", seated) // a full waiting room keeps no facilitator out
	late, err := h.dial(client.Hello{Token: h.invite(token.RolePatient, nil)})
	if err != nil {
		t.Fatal(err)
	}
	g := &guest{Client: late, t: t}
	g.refused("waiting_full", "knock", "name", "Late", "rules", late.Welcome().Rules)
}

// TestNobodyLooksLikeTheFacilitator: a name that reads the same is refused.
func TestNobodyLooksLikeTheFacilitator(t *testing.T) {
	h := openHouse(t, nil)
	ada := h.arrive(h.invite(token.RoleFacilitator, nil), "Ada Hill")
	ada.until("a seat", seated)
	c, err := h.dial(client.Hello{Token: h.invite(token.RolePatient, nil)})
	if err != nil {
		t.Fatal(err)
	}
	g := &guest{Client: c, t: t}
	knock := func(name string) error {
		_, err := g.do("knock", "name", name, "rules", c.Welcome().Rules)
		return err
	}
	for _, name := range []string{
		"ada hill", "Аda Hill", "Ada\u200b Hill", "\u202eAda Hill", "Ada H\u0131ll", "AdaHill", "Ada  Hill.", "Ada Hill ✔", "👑 Ada Hill",
		"ꓮꓓꓮ ꓧꓲꓡꓡ", "𝐀𝐝𝐚 𝐇𝐢𝐥𝐥", "Ada Hi11", "Adа Нill", "A\u0301da Hill", "\u2067Ada Hill\u2069",
	} {
		if err := knock(name); err == nil || err.Error() != "client: refused: name_taken" {
			t.Errorf("%q: %v", name, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
	for _, name := range []string{"", " ", "\u200b\u200b", "\u202e", strings.Repeat("a", 25), "a" + strings.Repeat("\u0301", 9)} {
		expectCode(t, knock(name), "name_invalid")
	}
	if err := knock("Maple"); err != nil {
		t.Error(err)
	}
}

// TestReplayedCommandIsDoneOnce: the same frame again is answered again and not
// done again.
func TestReplayedCommandIsDoneOnce(t *testing.T) {
	h := openHouse(t, nil)
	ada := h.arrive(h.invite(token.RoleFacilitator, nil), "Ada")
	ada.until("a seat", seated)
	maple := h.arrive(h.invite(token.RolePatient, nil), "Maple")
	ada.admit(maple)
	frame := fmt.Appendf(nil, `{"type":"lock","id":%d,"locked":true}`, time.Now().Add(time.Hour).UnixMicro())
	if err := ada.Send(frame); err != nil {
		t.Fatal(err)
	}
	ada.until("locked", func(v room.View) bool { return v.Room.Locked })
	unlock := fmt.Appendf(nil, `{"type":"lock","id":%d,"locked":false}`, time.Now().Add(2*time.Hour).UnixMicro())
	for _, f := range [][]byte{unlock, frame, frame} {
		if err := ada.Send(f); err != nil {
			t.Fatal(err)
		}
	}
	ada.until("three answers more", func(room.View) bool {
		n := 0
		for _, f := range ada.Frames() {
			if strings.Contains(string(f), `"type":"ok"`) {
				n++
			}
		}
		return n >= 6 // knock, admit, and one for each frame
	})
	if ada.View().Room.Locked {
		t.Error("a replayed command was done again")
	}
	maple.refused("not_allowed", "lock", "locked", true)
}

// TestOffersBeforeTheKnock: nobody without a name gets a PeerConnection.
func TestOffersBeforeTheKnock(t *testing.T) {
	h := openHouse(t, nil)
	c, err := h.dial(client.Hello{Token: h.invite(token.RolePatient, nil)})
	if err != nil {
		t.Fatal(err)
	}
	g := &guest{Client: c, t: t}
	g.refused("not_allowed", "offer", "sdp", "v=0\r\n")
	g.refused("no_peer", "offer", "sdp", "v=0\r\n", "restart", true)
	g.must("knock", "name", "Maple", "rules", c.Welcome().Rules)
	for _, sdp := range []string{"v=0", strings.Repeat("v=0\r\n", 10000), "v=0\r\n" + strings.Repeat("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", 2000),
		"v=0\r\n" + strings.Repeat("a=fingerprint:sha-256 AA\r\n", 3000), "v=0\r\na=" + strings.Repeat("x", 100000)} {
		g.refused("bad_offer", "offer", "sdp", sdp)
	}
	if n := h.n.media.Stats().Peers; n != 0 {
		t.Errorf("%d PeerConnections", n)
	}
}

// TestManyOffersLeaveOnePeer: each new PeerConnection of a participant replaces
// the one before, and a goodbye leaves none.
func TestManyOffersLeaveOnePeer(t *testing.T) {
	h := openHouse(t, nil)
	g := h.join(h.invite(token.RolePatient, nil), "Maple", 1)
	offer := g.media.Offer()
	for range 15 {
		g.must("offer", "sdp", offer)
	}
	await(t, "one PeerConnection", func() bool { return h.n.media.Stats().Peers == 1 })
	g.must("leave")
	g.ends("left")
	await(t, "no PeerConnection", func() bool { return h.n.media.Stats().Peers == 0 })
}
