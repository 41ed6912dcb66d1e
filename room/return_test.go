package room

import (
	"testing"
	"time"
)

// M-M2, M-A12: a lost connection keeps everything for the grace.
func TestGrace(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id := tb.member(host, "Maple")
	tb.do(Set{id, mic(true)}, Set{id, hand(true)}, lost{id})
	if s := tb.view(host).Seats[1]; s.State != "here" {
		t.Fatalf("lost is shown at once: %+v", s)
	}
	tb.wait(2 * time.Second)
	if s := tb.view(host).Seats[1]; s.State != "lost" || s.Since != start.UnixMilli() {
		t.Fatalf("%+v", s)
	}
	if g := tb.grant(id); !g.Audio || !g.Receive {
		t.Fatalf("media stopped with the socket: %+v", g)
	}
	tb.wait(time.Minute)
	tb.do(back{id})
	if p := tb.at(id); !p.mic || p.hand.IsZero() || !p.camera || tb.view(host).Seats[1].State != "here" {
		t.Fatalf("%+v", p)
	}
	tb.do(lost{id}, lost{id})
	tb.wait(2 * time.Minute)
	tb.bye(id, ByeLost)
	tb.cause(host, "Maple", "lost")
	tb.refuse(ErrGone, back{id})
}

// M-A4: a second device waits, then the seat moves; it never doubles.
func TestSecondDevice(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	tb.fill(host, 3)
	id := tb.member(host, "Maple")
	tb.do(Set{id, mic(true)}, Mute{By: host, Seat: 4, Hold: true})
	second := tb.knocked("Other name", Patient)
	if tb.at(second).person.Subject == tb.at(id).person.Subject {
		t.Fatal("test is wrong")
	}
	tb.do(Leave{By: second})
	second = tb.enter(person("Maple", Patient))
	tb.do(Knock{By: second, Name: "Other name", Camera: true})
	if w := tb.view(host).Waiting; len(w) != 1 || !w[0].Moves {
		t.Fatalf("%+v", w)
	}
	tb.do(AdmitAll{host})
	if tb.at(second).stage != Waiting {
		t.Fatal("moved unnamed")
	}
	before := len(tb.view(host).Seats)
	tb.do(Admit{host, second})
	tb.bye(id, ByeMoved)
	tb.cause(host, "Maple", "moved")
	p := tb.at(second)
	if p.seat != 4 || p.name != "Maple" || p.mic || !tb.view(second).You.MicHeld || len(tb.view(host).Seats) != before {
		t.Fatalf("%+v", p)
	}
	tb.refuse(ErrHeld, Set{second, mic(true)})
}

func TestTokenReclaimsLostSeat(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id := tb.member(host, "Maple")
	seal := tb.at(id).seal()
	tb.do(lost{id})
	tb.wait(reclaimAfter)
	second := tb.enter(person("Maple", Patient))
	p := tb.at(second)
	if p.stage != Seated || p.seat != 1 || p.name != "Maple" || p.mic || p.gen <= seal.Gen {
		t.Fatalf("%+v", p)
	}
	tb.bye(id, ByeMoved)
	tb.refuse(ErrGone, enter{person("Maple", Patient), &seal})
	// With another role it is not the same seat.
	tb.do(lost{second})
	tb.wait(reclaimAfter)
	as := tb.enter(person("Maple", Facilitator))
	if tb.at(as).stage != Entered {
		t.Fatal("a patient's seat became a facilitator's")
	}
	tb.refuse(ErrNotAllowed, Knock{By: as, Name: "Maple"})
	// Stepped out stays stepped out.
	tb.do(back{second}, StepOut{By: host, Seat: 1}, lost{second})
	tb.wait(reclaimAfter)
	third := tb.enter(person("Maple", Patient))
	if p := tb.at(third); p.stage != SteppedOut || tb.grant(third) != NoGrant {
		t.Fatalf("%+v", p)
	}
}

// M-A4: whoever holds a copy of the link, a partner at home say, does not get in
// during a moment without network: the facilitator sees a second device wait, and
// the first one comes back to its seat.
func TestCopyOfALinkGetsNoSeatInABlip(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id := tb.member(host, "Maple")
	seal := tb.at(id).seal()
	tb.do(lost{id})
	tb.wait(reclaimAfter - time.Second)
	second := tb.enter(person("Maple", Patient))
	if p := tb.at(second); p.stage != Entered || tb.grant(second) != NoGrant || len(tb.view(second).Seats) != 0 {
		t.Fatalf("a hello took the seat: %+v", p)
	}
	tb.do(Knock{By: second, Name: "Maple"})
	if p := tb.at(second); p.stage != Waiting || tb.grant(second) != NoGrant {
		t.Fatalf("a knock took the seat: %+v", p)
	}
	if w := tb.view(host).Waiting; len(w) != 1 || !w[0].Moves {
		t.Fatalf("the facilitator sees %+v", w)
	}
	if got, err := tb.try(enter{person("Maple", Patient), &seal}); err != nil || got != id {
		t.Fatalf("its own device: %d, %v", got, err)
	}
	tb.wait(time.Minute)
	if tb.at(id).stage != Seated || tb.at(second).stage != Waiting {
		t.Fatal("the seat moved by itself")
	}
}

