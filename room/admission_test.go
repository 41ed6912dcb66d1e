package room

import (
	"testing"
	"time"
)

// M-A8, M-C8: a patient waits unseen, sees nothing, and comes in muted.
func TestAdmission(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id := tb.knocked("Maple", Patient)
	if g := tb.grant(id); g != NoGrant {
		t.Fatalf("grant while waiting: %+v", g)
	}
	v := tb.view(id)
	if v.You.Stage != Waiting || v.You.Seat != -1 || len(v.Seats) != 0 || v.Room.Phase != "" {
		t.Fatalf("view while waiting: %+v", v)
	}
	w := tb.view(host).Waiting
	if len(w) != 1 || w[0].ID != id || w[0].Name != "Maple" || w[0].Ref != "ref of Maple" || !w[0].Here || w[0].Late || w[0].Moves {
		t.Fatalf("waiting list: %+v", w)
	}
	tb.do(Admit{host, id})
	if g := tb.grant(id); g != (Grant{Seat: 1, Video: true, Receive: true}) {
		t.Fatalf("grant after admission: %+v", g)
	}
	if v := tb.view(id); len(v.Seats) != 2 || v.Seats[0].Name != "Ada" || v.Seats[0].Seat != 0 || v.Room.Phase != PhaseOpen {
		t.Fatalf("view after admission: %+v", v)
	}
	tb.do(Set{id, mic(true)})
	if g := tb.grant(id); !g.Audio {
		t.Fatal("own microphone stays off")
	}
}

// M-A9: nobody is admitted without a facilitator who is here.
func TestNoMeetingWithoutFacilitator(t *testing.T) {
	tb := newTable(t)
	first := tb.knocked("Maple", Patient)
	tb.refuse(ErrNotAllowed, Admit{first, first})
	if v := tb.view(first); v.You.Stage != Waiting {
		t.Fatalf("stage %s", v.You.Stage)
	}
	host := tb.leader("Ada")
	tb.do(lost{host})
	tb.refuse(ErrNoFacilitator, Admit{host, first})
	tb.refuse(ErrNoFacilitator, AdmitAll{host})
	tb.do(back{host}, Admit{host, first})
	tb.refuse(ErrNoSuchGuest, Admit{host, first})
	tb.refuse(ErrNoSuchGuest, Admit{host, 99})
}

// M-A11: the cap of patients, with staff apart; the 13th hears that it is full.
func TestCap(t *testing.T) {
	for _, n := range []int{12, 15} {
		set := DefaultSettings()
		set.Caps.Patients = n
		tb := newTableOf(t, set, Record{})
		host := tb.leader("Ada")
		early := tb.knocked("Early", Patient)
		ids := tb.fill(host, n)
		tb.refuse(ErrFull, Admit{host, early})
		tb.refuse(ErrFull, AdmitAll{host})
		late := tb.enter(person("Late", Patient))
		tb.refuse(ErrFull, Knock{By: late, Name: "Late"})
		tb.leader("Eve")
		third := tb.enter(person("Third", Facilitator))
		tb.refuse(ErrFull, Knock{By: third, Name: "Third"})
		helper := tb.knocked("Sign", Support)
		tb.do(Admit{host, helper}, Leave{By: ids[3]}, AdmitAll{host})
		if got := tb.seat(early); got != 4 {
			t.Fatalf("the free seat is 4, got %d", got)
		}
		if free := tb.view(host).Room.Free; free != 0 {
			t.Fatalf("free: %d", free)
		}
	}
}

// M-A12: a seat in grace, and one that is stepped out, cannot be taken.
func TestSeatKept(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	ids := tb.fill(host, 12)
	tb.do(lost{ids[0]}, StepOut{By: host, Seat: tb.seat(ids[1])})
	late := tb.enter(person("Late", Patient))
	tb.refuse(ErrFull, Knock{By: late, Name: "Late"})
	tb.wait(119 * time.Second)
	tb.refuse(ErrFull, Knock{By: late, Name: "Late"})
	tb.wait(time.Second)
	tb.bye(ids[0], ByeLost)
	tb.do(Knock{By: late, Name: "Late"}, Admit{host, late})
	if tb.seat(late) != 1 {
		t.Fatalf("seat %d", tb.seat(late))
	}
}

