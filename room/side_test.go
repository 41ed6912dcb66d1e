package room

import (
	"slices"
	"testing"
	"time"
)

// aside is a room in which Eve and Maple have stepped out together.
func aside(t *testing.T) (tb *table, ada, eve, maple, oak ID) {
	t.Helper()
	tb = newTable(t)
	ada, eve = tb.leader("Ada"), tb.leader("Eve")
	maple, oak = tb.member(ada, "Maple"), tb.member(ada, "Oak")
	tb.do(Set{maple, mic(true)}, Set{maple, hand(true)}, StepAside{eve, tb.seat(maple)})
	return tb, ada, eve, maple, oak
}

func (tb *table) state(viewer, of ID) Seat {
	tb.t.Helper()
	seats := tb.view(viewer).Seats
	i := slices.IndexFunc(seats, func(s Seat) bool { return s.Seat == tb.at(of).seat })
	if i < 0 {
		tb.t.Fatalf("%d does not see %d", viewer, of)
	}
	return seats[i]
}

// C-6, M-F4: own media, and the group sees "stepped out" and no more.
func TestSideRoom(t *testing.T) {
	tb, ada, eve, maple, oak := aside(t)
	tb.do(Set{maple, mic(true)}, Set{eve, mic(true)}, Set{oak, mic(true)})
	for _, who := range []ID{eve, maple} {
		if g := tb.grant(who); g.Room != 1 || !g.Audio || !g.Receive || g.Seat != tb.seat(who) {
			t.Fatalf("%+v", g)
		}
		if v := tb.view(who); !v.You.Side || tb.state(who, maple).State != seatSide || !tb.state(who, eve).Mic || tb.state(who, oak).State != seatHere {
			t.Fatalf("%+v", v)
		}
		for _, other := range []ID{ada, oak} {
			if s := tb.state(other, who); s.State != seatSteppedOut || s.Mic || s.Camera || s.Hand != 0 {
				t.Fatalf("the group sees %+v", s)
			}
		}
	}
	for _, who := range []ID{ada, oak} {
		if g := tb.grant(who); g.Room != 0 || !g.Receive || tb.view(who).You.Side {
			t.Fatalf("%+v", g)
		}
	}
	if tb.state(ada, maple).Side != 1 || tb.state(oak, maple).Side != 0 {
		t.Fatal("facilitators know of it, members do not")
	}
	tb.do(OpenText{ada, true}, SayGroup{oak, "hello"})
	tb.hears(maple)
	tb.refuse(ErrNotAllowed, SayGroup{maple, "hello"})
	tb.do(Lock{eve, true}) // still a facilitator
	tb.do(ComeBack{eve, tb.seat(maple)})
	for _, who := range []ID{eve, maple} {
		if g := tb.grant(who); g.Room != 0 || g.Audio || tb.state(oak, who).State != seatHere {
			t.Fatalf("%+v", g)
		}
	}
	tb.refuse(ErrNotAllowed, ComeBack{eve, tb.seat(maple)})
}

// The group keeps a facilitator, and one of two people is no room.
func TestSideRoomRules(t *testing.T) {
	tb, ada, eve, maple, oak := aside(t)
	tb.refuse(ErrNotAllowed, StepAside{eve, tb.seat(oak)})
	tb.refuse(ErrNotAllowed, StepAside{ada, tb.seat(maple)})
	tb.refuse(ErrNoFacilitator, StepAside{ada, tb.seat(oak)})
	tb.refuse(ErrNotAllowed, StepAside{ada, tb.seat(eve)})
	tb.refuse(ErrNoSuchSeat, StepAside{ada, 9})
	tb.do(ComeBack{ada, tb.seat(eve)}, StepOut{By: ada, Seat: tb.seat(oak)}, StepAside{eve, tb.seat(oak)}) // one who waits outside
	if tb.at(oak).stage != Seated || tb.grant(oak).Room != 2 {
		t.Fatalf("%+v", tb.grant(oak))
	}
	tb.do(Leave{By: eve})
	if p := tb.at(oak); p.stage != SteppedOut || tb.grant(oak) != NoGrant {
		t.Fatalf("alone in a side room: %+v", tb.grant(oak))
	}
	again := tb.leader("Eve")
	tb.do(StepAside{again, tb.seat(oak)}, Remove{By: ada, Seat: tb.seat(oak)})
	if tb.at(again).side != 0 || tb.grant(again).Room != 0 {
		t.Fatal("a facilitator alone in a side room")
	}
	tb.do(StepAside{again, tb.seat(maple)}, StepOut{By: ada, Seat: tb.seat(maple)})
	if tb.at(again).side != 0 || tb.at(maple).stage != SteppedOut {
		t.Fatal("a step out leaves a side room behind")
	}
}

