package main

import (
	"slices"
	"testing"

	"hearth/room"
	"hearth/signaling/client"
	"hearth/signaling/token"
)

// resume comes back with the ticket, on a new socket.
func (h *house) resume(g *guest) {
	h.t.Helper()
	c, err := h.dial(g.Resume())
	if err != nil {
		h.t.Fatalf("resume: %v", err)
	}
	g.Client = c
}

func turnOf(seat int) func(room.View) bool {
	return func(v room.View) bool { return v.Round != nil && v.Round.Current == seat }
}

// TestAnEvening plays a whole session over the wire, with sound and picture on
// the real packet path: from the arrival to the farewell (issue 5).
func TestAnEvening(t *testing.T) {
	t.Parallel()
	h := openHouse(t, nil)
	ada, p := h.circle("Maple", "Finch", "Oak")
	maple, finch, oak := p[0], p[1], p[2]
	eve := h.join(h.invite(token.RoleFacilitator, nil), "Eve", 8)
	eve.until("a seat", seated)
	river := h.join(h.invite(token.RolePatient, func(c *token.Claims) { c.Last = true }), "River", 9)
	ada.admit(river)
	river.must("set", "mic", true)
	river.media.StartMic()
	ada.until("the clinic's mark", func(v room.View) bool { return seatOf(v, river.seat()).Last })

	ada.must("step", "at", "opening")
	finch.until("the opening", func(v room.View) bool { return v.Session != nil && v.Session.At == room.StepOpening })
	playRound(ada, maple, finch, oak, river)
	playSupport(ada, maple, finch)
	playStepOut(t, ada, eve, maple, finch)
	playLosses(t, h, []*guest{ada, eve}, maple, finch)

	ada.must("remove", "seat", oak.seat(), "scope", "session")
	oak.ends("removed")
	ada.until("why the seat is empty", func(v room.View) bool { return len(v.Removed) == 1 && v.Removed[0].Cause == "removed" })
	playFarewell(ada, eve, maple, finch, river)

	ada.must("step", "at", "winddown")
	_, _ = maple.do("leave") // the goodbye may overtake the answer
	maple.ends("left")
	ada.must("end")
	river.ends("farewell")
	finch.ends("ended")
	_, err := h.dial(client.Hello{Token: river.token})
	expectCode(t, err, "removed") // M-W1
	if _, err := h.dial(client.Hello{Token: finch.token}); err != nil {
		t.Errorf("the next session: %v", err)
	}
}

// playRound: one speaks, one passes, and the pass leaves no trace that members
// could read (S-2, M-C6).
func playRound(ada, maple, finch, oak, river *guest) {
	ada.t.Helper()
	ada.must("start_round", "kind", "go_around")
	order := []*guest{maple, finch, oak, river}
	slices.SortFunc(order, func(a, b *guest) int { return a.seat() - b.seat() })
	for i, g := range order {
		g.until("the turn", turnOf(g.seat()))
		g.hears(order[(i+1)%len(order)].seat())
		if i == 1 {
			g.must("pass_turn")
			ada.until("the pass", func(v room.View) bool { return v.Round != nil && slices.Contains(v.Round.Passed, g.seat()) })
			if len(order[3].View().Round.Passed) > 0 {
				ada.t.Error("M-C6: a member was told of a pass")
			}
			continue
		}
		g.must("next_turn")
	}
	finch.until("the end of the round", func(v room.View) bool { return v.Round == nil })
}

// playSupport: facilitators alone see it, and say that they did (M-S4).
func playSupport(ada, maple, finch *guest) {
	ada.t.Helper()
	maple.must("ask_support", "wanted", true)
	ada.until("the signal", func(v room.View) bool { return seatOf(v, maple.seat()).Support != 0 })
	ada.must("answer_support", "seat", maple.seat())
	maple.until("the answer", func(v room.View) bool { return v.You.Support == "seen" })
	if seatOf(finch.View(), maple.seat()).Support != 0 {
		ada.t.Error("M-S4: a member saw the signal")
	}
}

// playStepOut: out to the waiting room, and aside with a facilitator, and back
// (M-F4, C-6).
func playStepOut(t *testing.T, ada, eve, maple, finch *guest) {
	t.Helper()
	ada.must("step_out", "seat", maple.seat(), "reason", "talk")
	silent(t, beatOf(finch, ada.seat()), everything(maple))
	maple.until("the waiting room", func(v room.View) bool { return v.You.Stage == room.SteppedOut })
	seat := func(v room.View) room.Seat { return seatOf(v, eve.seat()) }
	var number int
	ada.until("who stepped out", func(v room.View) bool {
		for _, s := range v.Seats {
			if s.ID == maple.View().You.ID && s.State == "stepped_out" {
				number = s.Seat
				return true
			}
		}
		return false
	})
	eve.must("step_aside", "seat", number)
	maple.until("the side room", func(v room.View) bool { return v.You.Side && seat(v).State == "side" })
	eve.media.StartMic()
	eve.must("set", "mic", true)
	maple.hears(eve.seat())
	silent(t, beatOf(finch, ada.seat()), of(eve.seat(), true, true, ada, finch))
	ada.must("come_back", "seat", number)
	maple.until("the circle", func(v room.View) bool { return !v.You.Side && seated(v) })
	maple.hears(ada.seat())
}

// playLosses: a member's connection drops and comes back, then both
// facilitators': the group goes on alone, and is led again (M-F10).
func playLosses(t *testing.T, h *house, staff []*guest, maple, finch *guest) {
	t.Helper()
	maple.Close()
	finch.until("a kept seat", func(v room.View) bool { return seatOf(v, maple.seat()).State == "lost" })
	h.resume(maple)
	maple.until("the same seat", seated)
	finch.until("who is back", func(v room.View) bool { return seatOf(v, maple.seat()).State == "here" })
	for _, g := range staff {
		g.Close()
	}
	finch.until("being alone", func(v room.View) bool { return v.Room.Phase == room.PhaseAlone })
	finch.refused("not_allowed", "end")
	for _, g := range staff {
		h.resume(g)
		g.until("the same seat", seated)
	}
	finch.until("being led", func(v room.View) bool { return v.Room.Phase == room.PhaseOpen })
	finch.hears(staff[0].seat())
}

// playFarewell: everybody says goodbye in seat order, the leaver last; a card is
// the leaver's alone (M-W1, C-8).
func playFarewell(ada, eve, maple, finch, river *guest) {
	ada.t.Helper()
	ada.must("start_round", "kind", "goodbye", "for", river.seat())
	finch.must("kind_words", "card", "thank_you")
	others := []*guest{ada, eve, maple, finch}
	slices.SortFunc(others, func(a, b *guest) int { return a.seat() - b.seat() })
	for _, g := range append(others, river) {
		g.until("the turn", turnOf(g.seat()))
		g.must("next_turn")
	}
	maple.until("the goodbye", func(v room.View) bool { return slices.Equal(v.Session.Goodbyes, []string{"River"}) })
	card := func(g *guest) bool {
		return slices.ContainsFunc(g.Texts(), func(t room.Text) bool { return t.Kind == room.TextCard && t.Text == "thank_you" })
	}
	if !card(river) || card(maple) || card(ada) {
		ada.t.Error("the card is the leaver's alone")
	}
}
