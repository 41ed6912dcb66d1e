package signaling_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"hearth/room"
)

// A session as clients live it: steps, a round with a pass, a private signal, a
// side room, texts, a swap and a farewell (issue 5).
func TestPracticeOverTheWire(t *testing.T) {
	c := openClinic(t)
	ada, maple, ivy, birch := c.circle()
	ada.do("admit", fields{"guest": int(ada.View().Waiting[0].ID)})
	birch.until("seated", stage(room.Seated))
	ben := c.come("facilitator", 101, "Ben")
	ben.knock()
	ben.until("seated", stage(room.Seated))
	everybody := []*guest{ada, maple, ivy, birch, ben}

	ada.do("step", fields{"at": "sharing"})
	for _, g := range everybody {
		g.until("sharing", func(v room.View) bool { return v.Session.At == room.StepSharing })
	}
	ada.refused("out_of_range", "plan", fields{"length": 121})
	if maple.View().Session.Ends != 0 || ada.View().Session.Ends == 0 {
		t.Error("M-T2: a member is told when the session ends, or a facilitator is not")
	}

	ada.do("start_round", fields{"kind": "go_around"})
	maple.until("their turn", func(v room.View) bool { return v.Round != nil && v.Round.Current == v.You.Seat })
	maple.do("pass_turn", nil)
	birch.until("their turn", func(v room.View) bool { return v.Round != nil && v.Round.Current == v.You.Seat && v.Round.Next == -1 })
	ada.until("a pass", func(v room.View) bool { return v.Round != nil && len(v.Round.Passed) == 1 })
	birch.do("next_turn", nil)
	birch.until("the end of the round", func(v room.View) bool { return v.Round == nil })

	maple.do("ask_support", fields{"wanted": true})
	ben.until("a signal", func(v room.View) bool { return v.Seats[1].Support != 0 })
	ben.do("step_aside", fields{"seat": maple.View().You.Seat})
	maple.until("a side room", func(v room.View) bool { return v.You.Side })
	birch.until("two stepped out", func(v room.View) bool {
		return len(slices.DeleteFunc(slices.Clone(v.Seats), func(s room.Seat) bool { return s.State != "stepped_out" })) == 2
	})
	ben.do("answer_support", fields{"seat": maple.View().You.Seat})
	maple.until("an answer", func(v room.View) bool { return v.You.Support == "seen" })
	ben.do("come_back", fields{"seat": ben.View().You.Seat})
	maple.until("the circle", func(v room.View) bool { return !v.You.Side })

	ada.do("open_text", fields{"open": true})
	maple.do("group_text", fields{"text": "the group-secret"})
	ivy.do("caption", fields{"text": "the caption-secret"})
	ada.do("backchannel", fields{"text": "the staff-secret"})
	ada.do("prompt", fields{"text": "the prompt-secret"})
	for _, g := range everybody {
		g.until("texts", func(v room.View) bool {
			return len(g.Texts()) >= 2 && v.Middle != nil && v.Middle.Prompt == "the prompt-secret"
		})
	}
	ben.until("the backchannel", func(room.View) bool { return len(ben.Texts()) == 3 })
	birch.reconnect()
	birch.do("set", fields{"hand": true})
	if len(birch.Texts()) != 0 {
		t.Errorf("told again after a lost socket: %+v", birch.Texts())
	}

	seat := birch.View().You.Seat
	ada.do("swap_seats", fields{"a": seat, "b": 15})
	birch.until("another seat", func(v room.View) bool { return v.You.Seat == 15 })
	ada.do("start_round", fields{"kind": "goodbye", "for": 15})
	maple.do("kind_words", fields{"card": "thank_you"})
	birch.until("kind words", func(room.View) bool { return len(birch.Texts()) == 1 && birch.Texts()[0].Text == "thank_you" })
	maple.until("the goodbye", func(v room.View) bool { return slices.Equal(v.Session.Goodbyes, []string{"Birch"}) })
	if a := ada.View().Attendance; a == nil || a.Here != 2 || len(a.People) != 2 {
		t.Errorf("attendance %+v", a)
	}
	_, _ = ada.Do(c.ctx, "end", nil)
	for g, want := range map[*guest]string{birch: "farewell", maple: "ended", ada: "ended"} {
		<-g.Done()
		if g.Bye() != want {
			t.Errorf("%s heard %q, want %q", g.name, g.Bye(), want)
		}
	}
	checkSecrets(t, c, maple, ivy, birch)
}

// checkSecrets: texts are in no log, the backchannel in no member's frames, and
// neither are the facilitators' lists and hints.
func checkSecrets(t *testing.T, c *clinic, members ...*guest) {
	t.Helper()
	if strings.Contains(c.logs.String(), "-secret") {
		t.Error("M-P3: a text is in the log")
	}
	for _, g := range members {
		for _, frame := range g.frames() {
			for _, secret := range []string{"staff-secret", `"attendance"`, `"hint"`, `"hard"`, `"passed"`, `"support":1`, `"last":`} {
				if bytes.Contains(frame, []byte(secret)) {
					t.Fatalf("%s is told %s: %s", g.name, secret, frame)
				}
			}
		}
	}
}