// A facilitator in a side room does not lead the group: it goes on hold as
// without one (M-F10), and the two go on talking.
func TestSideRoomLeadsNobody(t *testing.T) {
	tb, ada, eve, maple, oak := aside(t)
	tb.do(lost{ada})
	if tb.s.base != PhaseAlone {
		t.Fatal(tb.s.base)
	}
	tb.wait(2 * time.Minute)
	if tb.s.base != PhaseHold || tb.grant(oak) != NoGrant || !tb.grant(maple).Receive || !tb.grant(eve).Receive {
		t.Fatalf("%s, %+v", tb.s.base, tb.grant(maple))
	}
	tb.do(ComeBack{eve, tb.seat(eve)})
	if tb.s.base != PhaseOpen || !tb.grant(oak).Receive {
		t.Fatal(tb.s.base)
	}
}

// Another device, and another owner.
func TestSideRoomMoves(t *testing.T) {
	tb, ada, _, _, _ := aside(t)
	second := tb.knocked("Maple", Patient)
	tb.do(Admit{ada, second})
	if tb.grant(second).Room != 1 || !tb.view(second).You.Side {
		t.Fatalf("%+v", tb.grant(second))
	}
	rec := tb.s.record()
	next := newTableOf(t, DefaultSettings(), rec)
	for _, p := range next.s.seats {
		if p != nil && (p.stage == SteppedOut) != (p.person.Subject == person("Maple", Patient).Subject) {
			t.Fatalf("seat %d is %s", p.seat, p.stage)
		}
	}
}

// A member says that they want back; facilitators alone know, and decide.
func TestAskBack(t *testing.T) {
	tb, ada, eve, maple, oak := aside(t)
	group := tb.view(oak).Seats
	tb.do(AskBack{maple, true})
	since := tb.now.UnixMilli()
	tb.wait(time.Second)
	tb.do(AskBack{maple, true}) // the first time counts
	for _, id := range []ID{ada, eve} {
		if tb.state(id, maple).Back != since || tb.state(id, oak).Back != 0 {
			t.Errorf("%+v", tb.state(id, maple))
		}
	}
	if !tb.view(maple).You.Back || !slices.Equal(tb.view(oak).Seats, group) || tb.state(maple, maple).Back != 0 {
		t.Errorf("the group sees %+v, before %+v", tb.view(oak).Seats, group)
	}
	tb.do(AskBack{maple, false})
	if tb.view(maple).You.Back || tb.state(ada, maple).Back != 0 {
		t.Error("taken back, and still there")
	}
	tb.do(AskBack{maple, true}, ComeBack{eve, tb.seat(maple)})
	if tb.view(maple).You.Back || tb.state(ada, maple).Back != 0 {
		t.Error("back in the circle, and still asks")
	}
	for _, id := range []ID{maple, oak, eve} {
		tb.refuse(ErrNotAllowed, AskBack{id, true})
	}
}

// It goes along where the two are parted, and to another device.
func TestAskBackStays(t *testing.T) {
	tb, ada, eve, maple, oak := aside(t)
	tb.refuse(ErrNotAllowed, AskBack{eve, true}) // a facilitator comes back by herself
	tb.do(AskBack{maple, true})
	second := tb.knocked("Maple", Patient)
	tb.do(Admit{ada, second})
	if !tb.view(second).You.Back {
		t.Error("lost on the way to another device")
	}
	tb.do(Leave{By: eve})
	if p := tb.at(second); p.stage != SteppedOut || !tb.view(second).You.Back || tb.state(ada, second).Back == 0 || tb.state(oak, second).Back != 0 {
		t.Errorf("alone outside: %+v", tb.view(second).You)
	}
	tb.do(Admit{ada, second}, StepOut{By: ada, Seat: tb.seat(second)}, AskBack{second, true})
	again := tb.leader("Eve")
	tb.do(StepAside{again, tb.seat(second)})
	if tb.view(second).You.Back {
		t.Error("asks to come back from where they were before")
	}
}
