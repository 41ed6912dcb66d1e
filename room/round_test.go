package room

import (
	"slices"
	"testing"
	"time"
)

// checkRound holds of every round.
func checkRound(t failer, s *state) {
	t.Helper()
	r := s.round
	if s.over != endNot {
		return
	}
	if r.kind == "" {
		if r != (round{}) {
			t.Fatalf("S-2: something is left of a round: %+v", r)
		}
		return
	}
	p := s.seats[r.current]
	switch {
	case p == nil || p.stage != Seated || p.side != 0:
		t.Fatal("S-2: nobody sits whose turn it is")
	case r.lent >= 0 && !s.seatedOn(r.lent):
		t.Fatal("C-4: the turn is lent to nobody")
	case (r.leaver >= 0) != (r.kind == RoundGoodbye):
		t.Fatal("M-W1: a goodbye for nobody")
	case r.done&r.later != 0:
		t.Fatal("S-2: somebody has had a turn and is to be asked again")
	}
	members, _ := s.rounds()
	if members.Passed != nil || members.Later != nil {
		t.Fatal("M-C6: the group sees who passed")
	}
}

// checkRecord asks that a record is one that may be read again.
func checkRecord(t failer, s *state) {
	t.Helper()
	r := s.record()
	if r.Flow.At != "" && !r.Flow.Valid() || r.Round.Kind != "" && !r.Round.Valid() {
		t.Fatalf("a record that nobody would read: %+v, %+v", r.Flow, r.Round)
	}
}

// goAround starts a round from a seat, -1 for the lowest.
func goAround(host ID, from int) StartRound {
	return StartRound{By: host, Kind: RoundGoAround, From: from, For: -1}
}

func (tb *table) turn(want, next int) {
	tb.t.Helper()
	r := tb.s.round
	members, _ := tb.s.rounds()
	if members == nil {
		tb.t.Fatalf("no round, want turn %d", want)
	}
	if r.current != want || members.Next != next {
		tb.t.Fatalf("turn %d, next %d, want %d and %d: %+v", r.current, members.Next, want, next, r)
	}
}

// S-2: the turn goes along the seats; who is away is skipped and offered later,
// who asks for it is come back to, who comes late is asked too.
func TestGoAround(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada") // on seat 0, and has no turn
	ids := tb.fill(host, 4)
	tb.do(lost{ids[2]})
	tb.wait(3 * time.Second)
	tb.do(goAround(host, 2))
	tb.turn(2, 4)
	tb.refuse(ErrNotAllowed, NextTurn{ids[3]})
	tb.refuse(ErrNotAllowed, PassTurn{By: ids[0]})
	tb.refuse(ErrNotAllowed, PassTurn{By: host})
	tb.do(PassTurn{ids[1], true}) // come back to me
	tb.turn(4, 1)
	tb.do(back{ids[2]}) // seat 3 is there again
	late := tb.member(host, "Late")
	tb.turn(4, 5)
	tb.do(Set{late, away(true)}) // behind the privacy cover
	tb.turn(4, 1)
	tb.do(Set{late, away(false)}, NextTurn{ids[3]})
	tb.turn(5, 1)
	tb.do(NextTurn{late}, NextTurn{host})
	tb.turn(2, 3)
	tb.do(PassTurn{ids[1], true}) // a second time means no
	tb.turn(3, -1)
	tb.do(NextTurn{ids[2]})
	if tb.view(host).Round != nil {
		t.Fatal("goes on without end")
	}
	tb.refuse(ErrNotAllowed, NextTurn{host})
	tb.refuse(ErrNotAllowed, LendTurn{host, 1})
	tb.refuse(ErrNotAllowed, GiveTurn{host, 1})
}

// M-C6: a pass looks like a turn to the group, and leaves no trace in what is
// kept; facilitators see it while the round lasts.
func TestPassLeavesNoTrace(t *testing.T) {
	run := func(pass bool) (*table, ID, ID) {
		tb := newTable(t)
		host := tb.leader("Ada")
		ids := tb.fill(host, 3)
		tb.do(goAround(host, -1))
		if pass {
			tb.do(PassTurn{By: ids[0]})
		} else {
			tb.do(NextTurn{ids[0]})
		}
		return tb, host, ids[1]
	}
	a, hostA, memberA := run(true)
	b, _, memberB := run(false)
	if x, y := *a.view(memberA).Round, *b.view(memberB).Round; x.Current != y.Current || x.Passed != nil || x.Later != nil {
		t.Fatalf("%+v, %+v", x, y)
	}
	if x, y := a.s.record(), b.s.record(); !sameRecord(x, y) {
		t.Fatalf("%+v, %+v", x, y)
	}
	if got := a.view(hostA).Round.Passed; !slices.Equal(got, []int{1}) {
		t.Fatalf("facilitators see %v", got)
	}
	a.do(EndRound{hostA})
	if a.s.round != (round{}) {
		t.Fatalf("%+v", a.s.round)
	}
}