// A facilitator's invitation may lower the cap; nobody else's may, and none
// may raise it.
func TestCapLowered(t *testing.T) {
	tb := newTable(t)
	p := person("Maple", Patient)
	p.Cap = 1
	tb.enter(p)
	f := person("Ada", Facilitator)
	f.Cap = 2
	host := tb.enter(f)
	tb.do(Knock{By: host, Name: "Ada"})
	tb.fill(host, 2)
	f2 := person("Eve", Facilitator)
	f2.Cap = 15
	tb.enter(f2)
	late := tb.enter(person("Late", Patient))
	tb.refuse(ErrFull, Knock{By: late, Name: "Late"})
}

func TestWaitingRoomQuota(t *testing.T) {
	set := DefaultSettings()
	set.Waiting = 2
	tb := newTableOf(t, set, Record{})
	a := tb.knocked("Maple", Patient)
	tb.knocked("River", Support)
	id := tb.enter(person("Late", Patient))
	tb.refuse(ErrWaitingFull, Knock{By: id, Name: "Late"})
	tb.leader("Ada")
	again := tb.enter(person("Maple", Patient)) // the same person needs no second place
	tb.do(Knock{By: again, Name: "Maple"})
	tb.bye(a, ByeMoved)
}

// M-F7: a locked door.
func TestLock(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	in := tb.member(host, "Maple")
	tb.do(Lock{host, true})
	late := tb.knocked("Late", Patient)
	if v := tb.view(late); !v.Room.Locked {
		t.Fatal("a latecomer is not told")
	}
	if w := tb.view(host).Waiting; len(w) != 1 || !w[0].Late {
		t.Fatalf("waiting: %+v", w)
	}
	tb.do(AdmitAll{host})
	if tb.at(late).stage != Waiting {
		t.Fatal("a latecomer came in unnamed")
	}
	tb.do(lost{in}, back{in}, lost{in})
	tb.wait(reclaimAfter)
	in2 := tb.enter(person("Maple", Patient))
	if tb.seat(in2) != 1 {
		t.Fatal("the lock stopped a returning person")
	}
	tb.leader("Eve")
	tb.do(Admit{host, late})
	if tb.at(late).stage != Seated {
		t.Fatal("a named latecomer stays out")
	}
}

// M-A10: a closed group.
func TestRoster(t *testing.T) {
	tb := newTable(t)
	member, stranger := tb.knocked("Maple", Patient), tb.knocked("River", Patient)
	helper := tb.knocked("Sign", Support)
	fake := person("Fake", Patient)
	fake.Closed, fake.Roster = true, []Subject{fake.Subject}
	tb.enter(fake)
	f := person("Ada", Facilitator)
	f.Closed, f.Roster = true, []Subject{person("Maple", Patient).Subject}
	host := tb.enter(f)
	tb.bye(stranger, ByeNotOnRoster)
	tb.do(Knock{By: host, Name: "Ada"}, Admit{host, member}, Admit{host, helper})
	late := tb.enter(person("Late", Patient))
	tb.refuse(ErrNotOnRoster, Knock{By: late, Name: "Late"})

	f.Roster = nil // another facilitator's invitation without the list
	tb.enter(f)
	tb.refuse(ErrNotOnRoster, Knock{By: late, Name: "Late"})
	tb.refuse(ErrNotAllowed, Invite{host, Patient})
	tb.do(Invite{host, Support}, Invite{host, Facilitator})
}

// closedFor is a patient's invitation into a closed group of these people.
func closedFor(name string, members ...string) Person {
	p := person(name, Patient)
	p.Closed = true
	for _, m := range members {
		p.Roster = append(p.Roster, person(m, Patient).Subject)
	}
	return p
}

