package signaling_test

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"hearth/room"
	"hearth/signaling/client"
	"hearth/signaling/token"
)

// circle is a facilitator with a seated patient and interpreter, and one more
// patient who waits.
func (c *clinic) circle() (ada, maple, ivy, birch *guest) {
	c.t.Helper()
	ada = c.come("facilitator", 100, "Ada")
	ada.knock()
	maple = c.come("patient", 1, "Maple")
	maple.knock()
	ivy = c.come("support", 2, "Ivy")
	ivy.knock()
	ada.until("two wait", func(v room.View) bool { return len(v.Waiting) == 2 })
	ada.do("admit_all", nil)
	maple.until("seated", stage(room.Seated))
	ivy.until("seated", stage(room.Seated))
	birch = c.come("patient", 3, "Birch")
	birch.knock()
	ada.until("one waits", func(v room.View) bool { return len(v.Waiting) == 1 && len(v.Seats) == 3 })
	return ada, maple, ivy, birch
}

// Every command of facilitators, by everybody else, is not allowed and changes
// nothing; by a facilitator it is allowed (M-F13).
func TestCommandsByRole(t *testing.T) {
	c := openClinic(t)
	ada, maple, ivy, birch := c.circle()
	entered := c.come("patient", 4, "")
	maple.refused("name_fixed", "rename", fields{"name": "Willow"})
	ada.until("a wish", func(v room.View) bool { return v.Seats[1].Rename == "Willow" })
	seat, waits := seatOf(ada.View(), "Maple"), int(ada.View().Waiting[0].ID)
	commands := []struct {
		typ string
		f   fields
	}{
		{"lower_hand", fields{"seat": seat}},
		{"mute", fields{"seat": seat}},
		{"mute", fields{"seat": -1, "hold": true}},
		{"stop_video", fields{"seat": seat}},
		{"release", fields{"seat": seat, "mic": true, "video": true}},
		{"answer_rename", fields{"seat": seat, "allow": false}},
		{"lock", fields{"locked": true}},
		{"lock", fields{"locked": false}},
		{"pause", fields{"paused": true}},
		{"pause", fields{"paused": false}},
		{"plan", fields{"order": []string{"opening", "closing"}, "length": 60, "shared": true, "door": 10}},
		{"step", fields{"at": "closing"}},
		{"start_round", fields{"kind": "go_around", "from": 1, "staff": true}},
		{"give_turn", fields{"seat": seat}},
		{"lend_turn", fields{"seat": seat}},
		{"next_turn", nil},
		{"end_round", nil},
		{"prompt", fields{"text": "Who helped you?"}},
		{"note", fields{"text": "One kind letter."}},
		{"start_quiet", fields{"kind": "writing", "seconds": 60}},
		{"end_quiet", nil},
		{"arrange", fields{"horseshoe": true}},
		{"open_text", fields{"open": false}},
		{"backchannel", fields{"text": "Time to close?"}},
		{"answer_help", fields{"guest": waits, "text": "Tap the sign."}},
		{"tick", fields{"seat": seat, "alone": true}},
		{"notice", fields{"notice": "soon"}},
		{"answer_support", fields{"seat": seat}},
		{"step_aside", fields{"seat": 99}},
		{"come_back", fields{"seat": 99}},
		{"last_session", fields{"seat": seat, "last": false}},
		{"swap_seats", fields{"a": 14, "b": 15}},
		{"invite", fields{"role": "facilitator", "count": 1}},
		{"step_out", fields{"seat": seat}},
		{"decline", fields{"guest": waits}},
		{"admit", fields{"guest": waits}},
		{"admit_all", nil},
		{"remove", fields{"seat": seat, "scope": "group"}},
		{"lift", fields{"who": 1}},
		{"end", nil},
	}
	for _, g := range []*guest{entered, birch, maple, ivy} {
		for _, cmd := range commands {
			g.refused("not_allowed", cmd.typ, maps.Clone(cmd.f))
		}
	}
	kim := c.door(5, "Kim")
	for _, cmd := range commands {
		if !slices.Contains(hostMay, cmd.typ) {
			kim.refused("not_allowed", cmd.typ, maps.Clone(cmd.f))
		}
	}
	checkHostCommands(kim)
	for _, g := range []*guest{entered, birch, maple, ivy, ada} {
		g.refused("not_allowed", "ask_back", fields{"wanted": true}) // nobody is outside
	}
	for _, g := range []*guest{entered, birch, maple} {
		g.refused("not_allowed", "caption", fields{"text": "hello"})
		g.refused("not_allowed", "group_text", fields{"text": "hello"}) // closed
	}
	for _, g := range []*guest{entered, maple, ivy, ada} {
		g.refused("not_allowed", "ask_help", fields{"text": "hello"})
	}
	for _, g := range []*guest{entered, birch, ada} {
		g.refused("not_allowed", "ask_goodbye", fields{"wanted": true})
		g.refused("not_allowed", "kind_words", fields{"card": "thank_you"}) // nobody leaves
	}
	maple.do("ask_goodbye", fields{"wanted": false})
	ivy.do("caption", fields{"text": "hello"})
	maple.do("ask_support", fields{"wanted": true})
	ada.until("asked for support", func(v room.View) bool { return v.Seats[1].Support != 0 })
	before := ada.View()
	for _, g := range []*guest{entered, birch} {
		g.refused("not_allowed", "ask_support", fields{"wanted": true})
		g.refused("not_allowed", "set", fields{"mic": true})
		g.refused("not_allowed", "ask_video", nil)
	}
	entered.refused("not_allowed", "offer", fields{"sdp": "v=0"})
	watch := fields{"large": []int{0}, "pinned": []int{}}
	entered.refused("not_allowed", "watch", watch)
	birch.do("watch", watch)
	ivy.refused("no_such_seat", "watch", fields{"large": []int{}, "pinned": []int{19}})
	ada.do("lower_hand", fields{"seat": seat}) // everything before has been told to ada
	if after := ada.View(); len(after.Seats) != len(before.Seats) || len(after.Waiting) != 1 || after.Room != before.Room ||
		after.Seats[1] != before.Seats[1] {
		t.Errorf("refused commands changed the room: %+v, then %+v", before, after)
	}
	for _, cmd := range commands {
		var r *client.Refused
		if _, err := ada.Do(c.ctx, cmd.typ, maps.Clone(cmd.f)); errors.As(err, &r) && r.Code == "not_allowed" {
			t.Errorf("%s is not allowed to a facilitator", cmd.typ)
		}
	}
}