// A device that waits takes the seat when the first has been gone for a while.
func TestWaitingDeviceReclaims(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	second := tb.enter(person("Ada", Facilitator))
	tb.do(Knock{By: second, Name: "Ada"})
	if tb.at(second).stage != Waiting {
		t.Fatal("doubled")
	}
	tb.do(lost{host})
	tb.wait(9 * time.Second)
	if tb.at(second).stage != Waiting {
		t.Fatal("too early")
	}
	tb.wait(time.Second)
	if p := tb.at(second); p.stage != Seated || p.seat != 0 || tb.view(second).Room.Phase != PhaseOpen {
		t.Fatalf("%+v", p)
	}
	tb.bye(host, ByeMoved)
}

func TestSealResumes(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id := tb.member(host, "Maple")
	tb.do(Set{id, mic(true)})
	seal := tb.at(id).seal()
	if got, err := tb.try(enter{person("Maple", Patient), &seal}); err != nil || got != id || !tb.at(id).mic {
		t.Fatalf("%d, %v", got, err)
	}
	wait := tb.knocked("River", Patient)
	seal = tb.at(wait).seal()
	if got, err := tb.try(enter{person("River", Patient), &seal}); err != nil || got != wait {
		t.Fatalf("%d, %v", got, err)
	}
	// A ticket whose seat is not kept any more knocks again, and wishes its seat.
	seal = tb.at(id).seal()
	tb.do(Leave{By: id})
	tb.member(host, "Oak")
	next := tb.knocked("Ash", Patient)
	again, err := tb.try(enter{person("Maple", Patient), &seal})
	if err != nil || tb.at(again).stage != Waiting || tb.at(again).name != "Maple" {
		t.Fatal(err)
	}
	tb.do(Leave{By: tb.s.seats[1].id}, Admit{host, again}, Admit{host, next})
	if tb.seat(again) != 1 || tb.seat(next) != 2 {
		t.Fatal("the old seat was free, and is somebody else's")
	}
	tb.do(Remove{By: host, Seat: -1, Guest: wait})
	seal = Seal{Name: "River", Seat: -1}
	tb.refuse(ErrRemoved, enter{person("River", Patient), &seal})
	// A waiting person's ticket, after the room forgot them, waits again.
	seal = Seal{Name: "Sky", Seat: -1, Gen: 7}
	got, err := tb.try(enter{person("Sky", Patient), &seal})
	if err != nil || tb.at(got).stage != Waiting || tb.at(got).name != "Sky" {
		t.Fatalf("%d, %v", got, err)
	}
}

// The record gives everybody their own seat back, muted, with their holds.
func TestRestore(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	tb.fill(host, 2)
	id, out := tb.member(host, "Maple"), tb.member(host, "River")
	gone := tb.member(host, "Bad")
	tb.do(Set{id, mic(true)}, Mute{By: host, Seat: 4, Hold: true}, StepOut{By: host, Seat: 4},
		Remove{By: host, Seat: 5}, Lock{host, true})
	hostSeal, seal, outSeal := tb.at(host).seal(), tb.at(id).seal(), tb.at(out).seal()
	tb.do(drain{})
	for _, p := range []ID{host, id, out} {
		tb.bye(p, ByeElsewhere)
	}
	tb.bye(gone, ByeRemoved)
	if tb.over != endRelease || tb.s.grant(tb.at(id)) != NoGrant {
		t.Fatal("not over")
	}
	rec := tb.s.record()
	if len(rec.Seats) != 5 || !rec.Seats[0].Away || !rec.Seats[4].Out {
		t.Fatalf("%+v", rec.Seats)
	}

	tb = newTableOf(t, DefaultSettings(), rec)
	if tb.s.base != PhaseAlone || !tb.s.locked {
		t.Fatalf("phase %s", tb.s.base)
	}
	back := func(name string, r Role, s Seal) ID {
		t.Helper()
		got, err := tb.try(enter{person(name, r), &s})
		if err != nil {
			t.Fatal(name, err)
		}
		return got
	}
	old := seal
	old.Gen--
	tb.refuse(ErrGone, enter{person("Maple", Patient), &old})
	id = back("Maple", Patient, seal)
	if p := tb.at(id); p.seat != 3 || p.stage != Seated || p.mic || p.camera || p.name != "Maple" {
		t.Fatalf("%+v", p)
	}
	if v := tb.view(id); len(v.Seats) != 1 {
		t.Fatalf("ghosts are shown: %+v", v.Seats)
	}
	host = back("Ada", Facilitator, hostSeal)
	out = back("River", Patient, outSeal)
	if p := tb.at(out); p.stage != SteppedOut || p.seat != 4 || !tb.s.holds[p.person.Subject].Mic {
		t.Fatalf("%+v", p)
	}
	tb.refuse(ErrRemoved, enter{Person: person("Bad", Patient)})
	// By invitation alone the seat is there too, after a name.
	a := tb.enter(person("Tree A", Patient))
	tb.do(Knock{By: a, Name: "Tree A"})
	if tb.at(a).stage != Waiting {
		t.Fatal("M-A4: a copy of the link was faster than the ticket")
	}
	tb.wait(reclaimAfter)
	if tb.seat(a) != 1 {
		t.Fatalf("%+v", tb.at(a))
	}
	if free := tb.view(host).Room.Free; free != 8 {
		t.Fatalf("%d free", free)
	}
	tb.wait(2 * time.Minute)
	if free := tb.view(host).Room.Free; free != 9 {
		t.Fatalf("a ghost stays: %d free", free)
	}
}