// M-A10: where no facilitator's invitation lists the members, each member's own
// does - for that member, and for nobody else.
func TestClosedWithoutTheFacilitatorsRoster(t *testing.T) {
	tb := newTable(t)
	member := tb.enter(closedFor("Maple", "Maple", "River"))
	tb.do(Knock{By: member, Name: "Maple"})
	for _, p := range []Person{closedFor("Fake", "Maple", "River"), closedFor("None")} {
		stranger := tb.enter(p)
		tb.refuse(ErrNotOnRoster, Knock{By: stranger, Name: "Fake"})
		got, err := tb.try(enter{p, &Seal{Name: "Fake", Seat: -1, Gen: 7}})
		if err != nil || tb.at(got).stage != Entered {
			t.Fatal("a ticket knocked for a stranger", err)
		}
	}
	open := tb.knocked("Open", Patient) // a member's word closes nothing
	tb.leader("Eve")                    // neither does an open invitation
	if tb.at(open).stage != Waiting || tb.at(member).stage != Waiting {
		t.Fatal("sent away")
	}
	ada := person("Ada", Facilitator)
	ada.Closed = true
	host := tb.enter(ada)
	tb.bye(open, ByeNotOnRoster)
	late := tb.enter(person("Late", Patient))
	tb.refuse(ErrNotOnRoster, Knock{By: late, Name: "Late"})
	other := tb.enter(closedFor("River", "Maple", "River"))
	tb.do(Knock{By: host, Name: "Ada"}, Knock{By: other, Name: "River"}, Admit{host, member}, Admit{host, other})
	tb.knocked("Sign", Support)
	tb.refuse(ErrNotAllowed, Invite{host, Patient})
}

// Nothing but a facilitator's invitation changes the room, and coming back
// does not bring an older list back.
func TestOnlyFacilitatorsAreObeyed(t *testing.T) {
	tb := newTable(t)
	for _, r := range []Role{Patient, Support} {
		p := person("Tricky", r)
		p.Closed, p.Roster, p.Cap, p.Seat = true, []Subject{p.Subject}, 1, 99
		id := tb.enter(p)
		tb.do(Knock{By: id, Name: "Tricky"}, Leave{By: id})
		_, _ = tb.try(enter{p, &Seal{Name: "Tricky", Seat: 0, Gen: 1}})
	}
	if tb.s.closed || tb.s.roster != nil || tb.s.caps != DefaultSettings().Caps {
		t.Fatalf("closed %v, roster %v, caps %+v", tb.s.closed, tb.s.roster, tb.s.caps)
	}
	listing := func(name, member string) Person {
		p := person(name, Facilitator)
		p.Closed, p.Roster = true, []Subject{person(member, Patient).Subject}
		return p
	}
	ada := tb.enter(listing("Ada", "Maple"))
	tb.do(Knock{By: ada, Name: "Ada"})
	seal := tb.at(ada).seal()
	tb.enter(listing("Eve", "River"))
	river := tb.knocked("River", Patient)
	if got, err := tb.try(enter{listing("Ada", "Maple"), &seal}); err != nil || got != ada {
		t.Fatal(got, err)
	}
	if tb.at(river).stage != Waiting {
		t.Fatal("an older list came back with its bearer")
	}
}

// The page can tell who waits at a locked door.
func TestLateIsTold(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	early := tb.knocked("Early", Patient)
	tb.do(Lock{host, true})
	late := tb.knocked("Late", Patient)
	if tb.view(early).You.Late || !tb.view(late).You.Late || tb.view(host).You.Late {
		t.Fatalf("%+v, %+v", tb.view(early).You, tb.view(late).You)
	}
	tb.do(Admit{host, late})
	if tb.view(late).You.Late {
		t.Fatal("still late in the circle")
	}
}

// S-26: the seat the clinic wishes, while it is free.
func TestWishedSeat(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	for _, c := range []struct {
		name       string
		wish, want int
	}{{"A", 7, 7}, {"B", 7, 1}, {"C", 0, 2}, {"D", 99, 3}, {"E", -5, 4}, {"F", -1, 5}} {
		p := person(c.name, Patient)
		p.Seat = c.wish
		id := tb.enter(p)
		tb.do(Knock{By: id, Name: c.name}, Admit{host, id})
		if got := tb.seat(id); got != c.want {
			t.Errorf("%s wished %d: got %d, want %d", c.name, c.wish, got, c.want)
		}
	}
}

