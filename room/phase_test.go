package room

import (
	"testing"
	"time"
)

// M-F10: grace, hold, close; and the way back with the same seats.
func TestFacilitatorLoss(t *testing.T) {
	tb := newTable(t)
	host := tb.host("Ada")
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
	a, b := tb.host("Ada"), tb.host("Eve")
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
	host := tb.host("Ada")
	id, waiting, at := tb.member(host, "Maple"), tb.knocked("River", Patient), tb.enter(person("Sky", Patient))
	tb.do(End{host})
	for _, p := range []ID{host, id, waiting, at} {
		tb.bye(p, ByeEnded)
	}
	tb.refuse(ErrEnded, Leave{By: id})
}

// A removal that Redis remembers from before a restart ends with the session.
func TestRestoredSessionRemoval(t *testing.T) {
	tb := newTableOf(t, DefaultSettings(), Record{Removed: map[Subject]time.Time{
		"session": start.Add(20 * time.Hour), "group": start.Add(60 * 24 * time.Hour),
	}})
	tb.do(End{tb.host("Ada")})
	if !tb.bars["session"].Equal(start.Add(afterSession)) {
		t.Fatalf("%v", tb.bars)
	}
	if _, touched := tb.bars["group"]; touched {
		t.Fatal("the group's removal changed")
	}
}

func TestSettings(t *testing.T) {
	if err := DefaultSettings().Validate(); err != nil {
		t.Fatal(err)
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
	} {
		s := DefaultSettings()
		change(&s)
		if s.Validate() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestRole(t *testing.T) {
	for _, r := range []Role{Patient, Facilitator, Support} {
		b, _ := r.MarshalText()
		var got Role
		if err := got.UnmarshalText(b); err != nil || got != r {
			t.Errorf("%v: %v, %v", r, got, err)
		}
	}
	for _, s := range []string{"", "host", "Patient"} {
		if _, err := ParseRole(s); err == nil {
			t.Errorf("%q is a role", s)
		}
	}
	if Role(9).String() != "" {
		t.Error("role 9 has a name")
	}
}
