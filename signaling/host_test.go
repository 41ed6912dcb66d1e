package signaling_test

import (
	"bytes"
	"testing"

	"hearth/room"
)

// hostMay are the facilitators' commands that a technical host may ask too (S-6).
var hostMay = []string{"admit", "admit_all", "answer_help", "backchannel", "notice"}

// door is a technical host at the door, as everybody learns at once.
func (c *clinic) door(n int, name string) *guest {
	c.t.Helper()
	g := c.come("host", n, name)
	g.do("knock", fields{"name": name, "rules": "rules-1"})
	g.until("the door", stage(room.AtDoor))
	return g
}

// hosts are the technical hosts as somebody is told of them.
func hosts(v room.View) room.Hosts {
	if v.Room.Hosts == nil {
		return nil
	}
	return *v.Room.Hosts
}

// A technical host on the wire: announced to everybody, at every stage; lets in,
// helps and is told nothing else (S-6, M-C3, M-A7).
func TestTechnicalHost(t *testing.T) {
	c := openClinic(t)
	ada, maple, _, birch := c.circle()
	entered := c.come("patient", 4, "")
	kim := c.door(5, "Kim")
	for _, g := range []*guest{maple, birch, entered, ada} {
		g.until("the host", func(v room.View) bool { return len(hosts(v)) == 1 && hosts(v)[0].State == "here" })
	}
	if h := hosts(maple.View())[0]; (h != room.HostMark{Name: "Kim", State: "here"}) {
		t.Errorf("the circle is told %+v", h)
	}
	for _, g := range []*guest{birch, entered} {
		if h := hosts(g.View())[0]; h.Name != "" {
			t.Errorf("M-A8: outside, %+v is told", h)
		}
	}
	if h := hosts(ada.View())[0]; h.Name != "Kim" || h.Ref != "REF-005" || h.ID != kim.View().You.ID || h.Since == 0 {
		t.Errorf("facilitators are told %+v", h)
	}

	birch.do("ask_help", fields{"text": "I hear nothing."})
	kim.until("the question", func(room.View) bool { return len(kim.Texts()) == 1 })
	kim.do("answer_help", fields{"guest": int(birch.View().You.ID), "text": "Tap the sign."})
	birch.until("the answer", func(room.View) bool { return len(birch.Texts()) == 2 })
	ada.do("open_text", fields{"open": true})
	maple.do("group_text", fields{"text": "the group-secret"})
	ada.do("backchannel", fields{"text": "the staff-secret"})
	ada.do("prompt", fields{"text": "the prompt-secret"})
	ada.do("backchannel", fields{"text": "Let Birch in.", "hosts": true})
	kim.until("the request", func(room.View) bool {
		texts := kim.Texts()
		return texts[len(texts)-1].Text == "Let Birch in." && texts[len(texts)-1].Hosts
	})
	kim.do("admit", fields{"guest": int(birch.View().You.ID)})
	birch.until("the seat", stage(room.Seated))
	kim.until("the seat", func(v room.View) bool { return seatOf(v, "Birch") >= 0 && len(v.Waiting) == 0 })

	kim.reconnect()
	kim.refused("not_allowed", "offer", fields{"sdp": "v=0\r\n"})
	checkHostFrames(t, kim)
	ada.do("remove", fields{"guest": int(kim.View().You.ID), "scope": "session"})
	<-kim.Done()
	if kim.Bye() != "removed" {
		t.Errorf("heard %q", kim.Bye())
	}
	maple.until("nobody at the door", func(v room.View) bool { return hosts(v) == nil })
}

// checkHostFrames looks through all that a host was ever told.
func checkHostFrames(t *testing.T, kim *guest) {
	t.Helper()
	for _, frame := range kim.frames() {
		for _, secret := range []string{"-secret", "REF-", `"mic":true`, `"camera":true`, `"hand":1`, `"session"`, `"round"`, `"middle"`, `"attendance"`, `"sdp"`} {
			if bytes.Contains(frame, []byte(secret)) {
				t.Fatalf("a host is told %s: %s", secret, frame)
			}
		}
	}
}

// checkHostCommands: what others may ask for themselves is not a technical
// host's (M-F13, S-6).
func checkHostCommands(kim *guest) {
	kim.c.t.Helper()
	for typ, f := range map[string]fields{
		"set": {"mic": true}, "ask_video": nil, "rename": {"name": "Lee"}, "offer": {"sdp": "v=0"}, "watch": {"large": []int{}, "pinned": []int{}},
		"group_text": {"text": "hello"}, "caption": {"text": "hello"}, "ask_help": {"text": "hello"}, "ask_support": {"wanted": true},
		"ask_back": {"wanted": true}, "ask_goodbye": {"wanted": true}, "kind_words": {"card": "thank_you"}, "pass_turn": nil,
	} {
		kim.refused("not_allowed", typ, f)
	}
	kim.refused("not_allowed", "knock", fields{"name": "Lee", "rules": "rules-1"})
}

// A member in a side room says that they want back: facilitators alone know.
func TestAskBack(t *testing.T) {
	c := openClinic(t)
	ada, maple, ivy, _ := c.circle()
	ben := c.come("facilitator", 101, "Ben")
	ben.knock()
	ben.until("the seat", stage(room.Seated))
	seat := maple.View().You.Seat
	maple.refused("not_allowed", "ask_back", fields{"wanted": true})
	ben.do("step_aside", fields{"seat": seat})
	maple.until("the side room", func(v room.View) bool { return v.You.Side })
	ivy.until("two who stepped out", func(v room.View) bool {
		return len(v.Seats) == 4 && v.Seats[1].State == "stepped_out" && v.Seats[3].State == "stepped_out"
	})
	told := len(ivy.frames())
	maple.do("ask_back", fields{"wanted": true})
	maple.until("the wish", func(v room.View) bool { return v.You.Back })
	for _, g := range []*guest{ada, ben} {
		g.until("the wish", func(v room.View) bool { return v.Seats[1].Back != 0 })
	}
	ivy.do("ask_support", fields{"wanted": false}) // everything before has been told to ivy
	for _, frame := range ivy.frames()[told:] {
		if bytes.Contains(frame, []byte(`"seat"`)) || bytes.Contains(frame, []byte("back")) {
			t.Errorf("C-6: the group is told %s", frame)
		}
	}
	ada.do("come_back", fields{"seat": seat})
	maple.until("the circle", func(v room.View) bool { return !v.You.Side && !v.You.Back })
}
