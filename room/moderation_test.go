package room

import (
	"testing"
	"time"
)

// M-F1: a plain mute is enforced, and its owner may end it.
func TestMute(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id := tb.member(host, "Maple")
	tb.do(Set{id, mic(true)}, Mute{By: host, Seat: 1, Reason: ReasonNoise})
	you := tb.view(id).You
	if tb.grant(id).Audio || you.Mic || you.Muted != 1 || you.MicReason != ReasonNoise || you.MicHeld {
		t.Fatalf("%+v", you)
	}
	tb.do(Mute{By: host, Seat: 1}) // already off: no news
	tb.do(Set{id, mic(true)})
	if you := tb.view(id).You; !tb.grant(id).Audio || you.Muted != 1 || you.MicReason != "" {
		t.Fatalf("%+v", you)
	}
	tb.refuse(ErrNotAllowed, Mute{By: host, Seat: 1, Reason: "because I say so"})
	tb.refuse(ErrNoSuchSeat, Mute{By: host, Seat: 9})
	tb.refuse(ErrNoSuchSeat, Mute{By: host, Seat: 99})
	tb.refuse(ErrNoSuchSeat, Mute{By: host, Seat: -2})
}

// M-F2, M-C7: a hold is released by a facilitator and ended by nobody else.
func TestHold(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id := tb.member(host, "Maple")
	tb.do(Set{id, mic(true)}, Mute{By: host, Seat: 1, Hold: true})
	on := true
	tb.refuse(ErrHeld, Set{id, Switches{Mic: &on, Hand: &on}})
	if !tb.at(id).hand.IsZero() {
		t.Fatal("a refused set changed something")
	}
	tb.do(Set{id, hand(true)}, Set{id, mic(false)}, Leave{By: id})
	id = tb.member(host, "Maple")
	tb.refuse(ErrHeld, Set{id, mic(true)})
	tb.do(Release{By: host, Seat: 1, Video: true})
	tb.refuse(ErrHeld, Set{id, mic(true)})
	tb.do(Release{By: host, Seat: 1, Mic: true})
	if tb.grant(id).Audio || tb.at(id).mic {
		t.Fatal("release turned a microphone on")
	}
	tb.do(Set{id, mic(true)})
	if !tb.grant(id).Audio {
		t.Fatal("still held")
	}
}

func TestMuteAll(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	ids := tb.fill(host, 4)
	helper := tb.knocked("Sign", Support)
	tb.do(Admit{host, helper})
	for _, id := range append(ids, host, helper) {
		tb.do(Set{id, mic(true)})
	}
	tb.do(lost{ids[3]}, Mute{By: host, Seat: -1, Hold: true})
	for _, id := range ids {
		if tb.grant(id).Audio || !tb.view(id).You.MicHeld {
			t.Errorf("%d is heard", id)
		}
	}
	if !tb.grant(host).Audio || !tb.grant(helper).Audio {
		t.Fatal("mute all reaches staff")
	}
	tb.do(Release{By: host, Seat: -1, Mic: true})
	for _, id := range ids {
		if tb.grant(id).Audio || tb.view(id).You.MicHeld {
			t.Errorf("%d is held or heard", id)
		}
	}
}

// M-F3: a stopped picture, and the way to get it back.
func TestStopVideo(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id := tb.member(host, "Maple")
	tb.refuse(ErrNotAllowed, AskVideo{id})
	tb.do(StopVideo{By: host, Seat: 1, Reason: ReasonView})
	if you := tb.view(id).You; tb.grant(id).Video || you.Camera || !you.VideoHeld || you.VideoReason != ReasonView {
		t.Fatalf("%+v", you)
	}
	tb.refuse(ErrHeld, Set{id, camera(true)})
	tb.do(AskVideo{id})
	if s := tb.view(host).Seats[1]; !s.AskVideo || !s.VideoHeld {
		t.Fatalf("%+v", s)
	}
	tb.do(StepOut{By: host, Seat: 1})
	tb.refuse(ErrHeld, Set{id, camera(true)})
	tb.do(Admit{host, id}, Release{By: host, Seat: 1, Video: true})
	if you := tb.view(id).You; tb.grant(id).Video || you.VideoReason != "" || tb.view(host).Seats[1].AskVideo {
		t.Fatalf("%+v", you)
	}
	tb.do(Set{id, camera(true)})
	if !tb.grant(id).Video {
		t.Fatal("still stopped")
	}
	tb.do(StopVideo{By: host, Seat: 1}, Leave{By: id})
	id = tb.member(host, "Maple") // knocks with the camera on
	if tb.grant(id).Video || tb.view(id).You.Camera {
		t.Fatal("a stopped picture came back with a knock")
	}
}

