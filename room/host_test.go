package room

import (
	"slices"
	"testing"
	"time"
)

// door is a technical host at the door.
func (tb *table) door(name string) ID {
	tb.t.Helper()
	id := tb.knocked(name, Host)
	if st := tb.at(id).stage; st != AtDoor {
		tb.t.Fatalf("a host is %s", st)
	}
	return id
}

// marks are the hosts as somebody is told of them.
func (tb *table) marks(id ID) Hosts {
	tb.t.Helper()
	if h := tb.view(id).Room.Hosts; h != nil {
		return *h
	}
	return nil
}

// S-6: at the door at once, without anybody's admission, and nothing of the
// group: no seat, no media, no texts, and no meeting by being there (M-A9).
func TestHostHasNoPart(t *testing.T) {
	tb := newTable(t)
	kim := tb.door("Kim")
	if tb.s.base != PhaseWaiting || tb.grant(kim) != NoGrant || tb.seat(kim) != -1 {
		t.Fatalf("%s, %+v", tb.s.base, tb.grant(kim))
	}
	waits := tb.knocked("Maple", Patient)
	tb.refuse(ErrNoFacilitator, Admit{kim, waits})
	tb.refuse(ErrNoFacilitator, AdmitAll{kim})
	ada := tb.leader("Ada")
	oak := tb.member(ada, "Oak")
	tb.do(OpenText{ada, true}, SayGroup{oak, "hello"}, SetPrompt{ada, "card"}, SetNote{ada, "note"}, Arrange{ada, true},
		StartRound{By: ada, Kind: RoundGoAround, From: -1, For: -1}, Set{oak, mic(true)}, Set{oak, hand(true)}, AskSupport{oak, true},
		Pause{ada, true}, SayStaff{ada, "How is Oak?", false})
	tb.hears(kim)
	if tb.grant(kim) != NoGrant {
		t.Fatalf("%+v", tb.grant(kim))
	}
	v := tb.view(kim)
	want := []Seat{{Seat: 0, Name: "Ada", Role: Facilitator, State: seatHere}, {Seat: 1, Name: "Oak", Role: Patient, State: seatHere}}
	if !slices.Equal(v.Seats, want) || v.Session != nil || v.Round != nil || v.Middle != nil || v.Attendance != nil {
		t.Fatalf("%+v", v)
	}
	for _, c := range []Command{offering{kim}, Set{kim, mic(true)}, Set{kim, camera(true)}, SayGroup{kim, "hello"}, Lock{kim, true},
		Remove{By: kim, Seat: 1}, Remove{By: kim, Seat: -1, Guest: waits}, Decline{By: kim, Guest: waits}, Mute{By: kim, Seat: 1},
		StepOut{By: kim, Seat: 1}, Invite{kim, Patient}, End{kim}, Pause{kim, false}, Rename{kim, "Lee"}} {
		tb.refuse(ErrNotAllowed, c)
	}
}

// M-C3: everybody is told, also who waits and whom the host sees.
func TestHostIsAnnounced(t *testing.T) {
	tb := newTable(t)
	ada := tb.leader("Ada")
	maple, out := tb.member(ada, "Maple"), tb.member(ada, "Oak")
	tb.do(StepOut{By: ada, Seat: tb.seat(out)})
	waits, entered := tb.knocked("River", Patient), tb.enter(person("Sky", Patient))
	all := []ID{ada, maple, out, waits, entered}
	before := tb.enter(person("Kim", Host)) // sees nothing before its name, and is not there
	for _, id := range append(all, before) {
		if m := tb.marks(id); m != nil {
			t.Fatalf("told of %+v", m)
		}
	}
	tb.do(Knock{By: before, Name: "Kim"})
	kim := before
	for id, want := range map[ID]HostMark{
		ada: {Name: "Kim", State: seatHere, ID: kim, Ref: "ref of Kim", Since: start.UnixMilli()}, maple: {Name: "Kim", State: seatHere},
		kim: {Name: "Kim", State: seatHere}, out: {State: seatHere}, waits: {State: seatHere}, entered: {State: seatHere},
	} {
		if got := tb.marks(id); !slices.Equal(got, Hosts{want}) {
			t.Errorf("%d is told %+v, want %+v", id, got, want)
		}
	}
	tb.do(lost{kim})
	tb.wait(3 * time.Second)
	if m := tb.marks(maple); m[0].State != seatLost {
		t.Errorf("%+v", m)
	}
	tb.do(back{kim})
	if m := tb.marks(waits); m[0].State != seatHere {
		t.Errorf("%+v", m)
	}
	tb.do(Leave{By: kim})
	for _, id := range all {
		if tb.marks(id) != nil {
			t.Error("told of a host who has left")
		}
	}
}