// One live seat per invitation: the second device goes through the waiting
// room, and then the seat moves (M-A4).
func TestSecondDeviceMoves(t *testing.T) {
	c := openClinic(t)
	ada, maple, _, _ := c.circle()
	seat := maple.View().You.Seat
	second, err := client.Dial(c.ctx, c.url, client.Hello{Token: maple.token})
	must(t, err)
	t.Cleanup(second.Close)
	other := &guest{Client: second, c: c, name: "Maple", addr: "198.51.100.200"}
	other.knock()
	ada.until("the move waits", func(v room.View) bool { return len(v.Waiting) == 2 && v.Waiting[1].Moves })
	if maple.View().You.Stage != room.Seated {
		t.Error("the first device lost its seat before a facilitator agreed")
	}
	ada.do("admit", fields{"guest": int(ada.View().Waiting[1].ID)})
	other.until("sits", stage(room.Seated))
	<-maple.Done()
	if maple.Bye() != "moved" || maple.CloseCode() != 4000 {
		t.Errorf("the first device heard %q, %d", maple.Bye(), maple.CloseCode())
	}
	if got := other.View().You.Seat; got != seat || len(ada.View().Seats) != 3 {
		t.Errorf("seat %d among %d, want %d among 3", got, len(ada.View().Seats), seat)
	}
	var r *client.Refused
	if _, err := client.Dial(c.ctx, c.url, maple.Resume()); !errors.As(err, &r) {
		t.Errorf("the first device's ticket still works: %v", err)
	}
}

// Whatever is wrong with an invitation, the answer is the same (M-A2).
func TestBadInvitationsAreAllAlike(t *testing.T) {
	c := openClinic(t)
	good := c.come("patient", 1, "Maple")
	parts := len(good.token)
	for name, raw := range map[string]string{
		"signature": good.token[:parts-4] + "AAAA",
		"none":      "eyJhbGciOiJub25lIn0.e30.",
		"rubbish":   "rubbish",
		"foreign":   openClinic(t).come("patient", 1, "Maple").token,
	} {
		var r *client.Refused
		if _, err := client.Dial(c.ctx, c.url, client.Hello{Token: raw}); !errors.As(err, &r) || r.Code != "link_invalid" {
			t.Errorf("%s: %v", name, err)
		}
	}
	claims := token.NewClaims("blue-room", "patient", time.Now().Add(time.Hour))
	claims.Subject, claims.NotBefore = "early", time.Now().Add(10*time.Minute)
	early, err := c.signer.Mint(claims)
	must(t, err)
	var r *client.Refused
	if _, err := client.Dial(c.ctx, c.url, client.Hello{Token: early}); !errors.As(err, &r) || r.Code != "link_expired" {
		t.Errorf("early: %v", err)
	}
}
