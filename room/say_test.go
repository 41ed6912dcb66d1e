package room

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// checkTold holds of every text that leaves the room.
func checkTold(t failer, s *state, e tell) {
	t.Helper()
	p := s.find(e.id)
	if e.text.Kind == TextReason {
		if p != nil || !ValidParting(e.text.Text) || e.text.Name != "" {
			t.Fatalf("S-22: a reason for nothing: %+v", e.text)
		}
		return
	}
	if p == nil {
		t.Fatal("a text to nobody")
	}
	inCircle := p.stage == Seated && p.side == 0 && !p.away
	waits := p.stage == Waiting || p.stage == SteppedOut
	text := e.text
	switch text.Kind {
	case TextGroup, TextCaption:
		if !inCircle || text.Guest != 0 {
			t.Fatalf("S-27, S-15: %s to somebody %s", text.Kind, p.stage)
		}
	case TextStaff:
		if !p.leads() && (p.stage != AtDoor || !text.Hosts) {
			t.Fatal("S-8: the backchannel to a member")
		}
	case TextHelp:
		if !p.leads() && !doorHears(s, p, text) && (!waits || text.Guest != p.id) {
			t.Fatal("S-7: help to another person who waits")
		}
	case TextAnswer:
		if !p.leads() && !doorHears(s, p, text) && (!waits || text.Guest != 0 || text.Name != "" || text.Seat != -1) {
			t.Fatal("S-7, M-A8: an answer that tells more than its text")
		}
	case TextCard:
		if p.seat != s.round.leaver || !s.seatedOn(p.seat) {
			t.Fatal("C-8: kind words to somebody else")
		}
	default:
		t.Fatalf("a text of kind %q", text.Kind)
	}
	if text.Text == "" || text.At != millis(s.now) {
		t.Fatalf("%+v", text)
	}
}

// doorHears says whether a technical host may read what somebody outside asks:
// of who waits, and not of who has stepped out (S-6).
func doorHears(s *state, p *attendee, text Text) bool {
	guest := s.find(text.Guest)
	return p.stage == AtDoor && text.Hosts && guest != nil && guest.stage == Waiting
}

// told are the texts somebody has got since the last call.
func (tb *table) told(id ID) (texts []string) {
	for _, e := range tb.texts {
		if e.id == id {
			texts = append(texts, string(e.text.Kind)+":"+e.text.Text)
		}
	}
	tb.texts = slices.DeleteFunc(tb.texts, func(e tell) bool { return e.id == id })
	return texts
}

func (tb *table) hears(id ID, want ...string) {
	tb.t.Helper()
	if got := tb.told(id); !slices.Equal(got, want) {
		tb.t.Fatalf("%d was told %q, want %q", id, got, want)
	}
}

// S-7: only the sender and the staff, and the answer only back.
func TestHelpFromTheWaitingRoom(t *testing.T) {
	tb := newTable(t)
	host, second := tb.leader("Ada"), tb.leader("Eve")
	member := tb.member(host, "Maple")
	waits, other := tb.knocked("River", Patient), tb.knocked("Sky", Patient)
	tb.do(AskHelp{waits, "No\x00 sound"}, AnswerHelp{host, waits, "Tap the sign"})
	tb.hears(waits, "help:No sound", "answer:Tap the sign")
	tb.hears(host, "help:No sound", "answer:Tap the sign")
	tb.hears(second, "help:No sound", "answer:Tap the sign")
	tb.hears(member)
	tb.hears(other)
	out := tb.member(host, "Oak")
	tb.do(StepOut{By: host, Seat: tb.seat(out)}, AskHelp{out, "Thank you"}, AnswerHelp{second, out, "Good"})
	tb.hears(out, "help:Thank you", "answer:Good")
	tb.refuse(ErrNoSuchGuest, AnswerHelp{host, member, "x"})
	tb.refuse(ErrNoSuchGuest, AnswerHelp{host, 99, "x"})
	tb.refuse(ErrTextInvalid, AskHelp{waits, " "})
	tb.refuse(ErrTextInvalid, AskHelp{waits, strings.Repeat("a", MaxText+1)})
}

