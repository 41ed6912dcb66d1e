package room

import (
	"testing"
	"time"
)

// M-F10: grace, hold, close; and the way back with the same seats.
func TestFacilitatorLoss(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id := tb.member(host, "Maple")
	seal := tb.at(host).seal()
	tb.do(Set{id, mic(true)}, lost{host})
	if v := tb.view(id); v.Room.Phase != PhaseAlone || !tb.grant(id).Audio {
		t.Fatalf("%+v", v.Room)
	}
	tb.wait(2 * time.Minute)
	if v := tb.view(id); v.Room.Phase != PhaseHold || tb.grant(id) != NoGrant || len(v.Seats) != 1 {
		t.Fatalf("%+v, %+v", v, tb.grant(id))
	}
	tb.bye(host, ByeLost)
	tb.wait(14 * time.Minute)
	host, err := tb.try(enter{person("Ada", Facilitator), &seal})
	if err != nil {
		t.Fatal(err) // a ticket is enough, long after the grace
	}
	if g := tb.grant(id); !g.Audio || tb.view(id).Room.Phase != PhaseOpen || tb.seat(host) != 0 || tb.seat(id) != 1 {
		t.Fatalf("%+v", g)
	}
	tb.do(Leave{By: host})
	if tb.view(id).Room.Phase != PhaseHold {
		t.Fatal("no facilitator, no hold")
	}
	tb.wait(15*time.Minute - time.Millisecond)
	if tb.over != endNot {
		t.Fatal("closed too early")
	}
	tb.wait(time.Millisecond)
	tb.bye(id, ByeEnded)
	if tb.over != endOver {
		t.Fatal("still open")
	}
}

// A second facilitator keeps the room open; and the deadline is the later one.
func TestTwoFacilitators(t *testing.T) {
	tb := newTable(t)
	a, b := tb.leader("Ada"), tb.leader("Eve")
	id := tb.member(a, "Maple")
	tb.do(lost{a})
	if v := tb.view(b); v.Room.Phase != PhaseOpen || v.Room.Until != 0 || v.Room.Since != start.UnixMilli() {
		t.Fatalf("%+v", v.Room)
	}
	tb.wait(time.Minute)
	tb.do(lost{b})
	if v := tb.view(b); v.Room.Phase != PhaseAlone || v.Room.Until != tb.now.Add(2*time.Minute).UnixMilli() {
		t.Fatalf("%+v", v.Room)
	}
	tb.wait(time.Minute)
	if tb.view(id).Room.Phase != PhaseAlone {
		t.Fatal("one grace ended both")
	}
	tb.wait(time.Minute)
	if tb.view(id).Room.Phase != PhaseHold {
		t.Fatal("no hold")
	}
}

// M-F12
func TestEnd(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id, waiting, at := tb.member(host, "Maple"), tb.knocked("River", Patient), tb.enter(person("Sky", Patient))
	tb.do(End{host})
	for _, p := range []ID{host, id, waiting, at} {
		tb.bye(p, ByeEnded)
	}
	tb.refuse(ErrEnded, Leave{By: id})
}

// M-F12: the end holds for whoever was away, too. Their tickets are of a session
// that is over, on every owner; their invitations open the next one.
func TestEndedTickets(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id, waiting := tb.member(host, "Maple"), tb.knocked("River", Patient)
	tb.do(lost{id})
	seals := []enter{}
	for name, at := range map[string]ID{"Maple": id, "River": waiting, "Ada": host} {
		seal := tb.at(at).seal()
		seals = append(seals, enter{person(name, tb.at(at).person.Role), &seal})
	}
	tb.do(End{host})
	rec := tb.s.record()
	if rec.Ended < uint64(start.UnixMilli()) {
		t.Fatalf("ended at %d", rec.Ended)
	}

	next := newTableOf(t, DefaultSettings(), Record{Ended: rec.Ended})
	next.now = start.Add(-time.Hour) // an owner whose clock is behind
	for _, again := range seals {
		next.refuse(ErrEnded, again)
	}
	fresh := next.enter(person("Maple", Patient))
	seal := next.at(fresh).seal()
	if got, err := next.try(enter{person("Maple", Patient), &seal}); err != nil || got != fresh {
		t.Fatalf("a ticket of the next session: %v", err)
	}
	if next.s.record().Ended != rec.Ended {
		t.Fatal("forgotten by the next owner")
	}
}

func TestSettings(t *testing.T) {
	for _, days := range []time.Duration{0, 1, 90, 180} {
		s := DefaultSettings()
		s.Removal = days * 24 * time.Hour
		if err := s.Validate(); err != nil {
			t.Errorf("%d days: %v", days, err)
		}
	}
	for name, change := range map[string]func(*Settings){
		"patients":     func(s *Settings) { s.Caps.Patients = 16 },
		"no patients":  func(s *Settings) { s.Caps.Patients = 0 },
		"facilitators": func(s *Settings) { s.Caps.Facilitators = 0 },
		"support":      func(s *Settings) { s.Caps.Support = -1 },
		"seats":        func(s *Settings) { s.Caps = Caps{15, 4, 2} },
		"waiting":      func(s *Settings) { s.Waiting = 51 },
		"grace":        func(s *Settings) { s.Grace = 0 },
		"hold":         func(s *Settings) { s.HoldClose = 0 },
		"removal":      func(s *Settings) { s.Removal = 181 * 24 * time.Hour },
		"no removal":   func(s *Settings) { s.Removal = -time.Hour },
		"an hour":      func(s *Settings) { s.Removal = time.Hour },
	} {
		s := DefaultSettings()
		change(&s)
		if s.Validate() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestRole(t *testing.T) {
	for _, r := range []Role{Patient, Facilitator, Support, Host} {
		b, _ := r.MarshalText()
		var got Role
		if err := got.UnmarshalText(b); err != nil || got != r {
			t.Errorf("%v: %v, %v", r, got, err)
		}
	}
	for _, s := range []string{"", "owner", "Patient"} {
		if _, err := ParseRole(s); err == nil {
			t.Errorf("%q is a role", s)
		}
	}
	if Role(9).String() != "" {
		t.Error("role 9 has a name")
	}
}
