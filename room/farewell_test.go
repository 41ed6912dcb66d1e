package room

import (
	"slices"
	"testing"
	"time"
)

func goodbyeTo(host ID, seat int) StartRound {
	return StartRound{By: host, Kind: RoundGoodbye, From: -1, For: seat}
}

// M-W1: the round ends with the leaver, the group learns of it then, and when the
// session is over so is their access.
func TestFarewell(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	ids := tb.fill(host, 3)
	river := tb.member(host, "River")
	tb.refuse(ErrNotAllowed, MarkLast{host, 0, true})
	tb.refuse(ErrNoSuchSeat, MarkLast{host, 9, true})
	tb.do(MarkLast{host, 4, true})
	if !tb.state(host, river).Last || tb.state(ids[0], river).Last || tb.state(river, river).Last || len(tb.view(ids[0]).Session.Goodbyes) > 0 {
		t.Fatal("the mark is not the facilitators' alone")
	}
	tb.do(goodbyeTo(host, 4))
	for _, seat := range []int{0, 1, 2, 3} {
		next := seat + 1
		tb.turn(seat, next)
		if r := tb.view(ids[0]).Round; r.Kind != RoundGoodbye || r.For != 4 {
			t.Fatalf("%+v", r)
		}
		tb.do(NextTurn{host})
	}
	tb.turn(4, -1)
	tb.do(PassTurn{By: river})
	if v := tb.view(ids[0]); v.Round != nil || !slices.Equal(v.Session.Goodbyes, []string{"River"}) {
		t.Fatalf("%+v", v.Session)
	}
	seal := tb.at(river).seal()
	subject := tb.at(river).person.Subject
	tb.do(Leave{By: river})
	tb.bye(river, ByeFarewell)
	river, err := tb.try(enter{person("River", Patient), &seal})
	if err != nil {
		t.Fatalf("cannot come back while the session lasts: %v", err)
	}
	tb.do(Admit{host, river}, End{host})
	tb.bye(river, ByeFarewell)
	tb.bye(ids[0], ByeEnded)
	if got := tb.bars[subject]; !got.Equal(tb.now.Add(tb.s.set.Removal)) {
		t.Fatalf("access ends until %v", got)
	}
	next := newTableOf(t, DefaultSettings(), Record{Removed: tb.s.removed, Ended: tb.s.ended})
	next.refuse(ErrRemoved, enter{Person: person("River", Patient)})
	next.enter(person("Tree A", Patient))
}

// A mark that was taken away ends nothing; one that stays does, said goodbye or not.
func TestLastSessionMarks(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	a, b := tb.member(host, "Maple"), tb.member(host, "Oak")
	tb.do(MarkLast{host, 1, true}, MarkLast{host, 1, false}, MarkLast{host, 2, true}, Leave{By: b})
	tb.bye(b, ByeLeft) // nobody said goodbye
	rec := tb.s.record()
	next := newTableOf(t, DefaultSettings(), rec) // the node dies
	next.leader("Eve")
	next.wait(3 * time.Hour)
	if _, barred := next.bars[person("Oak", Patient).Subject]; !barred || len(next.bars) != 1 {
		t.Fatalf("%v", next.bars)
	}
	tb.do(drain{})
	tb.bye(a, ByeElsewhere)
}

// M-W1: the clinic's invitation marks a last session too, once, and only for a
// member who was let in.
func TestLastSessionByInvitation(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	last := func(name string, r Role) Person {
		p := person(name, r)
		p.Last = true
		return p
	}
	oak, wren := tb.enter(last("Oak", Patient)), tb.enter(last("Wren", Patient))
	helper, lead := tb.enter(last("Ivy", Support)), tb.enter(last("Eve", Facilitator))
	for id, name := range map[ID]string{oak: "Oak", wren: "Wren", helper: "Ivy", lead: "Eve"} {
		tb.do(Knock{By: id, Name: name})
	}
	tb.do(Admit{host, oak}, Admit{host, helper})
	seat := tb.view(oak).You.Seat
	if !tb.state(host, oak).Last || tb.state(host, helper).Last || tb.state(host, lead).Last || tb.state(oak, oak).Last {
		t.Fatalf("marks: %+v", tb.view(host).Seats)
	}
	tb.do(MarkLast{host, seat, false}, Leave{By: oak})
	oak = tb.enter(last("Oak", Patient))
	tb.do(Knock{By: oak, Name: "Oak"}, Admit{host, oak})
	if tb.state(host, oak).Last {
		t.Fatal("the facilitators' word was not the last")
	}
	tb.do(MarkLast{host, seat, true}, End{host})
	if _, barred := tb.bars[person("Oak", Patient).Subject]; !barred || len(tb.bars) != 1 {
		t.Fatalf("access ended for %v", tb.bars)
	}
}

// M-W1: wherever the round begins, the leaver is last.
func TestLeaverIsLast(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	tb.fill(host, 3)
	for _, from := range []int{1, 2} {
		c := goodbyeTo(host, 2)
		c.From = from
		tb.do(c)
		var order []int
		for tb.s.round.kind != "" {
			order = append(order, tb.s.round.current)
			tb.do(NextTurn{host})
		}
		if len(order) != 4 || order[3] != 2 {
			t.Fatalf("from %d: %v", from, order)
		}
	}
}

// Somebody to whom the group said goodbye comes back to another node as
// everybody does.
func TestFarewellIsNoEnd(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id := tb.member(host, "Maple")
	tb.do(goodbyeTo(host, 1), stale{})
	tb.bye(id, ByeElsewhere)
}