// M-F4: out to the waiting room, seat kept, back with the microphone off.
func TestStepOut(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	other, id := tb.member(host, "River"), tb.member(host, "Maple")
	tb.do(Set{id, mic(true)}, Set{id, hand(true)}, StepOut{By: host, Seat: 2, Reason: ReasonTalk})
	if tb.grant(id) != NoGrant {
		t.Fatalf("%+v", tb.grant(id))
	}
	if v := tb.view(id); v.You.Stage != SteppedOut || v.You.Seat != 2 || v.You.OutReason != ReasonTalk || len(v.Seats) != 0 {
		t.Fatalf("%+v", v)
	}
	if v := tb.view(other); len(v.Seats) != 3 || v.Seats[2].State != "stepped_out" || v.Seats[2].Since != 0 {
		t.Fatalf("M-C2, M-F11: members see %+v", v.Seats)
	}
	v := tb.view(host)
	if s := v.Seats[2]; s.State != "stepped_out" || s.Since != start.UnixMilli() {
		t.Fatalf("%+v", s)
	}
	if w := v.Waiting; len(w) != 1 || !w[0].Out || w[0].ID != id {
		t.Fatalf("%+v", w)
	}
	tb.refuse(ErrNotAllowed, Set{id, mic(true)})
	tb.do(Set{id, camera(true)}, AdmitAll{host}, StepOut{By: host, Seat: 2})
	tb.wait(time.Hour)
	if tb.at(id).stage != SteppedOut {
		t.Fatal("came back by itself")
	}
	tb.do(Admit{host, id})
	if g := tb.grant(id); g != (Grant{Seat: 2, Video: true, Receive: true}) {
		t.Fatalf("%+v", g)
	}
	tb.do(StepOut{By: host, Seat: 2}, lost{id})
	tb.wait(2 * time.Minute)
	tb.bye(id, ByeLost)
}

// M-F5, M-F6: removed is removed, on every device, until lifted.
func TestRemove(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id := tb.member(host, "Maple")
	second := tb.enter(person("Maple", Patient))
	seal := tb.at(id).seal()
	tb.do(Remove{By: host, Seat: 1})
	tb.bye(id, ByeRemoved)
	tb.bye(second, ByeRemoved)
	tb.cause(host, "Maple", "removed")
	if got := tb.bars[person("Maple", Patient).Subject]; !got.Equal(start.Add(sessionBar)) {
		t.Fatalf("barred until %v", got)
	}
	tb.refuse(ErrRemoved, enter{Person: person("Maple", Patient)})
	tb.refuse(ErrRemoved, enter{person("Maple", Patient), &seal})
	tb.do(Lift{host, id})
	if len(tb.bars) != 0 || len(tb.view(host).Removed) != 0 {
		t.Fatal("not lifted")
	}
	id = tb.member(host, "Maple")
	tb.do(Remove{By: host, Seat: 1, Group: true})
	tb.cause(host, "Maple", "removed_group")
	if got := tb.bars[person("Maple", Patient).Subject]; !got.Equal(start.Add(90 * 24 * time.Hour)) {
		t.Fatalf("barred until %v", got)
	}
	tb.bye(id, ByeRemoved)
}

func TestRemoveFromWaitingRoom(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id := tb.knocked("Maple", Patient)
	tb.refuse(ErrNoSuchGuest, Remove{By: host, Seat: -1, Guest: host})
	tb.do(Remove{By: host, Seat: -1, Guest: id})
	tb.bye(id, ByeRemoved)
	out := tb.member(host, "River")
	tb.do(StepOut{By: host, Seat: 1}, Remove{By: host, Seat: -1, Guest: out})
	tb.bye(out, ByeRemoved)
	tb.refuse(ErrNoSuchGuest, Remove{By: host, Seat: -1, Guest: out})
	tb.refuse(ErrNoSuchSeat, Remove{By: host, Seat: -1})
}

// M-F5: a removal for the session holds for as long as the session lasts, and a
// little longer.
func TestSessionRemovalEndsWithSession(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	tb.member(host, "Maple")
	tb.member(host, "River")
	tb.do(Remove{By: host, Seat: 1}, Remove{By: host, Seat: 2, Group: true})
	subject, group := person("Maple", Patient).Subject, person("River", Patient).Subject
	for range 30 {
		tb.s.opened = tb.now // a session without an end in sight
		tb.wait(time.Hour)
		if left := tb.bars[subject].Sub(tb.now); left < sessionBar/2-time.Hour {
			t.Fatalf("only %v left", left)
		}
	}
	forGroup := tb.bars[group]
	tb.do(End{host})
	if got := tb.bars[subject]; !got.Equal(tb.now.Add(afterSession)) {
		t.Fatalf("until %v", got)
	}
	if !tb.bars[group].Equal(forGroup) {
		t.Fatal("the group's removal changed")
	}
}

