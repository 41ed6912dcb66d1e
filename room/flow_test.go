package room

import (
	"slices"
	"testing"
	"time"
)

func minutes(n int) *int { return &n }

// M-T1, S-1: everybody sees the step, also who comes late or again; the order is the
// facilitators'.
func TestSteps(t *testing.T) {
	tb := newTable(t)
	waiting := tb.knocked("Sky", Patient)
	host := tb.leader("Ada")
	id := tb.member(host, "Maple")
	if v := tb.view(id).Session; v.At != StepArrival || v.Since != start.UnixMilli() || !slices.Equal(v.Order, DefaultSteps()) {
		t.Fatalf("%+v", v)
	}
	if tb.view(waiting).Session != nil {
		t.Fatal("M-A8: the session is told in the waiting room")
	}
	order := []Step{StepSharing, StepTopic, StepClosing}
	tb.wait(time.Minute)
	tb.do(Plan{By: host, Order: order}, Move{host, StepSharing})
	order[0] = StepOpening // the caller's again
	for _, who := range []ID{host, id} {
		v := tb.view(who).Session
		if v.At != StepSharing || v.Since != tb.now.UnixMilli() || v.Order[0] != StepSharing || len(v.Order) != 3 {
			t.Fatalf("%+v", v)
		}
	}
	late := tb.member(host, "River")
	seal := tb.at(id).seal()
	tb.do(lost{id}, enter{person("Maple", Patient), &seal})
	for _, who := range []ID{late, id} {
		if tb.view(who).Session.At != StepSharing {
			t.Fatalf("%+v", tb.view(who).Session)
		}
	}
	for _, bad := range []Command{
		Move{host, StepOpening}, Move{host, "elsewhere"}, Move{host, ""},
		Plan{By: host, Order: []Step{}}, Plan{By: host, Order: []Step{StepTopic, StepTopic}},
		Plan{By: host, Order: []Step{StepArrival}}, Plan{By: host, Order: []Step{"elsewhere"}},
	} {
		tb.refuse(ErrNotAllowed, bad)
	}
	tb.do(Move{host, StepWindDown}, Move{host, StepArrival}, Move{host, StepTopic})
}

// M-T2: the length is bounded, and its hints are the facilitators' alone.
func TestPlannedLength(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id := tb.member(host, "Maple")
	for _, bad := range []int{14, 121, -1, 0} {
		tb.refuse(ErrOutOfRange, Plan{By: host, Length: minutes(bad)})
	}
	if v := tb.view(host).Session; v.Length != 90 || v.Ends != start.Add(90*time.Minute).UnixMilli() {
		t.Fatalf("%+v", v)
	}
	tb.do(Plan{By: host, Length: minutes(60)})
	tb.wait(15 * time.Minute) // of arrival
	tb.do(Move{host, StepOpening})
	tb.wait(time.Minute)
	tb.do(Move{host, StepTopic}) // only the first step begins the session
	began := start.Add(15 * time.Minute)
	if v := tb.view(host).Session; v.Began != began.UnixMilli() || v.Ends != began.Add(time.Hour).UnixMilli() {
		t.Fatalf("%+v", v)
	}
	for _, at := range []struct {
		minute int
		hint   string
	}{{49, ""}, {50, "ten"}, {54, "ten"}, {55, "five"}, {60, "over"}, {79, "over"}, {80, "last_ten"}, {85, "last_five"}} {
		if next := tb.s.next(); at.hint != "" && at.minute%5 == 0 && !next.Equal(began.Add(time.Duration(at.minute)*time.Minute)) {
			t.Fatalf("minute %d: next is %v", at.minute, next)
		}
		tb.wait(began.Add(time.Duration(at.minute) * time.Minute).Sub(tb.now))
		if got := tb.view(host).Session.Hint; got != at.hint {
			t.Errorf("minute %d: hint %q, want %q", at.minute, got, at.hint)
		}
		if v := tb.view(id).Session; v.Ends != 0 || v.Hint != "" || v.Length != 0 || v.Hard != 0 || v.Began != 0 {
			t.Fatalf("X13: a member is told of the time: %+v", v)
		}
	}
	shared := true
	tb.do(Plan{By: host, Shared: &shared})
	if v := tb.view(id).Session; v.Ends != began.Add(time.Hour).UnixMilli() || v.Hint != "" {
		t.Fatalf("%+v", v)
	}
}

// M-T3: the planned end cuts nobody off; half an hour later the session ends,
// and no change of the plan can end it sooner than in ten minutes.
func TestSoftAndHardEnd(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id := tb.member(host, "Maple")
	tb.do(Set{id, mic(true)})
	tb.wait(100 * time.Minute)
	if !tb.grant(id).Audio {
		t.Fatal("the planned end cuts somebody off")
	}
	tb.refuse(ErrOutOfRange, Plan{By: host, Length: minutes(79)})
	tb.do(Plan{By: host, Length: minutes(80)})
	tb.do(Plan{By: host, Length: minutes(120)})
	tb.wait(50*time.Minute - time.Millisecond)
	if tb.over != endNot {
		t.Fatal("too early")
	}
	tb.wait(time.Millisecond)
	tb.bye(id, ByeEnded)
}