// S-6: the host lets in who waits; who needs a second look is facilitators'.
func TestHostAdmits(t *testing.T) {
	tb := newTable(t)
	ada, kim := tb.leader("Ada"), tb.door("Kim")
	oak, maple := tb.knocked("Oak", Patient), tb.knocked("Maple", Patient)
	tb.do(Notify{kim, NoticeSoon}, Admit{kim, oak})
	if tb.at(oak).stage != Seated || tb.view(maple).You.Notice != NoticeSoon {
		t.Fatalf("%s, %q", tb.at(oak).stage, tb.view(maple).You.Notice)
	}
	guests := tb.view(kim).Waiting
	if len(guests) != 1 || guests[0].Name != "Maple" || guests[0].Ref != "" || tb.view(kim).Room.Free != 11 {
		t.Fatalf("%+v, %+v", guests, tb.view(kim).Room)
	}
	tb.do(AdmitAll{kim}, Lock{ada, true})
	late, second := tb.knocked("River", Patient), tb.knocked("Oak", Patient)
	tb.refuse(ErrNotAllowed, Admit{kim, late})
	tb.refuse(ErrNotAllowed, Admit{kim, second})
	tb.do(StepOut{By: ada, Seat: tb.seat(maple)})
	tb.refuse(ErrNoSuchGuest, Admit{kim, maple})
	tb.refuse(ErrNoSuchGuest, Admit{kim, kim})
	for _, g := range tb.view(kim).Waiting {
		if g.Name == "Maple" {
			t.Error("a host sees who has stepped out")
		}
	}
	if s := tb.view(kim).Seats; s[2].State != seatHere {
		t.Errorf("a host sees a step out: %+v", s)
	}
	tb.do(AdmitAll{kim})
	if tb.at(late).stage != Waiting || tb.at(second).stage != Waiting {
		t.Error("a host let in who needs a second look")
	}
	tb.do(lost{oak})
	tb.wait(3 * time.Second)
	if s := tb.view(kim).Seats; s[1].State != seatLost {
		t.Errorf("%+v", s)
	}
}

// S-7, S-8: help at the door, and the backchannel where it is meant for hosts.
func TestHostReads(t *testing.T) {
	tb := newTable(t)
	ada, eve, kim := tb.leader("Ada"), tb.leader("Eve"), tb.door("Kim")
	oak, waits := tb.member(ada, "Oak"), tb.knocked("River", Patient)
	tb.do(AskHelp{waits, "No sound"}, AnswerHelp{kim, waits, "Tap the sign"})
	for _, id := range []ID{kim, ada, eve} {
		tb.hears(id, "help:No sound", "answer:Tap the sign")
	}
	tb.hears(waits, "help:No sound", "answer:Tap the sign")
	tb.do(SayStaff{kim, "One is at the door", false})
	tb.do(SayStaff{ada, "Let them in", true})
	tb.do(SayStaff{eve, "Oak is not well", false})
	tb.hears(kim, "staff:One is at the door", "staff:Let them in")
	tb.hears(ada, "staff:One is at the door", "staff:Let them in", "staff:Oak is not well")
	tb.hears(oak)
	tb.hears(waits)
	tb.do(StepOut{By: ada, Seat: tb.seat(oak)}, AskHelp{oak, "I cannot go on"})
	tb.refuse(ErrNoSuchGuest, AnswerHelp{kim, oak, "x"})
	tb.do(AnswerHelp{eve, oak, "I am here"})
	tb.hears(kim)
	tb.hears(oak, "help:I cannot go on", "answer:I am here")
}

// The cap of its own: no host takes anybody's place, and none takes theirs.
func TestHostCap(t *testing.T) {
	set := DefaultSettings()
	set.Caps, set.Waiting = Caps{Patients: 2, Facilitators: 1, Support: 0}, 1
	tb := newTableOf(t, set, Record{})
	tb.door("Kim")
	lee := tb.door("Lee")
	third := tb.enter(person("Max", Host))
	tb.refuse(ErrFull, Knock{By: third, Name: "Max"})
	ada := tb.leader("Ada")
	tb.fill(ada, 2)
	tb.do(Leave{By: lee}, Knock{By: third, Name: "Max"})
	if tb.at(third).stage != AtDoor {
		t.Fatal(tb.at(third).stage)
	}
	for i := range maxHostPages {
		_, err := tb.try(enter{Person: person(string(rune('a'+i)), Host)})
		if want := i >= maxHostPages-2; want != (err == ErrBusy) {
			t.Errorf("page %d: %v", i, err)
		}
	}
	tb.enter(person("Sky", Patient))
}