// S-22: who has to go is told the preset, and nobody else.
func TestReasonToGo(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id, other := tb.member(host, "Maple"), tb.member(host, "Oak")
	waits := tb.knocked("River", Patient)
	tb.refuse(ErrNotAllowed, Remove{By: host, Seat: 1, Reason: "You are impossible"})
	tb.refuse(ErrNotAllowed, Decline{By: host, Guest: waits, Reason: ReasonNoise})
	tb.do(Remove{By: host, Seat: 1, Reason: ReasonRules}, Decline{By: host, Guest: waits, Reason: ReasonCall})
	tb.hears(id, "reason:rules")
	tb.hears(waits, "reason:call_us")
	tb.hears(other)
	tb.hears(host)
}

// S-8
func TestBackchannel(t *testing.T) {
	tb := newTable(t)
	host, second := tb.leader("Ada"), tb.leader("Eve")
	member, waits := tb.member(host, "Maple"), tb.knocked("River", Patient)
	tb.do(SayStaff{host, "Time to close?", false})
	tb.hears(second, "staff:Time to close?")
	tb.hears(host, "staff:Time to close?")
	tb.hears(member)
	tb.hears(waits)
}

// S-27: closed at first, to the circle alone, never while there is no group.
func TestGroupText(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	a, b, c := tb.member(host, "Maple"), tb.member(host, "Oak"), tb.member(host, "Sky")
	waits := tb.knocked("River", Patient)
	for _, who := range []ID{a, host} {
		tb.refuse(ErrNotAllowed, SayGroup{who, "hello"})
	}
	tb.do(OpenText{host, true})
	if !tb.view(a).Room.Text || tb.view(waits).Room.Text {
		t.Fatal("who may write is not told, or to everybody")
	}
	tb.do(Set{b, away(true)}, StepOut{By: host, Seat: tb.seat(c)}, SayGroup{a, "hello"})
	tb.hears(a, "group:hello")
	tb.hears(host, "group:hello")
	for _, who := range []ID{b, c, waits} {
		tb.hears(who)
	}
	tb.do(Pause{host, true})
	tb.refuse(ErrNotAllowed, SayGroup{a, "hello"})
	tb.do(SayGroup{host, "A moment"}, Pause{host, false}, Leave{By: host})
	tb.refuse(ErrNotAllowed, SayGroup{a, "hello"}) // on hold
}

// Nobody drowns the others; a captioner writes faster than others talk.
func TestTextsAreLimited(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	a := tb.member(host, "Maple")
	ivy := tb.knocked("Ivy", Support)
	tb.do(Admit{host, ivy}, OpenText{host, true})
	for n := range textBurst {
		tb.do(SayGroup{a, fmt.Sprint(n)})
	}
	tb.refuse(ErrBusy, SayGroup{a, "more"})
	tb.wait(textWhile)
	tb.do(SayGroup{a, "more"})
	for range 6 {
		for range textBurst {
			tb.do(Caption{ivy, "as they speak"})
		}
		tb.refuse(ErrBusy, Caption{ivy, "too fast"})
		tb.wait(captionTime)
	}
}

// Texts are for who is there: nothing of them is in a view, a record, or kept for later.
func TestTextsAreNotKept(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		ada, maple := h.knocked("Ada", Facilitator), h.knocked("Maple", Patient)
		ada.do(Admit{Guest: maple.ID()})
		synctest.Wait()
		ada.do(OpenText{Open: true})
		maple.do(SayGroup{Text: "a secret"})
		if len(ada.link.texts) != 1 || len(maple.link.texts) != 1 {
			t.Fatal("not relayed")
		}
		link := &fakeLink{}
		if err := maple.Back(link); err != nil {
			t.Fatal(err)
		}
		late := h.knocked("River", Patient)
		ada.do(Admit{Guest: late.ID()})
		synctest.Wait()
		if len(link.texts)+len(late.link.texts) != 0 {
			t.Fatal("told again")
		}
		state := fmt.Sprintf("%+v %+v", ada.room.state.record(), h.presence.look("room"))
		for _, v := range []*fakeLink{ada.link, link, late.link} {
			view, _ := v.see()
			state += fmt.Sprintf("%+v", view)
		}
		if strings.Contains(state, "a secret") {
			t.Fatal("kept")
		}
	})
}