// S-9: the door closes by itself once; a facilitator may open it again.
func TestDoorCloses(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	tb.refuse(ErrOutOfRange, Plan{By: host, Door: minutes(121)})
	tb.do(Plan{By: host, Door: minutes(10)})
	tb.wait(5 * time.Minute)
	tb.do(Move{host, StepOpening})
	if v := tb.view(host).Session; v.Closes != start.Add(15*time.Minute).UnixMilli() || v.Door != 10 {
		t.Fatalf("%+v", v)
	}
	tb.wait(10*time.Minute - time.Millisecond)
	if tb.s.locked {
		t.Fatal("too early")
	}
	tb.wait(time.Millisecond)
	late := tb.knocked("Late", Patient)
	if v := tb.view(late); !v.Room.Locked || !v.You.Late {
		t.Fatalf("%+v", v)
	}
	tb.do(Lock{host, false})
	tb.wait(time.Hour)
	if tb.s.locked {
		t.Fatal("closed against the facilitator's will")
	}
}

// A node that takes over goes on where the session was (issue 4).
func TestFlowSurvives(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	seal := tb.at(host).seal()
	shared := true
	tb.wait(time.Minute)
	tb.do(Plan{By: host, Order: []Step{StepSharing, StepClosing}, Length: minutes(45), Shared: &shared, Door: minutes(30)}, Move{host, StepSharing})
	tb.wait(31 * time.Minute)
	tb.do(Lock{host, false})
	want := *tb.view(host).Session
	next := newTableOf(t, DefaultSettings(), tb.s.record())
	next.now = tb.now
	next.do(enter{person("Ada", Facilitator), &seal})
	got := *next.view(next.s.seats[0].id).Session
	if got.Order = want.Order; !slices.Equal(next.s.flow.order, want.Order) || !equalSession(got, want) || next.s.locked {
		t.Fatalf("%+v, want %+v", got, want)
	}
	arrival := newTable(t)
	arrival.leader("Ada")
	arrival.wait(time.Minute)
	again := newTableOf(t, DefaultSettings(), arrival.s.record())
	if !again.s.opened.Equal(start) {
		t.Fatalf("opened %v", again.s.opened)
	}
}

func equalSession(a, b Session) bool {
	a.Order, b.Order = nil, nil
	a.Since, b.Since = 0, 0 // of the step: begins anew with the new owner
	return a.At == b.At && a.Ends == b.Ends && a.Length == b.Length && a.Began == b.Began && a.Hard == b.Hard &&
		a.Hint == b.Hint && a.Shared == b.Shared && a.Door == b.Door
}

// What a record says that cannot be is not believed.
func TestFlowRestoreNonsense(t *testing.T) {
	seat := SeatRecord{Subject: "a", Role: Patient, Number: 3}
	for name, f := range map[string]FlowRecord{
		"step":   {At: "elsewhere", Length: 60, Order: DefaultSteps()},
		"order":  {At: StepTopic, Length: 60, Order: []Step{StepTopic, StepTopic}},
		"length": {At: StepTopic, Length: 900, Order: DefaultSteps()},
		"door":   {At: StepTopic, Length: 60, Door: -2, Order: DefaultSteps()},
	} {
		tb := newTableOf(t, DefaultSettings(), Record{Flow: f, Seats: []SeatRecord{seat}})
		if tb.s.flow.at != StepArrival || tb.s.flow.length != 90 || tb.s.flow.door != 0 || len(tb.s.flow.order) != 5 {
			t.Errorf("%s: %+v", name, tb.s.flow)
		}
	}
	for name, at := range map[string]int64{"the first ms": 1, "long ago": start.Add(-25 * time.Hour).UnixMilli(), "far": start.Add(25 * time.Hour).UnixMilli(), "the last ms": 1<<63 - 1} {
		f := FlowRecord{At: StepTopic, Order: DefaultSteps(), Length: 60, Opened: at, Began: at}
		tb := newTableOf(t, DefaultSettings(), Record{Flow: f, Seats: []SeatRecord{seat}})
		tb.s.advance()
		if tb.over != endNot || tb.s.over != endNot || tb.s.flow.at != StepTopic || !tb.s.opened.Equal(start) || !tb.s.flow.began.IsZero() {
			t.Errorf("opened at %s: over %v, opened %v, began %v", name, tb.s.over, tb.s.opened, tb.s.flow.began)
		}
	}
	over := FlowRecord{At: StepTopic, Order: DefaultSteps(), Length: 60, Opened: start.Add(-50 * time.Hour).UnixMilli()}
	tb := newTableOf(t, DefaultSettings(), Record{Flow: over})
	if tb.leader("Ada"); tb.s.flow.at != StepArrival || !tb.s.opened.Equal(start) {
		t.Errorf("an earlier session goes on without anybody in it: %+v", tb.s.flow)
	}
}