// M-W2: asking for a goodbye is for facilitators' eyes, and no gate.
func TestSayGoodbyeFirst(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	a, b := tb.member(host, "Maple"), tb.member(host, "Oak")
	tb.do(AskGoodbye{a, true})
	if !tb.state(host, a).Goodbye || tb.state(b, a).Goodbye || !tb.view(a).You.Goodbye {
		t.Fatal("seen by the wrong people")
	}
	tb.do(goodbyeTo(host, 1))
	if tb.view(a).You.Goodbye {
		t.Fatal("asked, and answered")
	}
	tb.do(AskGoodbye{b, true}, Leave{By: b})
	tb.bye(b, ByeLeft)
}

// C-8: presets, to the leaver alone, while the goodbye lasts.
func TestKindWords(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	a, b := tb.member(host, "Maple"), tb.member(host, "Oak")
	tb.refuse(ErrNotAllowed, SendCard{a, CardThanks})
	tb.do(goAround(host, -1))
	tb.refuse(ErrNotAllowed, SendCard{a, CardThanks})
	tb.do(goodbyeTo(host, tb.seat(b)))
	tb.refuse(ErrNotAllowed, SendCard{a, "Call me: 555"})
	tb.refuse(ErrNotAllowed, SendCard{b, CardThanks})
	tb.do(SendCard{a, CardThanks}, SendCard{host, CardLuck})
	tb.hears(b, "card:thank_you", "card:good_luck")
	tb.hears(a)
	tb.hears(host)
}

// C-5: both move at once, with everything that is theirs.
func TestSwapSeats(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	ids := tb.fill(host, 3)
	tb.do(Set{ids[0], mic(true)}, goAround(host, -1), NextTurn{ids[0]})
	tb.do(SwapSeats{host, 2, 3})
	if tb.seat(ids[1]) != 3 || tb.seat(ids[2]) != 2 || tb.grant(ids[1]).Seat != 3 || tb.at(ids[1]).seal().Seat != 3 {
		t.Fatal("not moved")
	}
	tb.turn(3, 2) // it is still their turn
	tb.do(SwapSeats{host, 1, 9}, SwapSeats{host, 0, 1})
	if tb.seat(ids[0]) != 9 || tb.seat(host) != 1 || !tb.grant(ids[0]).Audio {
		t.Fatal("not moved to an empty seat")
	}
	if rec := tb.s.record(); !slices.ContainsFunc(rec.Seats, func(r SeatRecord) bool { return r.Number == 9 }) {
		t.Fatalf("%+v", rec.Seats)
	}
	tb.do(NextTurn{ids[1]}, NextTurn{ids[2]})
	if tb.s.round.kind != "" {
		t.Fatalf("somebody has a second turn by moving: %+v", tb.s.round)
	}
	tb.refuse(ErrNoSuchSeat, SwapSeats{host, 7, 8})
	tb.refuse(ErrNoSuchSeat, SwapSeats{host, -1, 1})
	tb.refuse(ErrNoSuchSeat, SwapSeats{host, 1, 16})
	tb.held = true
	tb.do(Admit{host, tb.knocked("Late", Patient)})
	tb.refuse(ErrNotAllowed, SwapSeats{host, 0, 1}) // somebody is on the way to seat 0
}

// S-26: the clinic's seat and "first time" claims.
func TestSeatAndFirstClaims(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	p := person("Maple", Patient)
	p.Seat, p.First = 7, true
	id := tb.enter(p)
	tb.do(Knock{By: id, Name: "Maple"})
	if g := tb.view(host).Waiting[0]; !g.First {
		t.Fatalf("%+v", g)
	}
	tb.do(Admit{host, id})
	if tb.seat(id) != 7 || !tb.state(host, id).First || tb.state(id, id).First {
		t.Fatalf("seat %d", tb.seat(id))
	}
}

// S-13, S-18: who was expected, who is here and for how long, for facilitators.
func TestAttendance(t *testing.T) {
	tb := newTable(t)
	lead := person("Ada", Facilitator)
	lead.Closed, lead.Roster = true, []Subject{"subject of Maple", "subject of Oak", "subject of Fir"}
	host := tb.enter(lead)
	tb.do(Knock{By: host, Name: "Ada"})
	if a := tb.view(host).Attendance; a.Expected != 3 || a.Absent != 3 || a.Here != 0 {
		t.Fatalf("%+v", a)
	}
	maple := tb.member(host, "Maple")
	tb.wait(10 * time.Minute)
	oak := tb.member(host, "Oak")
	tb.do(StepOut{By: host, Seat: tb.seat(oak)})
	tb.wait(5 * time.Minute)
	tb.do(Leave{By: maple, Quick: true})
	a := tb.view(host).Attendance
	if a.Expected != 3 || a.Here != 1 || a.Absent != 1 || len(a.People) != 2 {
		t.Fatalf("%+v", a)
	}
	if v := a.People[0]; v != (Visit{Name: "Maple", Ref: "ref of Maple", Spent: 900, Cause: causeQuick}) {
		t.Fatalf("%+v", v)
	}
	if v := a.People[1]; v.Since != start.Add(10*time.Minute).UnixMilli() || v.Spent != 0 || v.Cause != "" {
		t.Fatalf("%+v", v)
	}
	tb.wait(time.Minute)
	maple = tb.member(host, "Maple")
	tb.wait(time.Minute)
	tb.do(Remove{By: host, Seat: tb.seat(maple)})
	if v := tb.view(host).Attendance.People[0]; v.Spent != 960 || v.Cause != causeRemoved {
		t.Fatalf("%+v", v)
	}
	if tb.at(oak); tb.view(oak).Attendance != nil {
		t.Fatal("a member sees the list")
	}
}