// C-4: a member may be lent the passing on, and nothing else.
func TestLentTurn(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	ids := tb.fill(host, 3)
	tb.do(goAround(host, -1))
	tb.refuse(ErrNotAllowed, NextTurn{ids[2]})
	tb.refuse(ErrNotAllowed, LendTurn{host, 0}) // a facilitator needs none
	tb.refuse(ErrNoSuchSeat, LendTurn{host, 9})
	tb.do(LendTurn{host, 3})
	if got := tb.view(ids[0]).Round.Lent; got != 3 {
		t.Fatal(got)
	}
	tb.do(NextTurn{ids[2]})
	tb.turn(2, 3)
	for _, c := range []Command{EndRound{ids[2]}, GiveTurn{ids[2], 1}, LendTurn{ids[2], 1}, goAround(ids[2], -1)} {
		tb.refuse(ErrNotAllowed, c)
	}
	tb.do(LendTurn{host, -1})
	tb.refuse(ErrNotAllowed, NextTurn{ids[2]})
	tb.do(LendTurn{host, 3}, Leave{By: ids[2]})
	if tb.s.round.lent != -1 {
		t.Fatal("lent to an empty seat")
	}
	tb.do(GiveTurn{host, 1})
	tb.turn(1, 2)
}

// A turn never rests on somebody who cannot take it.
func TestTurnGoesOn(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	ids := tb.fill(host, 4)
	tb.do(goAround(host, 1), StepOut{By: host, Seat: 1})
	tb.turn(2, 3)
	tb.do(Leave{By: ids[1]})
	tb.turn(3, 4)
	again := tb.member(host, "Again") // on the free seat 2: somebody else, who has had no turn
	tb.do(lost{ids[2]})
	tb.wait(3 * time.Second)
	tb.turn(3, 4) // facilitators decide about somebody who drops out while speaking
	tb.do(NextTurn{host})
	tb.turn(4, 2)
	tb.do(Admit{host, ids[0]}, NextTurn{host})
	tb.turn(1, 2)
	tb.do(NextTurn{host}, NextTurn{again})
	if tb.s.round.kind != "" {
		t.Fatalf("%+v", tb.s.round)
	}
	for _, c := range []StartRound{
		{By: host, Kind: "other", From: -1, For: -1}, {By: host, Kind: RoundGoodbye, From: -1, For: 0}, {By: host, From: -1},
	} {
		tb.refuse(ErrNotAllowed, c)
	}
	tb.refuse(ErrNoSuchSeat, StartRound{By: host, Kind: RoundGoAround, From: 16, For: -1})
	tb.refuse(ErrNoSuchSeat, StartRound{By: host, Kind: RoundGoodbye, From: -1, For: 9})
	tb.do(Leave{By: ids[0]}, Leave{By: again}, Leave{By: ids[2]}, Leave{By: ids[3]})
	tb.refuse(ErrNotAllowed, goAround(host, -1)) // nobody to ask
	tb.do(StartRound{By: host, Kind: RoundGoAround, From: -1, Staff: true, For: -1})
	tb.turn(0, -1)
}

// A node that takes over goes on with the same turn (issue 4).
func TestRoundSurvives(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	ids := tb.fill(host, 4)
	tb.do(goAround(host, 2), NextTurn{ids[1]}, PassTurn{By: ids[2]}, LendTurn{host, 1})
	var tickets []enter
	for i, id := range append(ids, host) {
		seal := tb.at(id).seal()
		tickets = append(tickets, enter{person([]string{"Tree A", "Tree B", "Tree C", "Tree D", "Ada"}[i], tb.at(id).person.Role), &seal})
	}
	next := newTableOf(t, DefaultSettings(), tb.s.record())
	for _, ticket := range tickets {
		next.do(ticket)
	}
	next.turn(4, 1)
	if next.s.round.lent != 1 || next.s.round.passed != 0 {
		t.Fatalf("%+v", next.s.round)
	}
	for name, r := range map[string]RoundRecord{
		"kind": {Kind: "other"}, "seat": {Kind: RoundGoAround, Current: 20, Lent: -1, Leaver: -1},
		"beyond the circle": {Kind: RoundGoAround, Current: 18, Lent: -1, Leaver: -1},
		"nobody leaves":     {Kind: RoundGoodbye, Lent: -1, Leaver: -1}, "done": {Kind: RoundGoAround, Lent: -1, Leaver: -1, Done: 1 << 25},
		"nobody sits": {Kind: RoundGoAround, Current: 9, Lent: -1, Leaver: -1},
	} {
		if tb := newTableOf(t, DefaultSettings(), Record{Round: r}); tb.s.round != (round{}) {
			t.Errorf("%s: %+v", name, tb.s.round)
		}
	}
}