// M-A4: one place per invitation; a second device waits for a facilitator while
// the first is connected, and one person is not at the door and in the circle.
func TestHostOnASecondDevice(t *testing.T) {
	tb := newTable(t)
	ada, kim := tb.leader("Ada"), tb.door("Kim")
	second := tb.knocked("Kim", Host)
	if tb.at(second).stage != Waiting || len(tb.marks(ada)) != 1 || !tb.view(ada).Waiting[0].Moves {
		t.Fatalf("%s, %+v", tb.at(second).stage, tb.view(ada).Waiting)
	}
	tb.refuse(ErrNotAllowed, Admit{kim, second})
	tb.refuse(ErrNotAllowed, offering{second})
	tb.do(Decline{By: ada, Guest: second})
	if tb.at(kim).stage != AtDoor {
		t.Fatal("declining the second device sends the first away")
	}
	second = tb.knocked("Kim", Host)
	tb.do(Admit{ada, second})
	tb.bye(kim, ByeMoved)
	tb.do(lost{second})
	third := tb.knocked("Kim", Host)
	if tb.at(third).stage != Waiting {
		t.Fatal("a moment without network hands the place over")
	}
	tb.wait(reclaimAfter)
	tb.bye(second, ByeMoved)
	if tb.at(third).stage != AtDoor || tb.at(third).since != start {
		t.Fatalf("%s since %v", tb.at(third).stage, tb.at(third).since)
	}
	other := person("Kim", Patient)
	id := tb.enter(other)
	tb.refuse(ErrNotAllowed, Knock{By: id, Name: "Oak"})
	tb.do(Leave{By: third}, Knock{By: id, Name: "Oak"}, Admit{ada, id})
	again := tb.enter(person("Kim", Host))
	tb.refuse(ErrNotAllowed, Knock{By: again, Name: "Kim"})
}

// M-F5: a facilitator sends a host away, for the session or the group.
func TestHostIsRemoved(t *testing.T) {
	tb := newTable(t)
	ada, kim := tb.leader("Ada"), tb.door("Kim")
	tb.do(Remove{By: ada, Seat: -1, Guest: kim})
	tb.bye(kim, ByeRemoved)
	tb.cause(ada, "Kim", causeRemoved)
	if _, err := tb.try(enter{Person: person("Kim", Host)}); err != ErrRemoved {
		t.Fatal(err)
	}
	tb.do(Lift{ada, kim})
	tb.door("Kim")
}

// A host's ticket brings it back to the door: in its grace, and after the room
// has another owner, which finds nothing of it in the record. It is good until
// the session ends.
func TestHostComesBack(t *testing.T) {
	tb := newTable(t)
	ada, kim := tb.leader("Ada"), tb.door("Kim")
	seal := tb.at(kim).seal()
	tb.do(lost{kim})
	if id, err := tb.try(enter{person("Kim", Host), &seal}); err != nil || id != kim {
		t.Fatal(id, err)
	}
	if len(tb.s.record().Seats) != 1 {
		t.Fatalf("%+v", tb.s.record())
	}
	next := newTableOf(t, DefaultSettings(), tb.s.record())
	id, err := next.try(enter{person("Kim", Host), &seal})
	if err != nil || next.at(id).stage != AtDoor || next.at(id).name != "Kim" {
		t.Fatal(err)
	}
	tb.do(lost{kim})
	tb.wait(tb.s.set.Grace)
	tb.bye(kim, ByeLost)
	if tb.marks(ada) != nil {
		t.Fatal("announced, and gone")
	}
	id = tb.door("Kim")
	seal = tb.at(id).seal()
	tb.do(End{ada})
	tb.bye(id, ByeEnded)
	again := newTableOf(t, DefaultSettings(), Record{Ended: tb.s.ended})
	if _, err := again.try(enter{person("Kim", Host), &seal}); err != ErrEnded {
		t.Fatal(err)
	}
}

// A seat cannot be a host's, not even by a record that says so.
func TestHostIsNotRestored(t *testing.T) {
	rec := Record{Seats: []SeatRecord{{Subject: "x", Role: Host, Number: 0, Generation: 1}}}
	tb := newTableOf(t, DefaultSettings(), rec)
	if len(tb.s.people) != 0 {
		t.Fatal("a host with a seat")
	}
}