// M-A5: a name somebody took meanwhile is made distinct on return.
func TestReturningNameTaken(t *testing.T) {
	tb := newTableOf(t, DefaultSettings(), Record{Seats: []SeatRecord{
		{Subject: person("Maple", Patient).Subject, Role: Patient, Number: 3, Generation: 5},
	}})
	host := tb.leader("Ada")
	other := tb.enter(person("Other", Patient))
	tb.do(Knock{By: other, Name: "maple"}, Admit{host, other})
	got, err := tb.try(enter{person("Maple", Patient), &Seal{Name: "Maple", Seat: 3, Gen: 5}})
	if err != nil || tb.at(got).name != "Maple 2" {
		t.Fatal(err, tb.at(got).name)
	}
}

// What does not fit the rules of today is dropped, not believed.
func TestRestoreNonsense(t *testing.T) {
	rec := Record{
		Seats: []SeatRecord{
			{Subject: "a", Role: Patient, Number: -1}, {Subject: "b", Role: Patient, Number: 99},
			{Subject: "c", Role: 9, Number: 1}, {Subject: "", Role: Patient, Number: 2},
			{Subject: "d", Role: Patient, Number: 3}, {Subject: "d", Role: Patient, Number: 4},
			{Subject: "e", Role: Patient, Number: 3}, {Subject: "f", Role: Facilitator, Number: 5},
			{Subject: "g", Role: Facilitator, Number: 6}, {Subject: "h", Role: Facilitator, Number: 7},
			{Subject: "r", Role: Patient, Number: 8},
		},
		Removed: map[Subject]time.Time{"r": start.Add(time.Hour), "old": start.Add(-time.Hour)},
	}
	tb := newTableOf(t, DefaultSettings(), rec)
	if got := len(tb.s.record().Seats); got != 3 {
		t.Fatalf("%d seats", got)
	}
	if len(tb.s.removed) != 1 {
		t.Fatal("a lapsed removal stays")
	}
}

func TestNeverKnocked(t *testing.T) {
	tb := newTable(t)
	id := tb.enter(person("Maple", Patient))
	again := tb.enter(person("Maple", Patient))
	tb.bye(id, ByeMoved)
	tb.wait(enteredFor)
	tb.bye(again, ByeTimeout)
}

func TestEmptyRoomCloses(t *testing.T) {
	tb := newTable(t)
	id := tb.knocked("Maple", Patient)
	tb.wait(time.Hour)
	tb.do(lost{id})
	tb.wait(2 * time.Minute)
	if tb.over != endNot {
		t.Fatal("too early")
	}
	tb.wait(idleFor)
	if tb.over != endOver {
		t.Fatal("still open")
	}
	tb.refuse(ErrEnded, enter{Person: person("Maple", Patient)})
}

// What is decided about somebody who is on the way from another owner holds when
// they come: the page's commands may be there before them.
func TestDecidedOnTheWay(t *testing.T) {
	for name, decide := range map[string]func(host ID) []Command{
		"one":      func(host ID) []Command { return []Command{Mute{By: host, Seat: 3, Hold: true}} },
		"everyone": func(host ID) []Command { return []Command{Mute{By: host, Seat: everyPatient, Hold: true}} },
	} {
		t.Run(name, func(t *testing.T) {
			tb := newTableOf(t, DefaultSettings(), Record{Seats: []SeatRecord{
				{Subject: person("Maple", Patient).Subject, Role: Patient, Number: 3, Generation: 5},
			}})
			host := tb.leader("Ada")
			tb.do(append(decide(host), StopVideo{By: host, Seat: 3})...)
			id, err := tb.try(enter{person("Maple", Patient), &Seal{Name: "Maple", Seat: 3, Gen: 5}})
			if err != nil {
				t.Fatal(err)
			}
			if h := tb.s.holds[tb.at(id).person.Subject]; !h.Mic || !h.Video {
				t.Fatalf("%+v", h)
			}
			if _, err := tb.try(Set{id, mic(true)}); err == nil || tb.at(id).mic {
				t.Error("a microphone that is held came on:", err)
			}
			tb.do(Release{By: host, Seat: 3, Mic: true})
			tb.do(Set{id, mic(true)})
		})
	}
}