func TestClaimAnswers(t *testing.T) {
	for _, c := range []struct {
		err   error
		stage Stage
		bye   Bye
	}{
		{nil, Seated, ""},
		{ErrUnavailable, Seated, ""}, // M-M7
		{ErrFull, Waiting, ""},
		{ErrTaken, Waiting, ""},
		{ErrRemoved, "", ByeRemoved},
		{ErrStale, "", ByeElsewhere},
	} {
		tb := newTable(t)
		host := tb.leader("Ada")
		id := tb.knocked("Maple", Patient)
		tb.answer = func(claim) error { return c.err }
		tb.do(Admit{host, id})
		if c.bye != "" {
			tb.bye(id, c.bye)
			continue
		}
		if p := tb.at(id); p.stage != c.stage || p.serial != 0 || c.stage == Waiting && p.seat != -1 {
			t.Errorf("%v: %+v", c.err, p)
		}
		tb.answer = nil
		if c.stage == Waiting {
			tb.do(Admit{host, id})
		}
	}
}

func TestFacilitatorWhoseClaimIsRefused(t *testing.T) {
	tb := newTable(t)
	tries := 0
	tb.answer = func(claim) error { tries++; return ErrFull }
	id := tb.knocked("Ada", Facilitator)
	tb.bye(id, ByeFull)
	if tries != maxTries {
		t.Errorf("%d tries", tries)
	}
}

// A reserved seat counts until the claim is undone, and a late answer to an
// abandoned claim seats nobody.
func TestClaimUnderWay(t *testing.T) {
	set := DefaultSettings()
	set.Caps.Patients = 1
	tb := newTableOf(t, set, Record{})
	host := tb.leader("Ada")
	a, b := tb.knocked("Maple", Patient), tb.knocked("River", Patient)
	tb.held = true
	tb.do(Admit{host, a}, Admit{host, a})
	if len(tb.lost) != 1 || tb.grant(a) != NoGrant {
		t.Fatalf("claims: %v", tb.lost)
	}
	tb.refuse(ErrFull, Admit{host, b})
	tb.refuse(ErrNoSuchSeat, Mute{By: host, Seat: 1})
	tb.do(Decline{By: host, Guest: a})
	tb.do(Admit{host, b})
	tb.refuse(ErrGone, seated{By: a, Serial: tb.lost[0].serial})
	tb.do(seated{By: b, Serial: tb.lost[0].serial})
	if tb.at(b).stage != Waiting {
		t.Fatal("seated by somebody else's claim")
	}
	tb.do(seated{By: b, Serial: tb.lost[1].serial})
	if tb.at(b).stage != Seated {
		t.Fatal("not seated")
	}
}

func TestAdmitAll(t *testing.T) {
	set := DefaultSettings()
	set.Caps.Patients = 3
	tb := newTableOf(t, set, Record{})
	host := tb.leader("Ada")
	tb.do(AdmitAll{host})
	var ids []ID
	for _, n := range []string{"A", "B", "C", "D"} {
		tb.wait(time.Second)
		ids = append(ids, tb.knocked(n, Patient))
	}
	tb.do(lost{ids[0]}, AdmitAll{host})
	for i, want := range []int{-1, 1, 2, 3} {
		if got := tb.seat(ids[i]); got != want {
			t.Errorf("%d has seat %d, want %d", i, got, want)
		}
	}
	tb.do(back{ids[0]})
	tb.refuse(ErrFull, AdmitAll{host})
}

func TestDecline(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id := tb.knocked("Maple", Patient)
	tb.do(Decline{By: host, Guest: id})
	tb.bye(id, ByeDeclined)
	tb.cause(host, "Maple", "declined")
	tb.refuse(ErrDeclined, enter{Person: person("Maple", Patient)})
	tb.refuse(ErrNoSuchGuest, Decline{By: host, Guest: id})
	tb.do(Lift{host, id})
	again := tb.knocked("Maple", Patient)
	tb.do(Admit{host, again})
	tb.refuse(ErrNoSuchGuest, Decline{By: host, Guest: again})
}