// M-F8: pause stops patients and nobody else.
func TestPause(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id := tb.member(host, "Maple")
	tb.do(Set{id, mic(true)}, Set{host, mic(true)}, Pause{host, true})
	if g := tb.grant(id); g != (Grant{Seat: 1, Receive: true}) {
		t.Fatalf("%+v", g)
	}
	if g := tb.grant(host); !g.Audio || tb.view(id).Room.Phase != PhasePaused {
		t.Fatalf("%+v", g)
	}
	tb.do(Set{id, mic(true)}, lost{host})
	if g := tb.grant(id); g.Audio || g.Video {
		t.Fatalf("the pause ended with the facilitator: %+v", g)
	}
	tb.do(back{host}, Pause{host, false})
	if g := tb.grant(id); !g.Audio || !g.Video {
		t.Fatalf("%+v", g)
	}
}

// M-S3: the privacy cover.
func TestAway(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id := tb.member(host, "Maple")
	tb.do(Set{id, mic(true)}, Set{id, away(true)})
	if g := tb.grant(id); g != (Grant{Seat: 1}) {
		t.Fatalf("%+v", g)
	}
	if s := tb.view(host).Seats[1]; !s.Away || s.Mic || s.Camera {
		t.Fatalf("%+v", s)
	}
	tb.do(Set{id, away(false)})
	if g := tb.grant(id); !g.Audio || !g.Receive {
		t.Fatalf("%+v", g)
	}
}

func TestHands(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	a, b := tb.member(host, "Maple"), tb.member(host, "River")
	tb.do(Set{b, hand(true)})
	tb.wait(time.Second)
	tb.do(Set{a, hand(true)}, Set{b, hand(true)})
	s := tb.view(a).Seats
	if s[1].Hand <= s[2].Hand || s[2].Hand != start.UnixMilli() {
		t.Fatalf("%+v", s)
	}
	tb.do(LowerHand{host, 2})
	if tb.view(b).You.Hand || tb.view(a).Seats[2].Hand != 0 {
		t.Fatal("still up")
	}
	tb.refuse(ErrNoSuchSeat, LowerHand{host, 9})
}

// M-A6: a name is fixed once its owner sits.
func TestRename(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id := tb.knocked("Maple", Patient)
	tb.do(Rename{id, "River"})
	tb.refuse(ErrNamePersonal, Rename{id, "a@b.example"})
	tb.refuse(ErrNameTaken, Rename{id, "ADA"})
	tb.do(Admit{host, id})
	tb.refuse(ErrNotAllowed, AnswerRename{host, 1, true})
	tb.refuse(ErrNameFixed, Rename{id, "Oak"})
	if v := tb.view(id); v.You.Name != "River" || v.You.Rename != "Oak" || tb.view(host).Seats[1].Rename != "Oak" {
		t.Fatalf("%+v", v.You)
	}
	other := tb.enter(person("Other", Patient))
	tb.refuse(ErrNameTaken, Knock{By: other, Name: "oak"}) // asked for
	tb.do(AnswerRename{host, 1, false})
	if v := tb.view(id); v.You.Name != "River" || v.You.Rename != "" {
		t.Fatalf("%+v", v.You)
	}
	tb.refuse(ErrNameFixed, Rename{id, "Oak"})
	tb.do(AnswerRename{host, 1, true})
	if v := tb.view(host); v.Seats[1].Name != "Oak" {
		t.Fatalf("%+v", v.Seats)
	}
	tb.do(Rename{host, "Eve"})
	tb.refuse(ErrNoSuchSeat, AnswerRename{host, 7, true})
}

// M-F11: the truth about an empty seat, for facilitators.
func TestCauses(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	for i, c := range []struct {
		cause string
		leave func(ID)
	}{
		{"left", func(id ID) { tb.do(Leave{By: id}) }},
		{"left_quickly", func(id ID) { tb.do(Leave{By: id, Quick: true}) }},
		{"lost", func(id ID) { tb.do(lost{id}); tb.wait(2 * time.Minute) }},
		{"removed", func(id ID) { tb.do(Remove{By: host, Seat: 1}) }},
	} {
		id := tb.member(host, "Tree "+string(rune('A'+i)))
		tb.wait(time.Second)
		c.leave(id)
		tb.cause(host, "Tree "+string(rune('A'+i)), c.cause)
	}
	tb.member(host, "Tree A") // sits again: off the list
	if n := len(tb.view(host).Removed); n != 3 {
		t.Fatalf("%d lines", n)
	}
}

func TestDepartedListIsBounded(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	first := tb.member(host, "Bad")
	tb.do(Remove{By: host, Seat: 1})
	for i := range maxDeparted + 20 {
		id := tb.member(host, "Tree "+string([]rune{rune('A' + i/24), rune('a' + i%24), 'x'}))
		tb.do(Leave{By: id})
	}
	if n := len(tb.view(host).Removed); n != maxDeparted {
		t.Fatalf("%d lines", n)
	}
	tb.do(Lift{host, first}) // what can be lifted stays
}