// S-3: first come, first served, and never two at the same place.
func TestHandsInOrder(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	ids := tb.fill(host, 4)
	for _, i := range []int{2, 0, 3, 1} {
		tb.do(Set{ids[i], hand(true)})
	}
	tb.do(Set{ids[2], hand(true)}) // again: keeps its place
	seats := slices.DeleteFunc(slices.Clone(tb.view(ids[0]).Seats), func(s Seat) bool { return s.Hand == 0 })
	slices.SortFunc(seats, func(a, b Seat) int { return int(a.Hand - b.Hand) })
	var order []int
	for _, s := range seats {
		order = append(order, s.Seat)
	}
	if !slices.Equal(order, []int{3, 1, 4, 2}) {
		t.Fatal(order)
	}
}

// S-14: facilitators alone, and gone with the person.
func TestTicks(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id := tb.member(host, "Maple")
	yes, no := true, false
	tb.do(Tick{By: host, Seat: 1, Alone: &yes, Location: &yes}, Tick{By: host, Seat: 1, Alone: &no, Contact: &yes})
	if v := tb.view(host).Seats[1]; v.Alone || !v.Location || !v.Contact {
		t.Fatalf("%+v", v)
	}
	tb.refuse(ErrNoSuchSeat, Tick{By: host, Seat: 5})
	tb.do(Leave{By: id})
	tb.member(host, "Maple")
	if v := tb.view(host).Seats[1]; v.Alone || v.Location || v.Contact {
		t.Fatalf("%+v", v)
	}
}

// S-10: presets, to who waits now and to who comes later.
func TestNotice(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	member, waits := tb.member(host, "Maple"), tb.knocked("River", Patient)
	tb.do(Notify{host, NoticeFive})
	later := tb.knocked("Sky", Patient)
	for who, want := range map[ID]string{waits: NoticeFive, later: NoticeFive, member: ""} {
		if got := tb.view(who).You.Notice; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	tb.refuse(ErrNotAllowed, Notify{host, "Call me"})
	tb.do(Notify{host, ""})
	if tb.view(waits).You.Notice != "" || tb.view(host).Room.Notice != "" {
		t.Fatal("stays")
	}
}

// M-S4: to facilitators alone, acknowledged to the sender, then forgotten.
func TestSupportSignal(t *testing.T) {
	tb := newTable(t)
	host, second := tb.leader("Ada"), tb.leader("Eve")
	id, other := tb.member(host, "Maple"), tb.member(host, "Oak")
	tb.refuse(ErrNotAllowed, AnswerSupport{host, tb.seat(id)})
	tb.do(AskSupport{id, true})
	asked := tb.now
	tb.wait(time.Second)
	tb.do(AskSupport{id, true}) // again: since the first time
	for _, h := range []ID{host, second} {
		if v := tb.view(h).Seats[2]; v.Support != asked.UnixMilli() {
			t.Fatalf("%+v", v)
		}
	}
	if v := tb.view(other); v.Seats[2].Support != 0 || v.You.Support != "" {
		t.Fatalf("the group sees %+v", v)
	}
	if got := tb.view(id).You.Support; got != supportAsked {
		t.Fatal(got)
	}
	tb.do(AnswerSupport{second, 2})
	if v := tb.view(host).Seats[2]; v.Support != 0 || tb.view(id).You.Support != supportSeen {
		t.Fatalf("%+v, %q", v, tb.view(id).You.Support)
	}
	tb.do(AskSupport{id, false})
	if tb.view(id).You.Support != "" {
		t.Fatal("stays")
	}
	tb.do(StepOut{By: host, Seat: 2}, AskSupport{id, true})
	if tb.view(host).Seats[2].Support == 0 {
		t.Fatal("not from outside")
	}
}

// S-23: an operator may keep from facilitators how somebody left.
func TestQuickExitMayBeHidden(t *testing.T) {
	for hide, want := range map[bool]string{false: causeQuick, true: causeLeft} {
		set := DefaultSettings()
		set.HideQuick = hide
		tb := newTableOf(t, set, Record{})
		host := tb.leader("Ada")
		id := tb.member(host, "Maple")
		tb.do(Leave{By: id, Quick: true})
		tb.cause(host, "Maple", want)
	}
}
