package room

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// table is a room's state under test, with a clock of its own and a store that
// grants every claim unless told otherwise.
type table struct {
	t      *testing.T
	s      *state
	now    time.Time
	answer func(claim) error // what Redis says; nil grants
	held   bool              // claims are left unanswered in pending
	lost   []claim           // unanswered
	byes   map[ID]Bye
	bars   map[Subject]time.Time
	over   ending
	texts  []tell
}

var start = time.Date(2026, 3, 2, 18, 0, 0, 0, time.UTC)

func newTable(t *testing.T) *table { return newTableOf(t, DefaultSettings(), Record{}) }

func newTableOf(t *testing.T, set Settings, rec Record) *table {
	return &table{
		t: t, s: newState(set, rec, start, counter()), now: start,
		byes: map[ID]Bye{}, bars: map[Subject]time.Time{},
	}
}

// counter draws 1, 2, 3.
func counter() func() ID {
	var last ID
	return func() ID { last++; return last }
}

// try applies a command and plays the world's part.
func (tb *table) try(cmd Command) (ID, error) {
	tb.t.Helper()
	effects, err := tb.s.apply(cmd, tb.now)
	var id ID
	for _, e := range effects {
		switch e := e.(type) {
		case entered:
			id = e.id
		case claim:
			tb.serve(e)
		case farewell:
			tb.byes[e.id] = e.bye
		case bar:
			tb.bars[e.subject] = e.until
		case unbar:
			delete(tb.bars, e.subject)
		case tell:
			checkTold(tb.t, tb.s, e)
			tb.texts = append(tb.texts, e)
		case closing:
			tb.over = e.how
		}
	}
	if tb.s != nil {
		checkInvariants(tb.t, tb.s)
	}
	return id, err
}

func (tb *table) serve(c claim) {
	tb.t.Helper()
	if tb.held {
		tb.lost = append(tb.lost, c)
		return
	}
	var err error
	if tb.answer != nil {
		err = tb.answer(c)
	}
	tb.do(seated{By: c.id, Serial: c.serial, Err: err})
}

// do applies commands that must be allowed.
func (tb *table) do(cmds ...Command) {
	tb.t.Helper()
	for _, c := range cmds {
		if _, err := tb.try(c); err != nil {
			tb.t.Fatalf("%T%+v: %v", c, c, err)
		}
	}
}

// refuse applies a command that must be refused.
func (tb *table) refuse(want error, cmd Command) {
	tb.t.Helper()
	if _, err := tb.try(cmd); err != want {
		tb.t.Fatalf("%T%+v: %v, want %v", cmd, cmd, err, want)
	}
}

func (tb *table) wait(d time.Duration) {
	tb.t.Helper()
	tb.now = tb.now.Add(d)
	if tb.over == endNot {
		tb.do(tick{})
	}
}

func person(name string, r Role) Person {
	return Person{Subject: Subject("subject of " + name), Role: r, Ref: "ref of " + name, Seat: -1}
}

func (tb *table) enter(p Person) ID {
	tb.t.Helper()
	id, err := tb.try(enter{Person: p})
	if err != nil {
		tb.t.Fatalf("enter %v: %v", p.Role, err)
	}
	return id
}

// knocked enters and knocks.
func (tb *table) knocked(name string, r Role) ID {
	tb.t.Helper()
	id := tb.enter(person(name, r))
	tb.do(Knock{By: id, Name: name, Camera: true})
	return id
}

// leader is a seated facilitator.
func (tb *table) leader(name string) ID {
	tb.t.Helper()
	id := tb.knocked(name, Facilitator)
	if st := tb.at(id).stage; st != Seated {
		tb.t.Fatalf("facilitator is %s", st)
	}
	return id
}

// member is a patient whom the host has admitted.
func (tb *table) member(host ID, name string) ID {
	tb.t.Helper()
	id := tb.knocked(name, Patient)
	tb.do(Admit{host, id})
	if st := tb.at(id).stage; st != Seated {
		tb.t.Fatalf("patient is %s", st)
	}
	return id
}

func (tb *table) at(id ID) *attendee {
	tb.t.Helper()
	p := tb.s.find(id)
	if p == nil {
		tb.t.Fatalf("no attendee %d, bye %q", id, tb.byes[id])
	}
	return p
}

func (tb *table) view(id ID) View {
	tb.t.Helper()
	return tb.s.view(tb.at(id), tb.s.scene(&scene{}))
}

func (tb *table) grant(id ID) Grant { tb.t.Helper(); return tb.s.grant(tb.at(id)) }
func (tb *table) seat(id ID) int    { tb.t.Helper(); return tb.at(id).number() }

func (tb *table) bye(id ID, want Bye) {
	tb.t.Helper()
	if got := tb.byes[id]; got != want {
		tb.t.Fatalf("bye to %d is %q, want %q", id, got, want)
	}
}

func (tb *table) cause(host ID, name, want string) {
	tb.t.Helper()
	for _, o := range tb.view(host).Removed {
		if o.Name == name && o.Cause == want && o.At == tb.now.UnixMilli() && o.Ref == "ref of "+name {
			return
		}
	}
	tb.t.Fatalf("no %q for %s in %+v", want, name, tb.view(host).Removed)
}

func mic(on bool) Switches    { return Switches{Mic: &on} }
func camera(on bool) Switches { return Switches{Camera: &on} }
func hand(up bool) Switches   { return Switches{Hand: &up} }
func away(on bool) Switches   { return Switches{Away: &on} }

// failer is the part of a test that rapid's tests share with Go's.
type failer interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// checkInvariants holds of every state, however it was reached.
func checkInvariants(t failer, s *state) {
	t.Helper()
	checkSeats(t, s)
	sc := s.scene(&scene{})
	for _, p := range s.people {
		checkGrant(t, s, p, sc)
		checkView(t, s, p, s.view(p, sc))
	}
	checkNobodyHidden(t, s, sc)
	checkRound(t, s)
	checkRecord(t, s)
	if next := s.next(); !next.IsZero() && !next.After(s.now) {
		t.Fatalf("next deadline %v is not after %v", next, s.now)
	}
}

func checkSeats(t failer, s *state) {
	t.Helper()
	count := map[Role]int{}
	subjects := map[Subject]bool{}
	for n, p := range s.seats {
		if p == nil {
			continue
		}
		count[p.person.Role]++
		switch {
		case p.seat != n:
			t.Fatalf("seat %d holds one who says %d", n, p.seat)
		case s.find(p.id) != p:
			t.Fatalf("seat %d holds a stranger", n)
		case subjects[p.person.Subject]:
			t.Fatal("M-A4: one person has two seats")
		case !p.inCircle() && p.serial == 0:
			t.Fatalf("seat %d is reserved without a claim", n)
		case s.barred(p.person.Subject):
			t.Fatalf("M-F5: somebody removed is on seat %d", n)
		}
		subjects[p.person.Subject] = true
	}
	for r, n := range count {
		if n > s.set.Caps.Of(r) {
			t.Fatalf("M-A11: %d of class %v, cap %d", n, r, s.set.Caps.Of(r))
		}
	}
	for i, p := range s.people {
		if p.inCircle() && (p.seat < 0 || s.seats[p.seat] != p) {
			t.Fatal("somebody in the circle has no seat")
		}
		for _, q := range s.people[i+1:] {
			if p.name != "" && q.name != "" && p.person.Subject != q.person.Subject && p.look.same(q.look) {
				t.Fatal("M-A5: two names look the same")
			}
		}
	}
}

func checkGrant(t failer, s *state, p *attendee, sc *scene) {
	t.Helper()
	g, hold := s.grant(p), s.holds[p.person.Subject]
	if g == NoGrant {
		return
	}
	i := slices.IndexFunc(sc.seats, func(v Seat) bool { return v.Seat == g.Seat })
	host := slices.ContainsFunc(s.seats, func(q *attendee) bool {
		return q != nil && q.is(Facilitator) && q.stage == Seated && q.side == p.side
	})
	switch {
	case p.stage != Seated:
		t.Fatalf("M-A8: a grant while %s", p.stage)
	case i < 0 || sc.seats[i].Name != p.name:
		t.Fatal("M-C3: a granted seat is not announced")
	case g.Room != p.side, p.side != 0 && !checkSide(s, p, sc):
		t.Fatal("C-6: a side room that is none")
	case p.side == 0 && (g.Audio && !sc.seats[i].Mic || g.Video && !sc.seats[i].Camera):
		t.Fatal("something is sent that the circle is not told")
	case hold.Mic && (g.Audio || p.mic), hold.Video && (g.Video || p.camera):
		t.Fatal("M-F2: something held is on")
	case !host:
		t.Fatal("M-A9: media without a facilitator")
	case p.is(Patient) && s.paused && (g.Audio || g.Video):
		t.Fatal("M-F8: a patient sends while paused")
	case g.Slide && !p.is(Facilitator):
		t.Fatal("a slide by somebody else")
	case p.away && (g.Audio || g.Video || g.Receive):
		t.Fatal("M-S3: media behind the cover")
	case s.barred(p.person.Subject):
		t.Fatal("M-F5: somebody removed has a grant")
	}
}

// checkSide says whether a side room is a facilitator and another person, whom
// the group sees stepped out, and who see each other.
func checkSide(s *state, p *attendee, sc *scene) bool {
	pair := s.inSide(p.side)
	if len(pair) != 2 || pair[0].is(Facilitator) == pair[1].is(Facilitator) {
		return false
	}
	own := s.view(p, sc).Seats
	for _, q := range pair {
		at := func(v Seat) bool { return v.Seat == q.seat }
		outside, inside := sc.seats[slices.IndexFunc(sc.seats, at)], own[slices.IndexFunc(own, at)]
		g := s.grant(q)
		if outside.State != seatSteppedOut || outside.Mic || outside.Camera || inside.State != seatSide ||
			g.Audio && !inside.Mic || g.Video && !inside.Camera {
			return false
		}
	}
	return true
}

func checkView(t failer, s *state, p *attendee, v View) {
	t.Helper()
	if v.Seats == nil || v.Waiting == nil || v.Removed == nil {
		t.Fatal("a list is nil")
	}
	if p.stage == AtDoor {
		checkDoorView(t, s, v)
		return
	}
	if p.stage != Seated && (len(v.Seats)+len(v.Waiting)+len(v.Removed) > 0 || v.Room != Open{Locked: s.locked, Hosts: v.Room.Hosts}) {
		t.Fatalf("M-A8: somebody %s sees %+v", p.stage, v)
	}
	if p.is(Facilitator) {
		return
	}
	if v.Attendance != nil || len(v.Waiting)+len(v.Removed) > 0 || v.Room.Until != 0 || v.Room.Since != 0 || v.Room.Free != 0 || v.Room.Notice != "" {
		t.Fatal("a member sees the facilitators' lists")
	}
	for _, seat := range v.Seats {
		bare := Seat{
			Seat: seat.Seat, Name: seat.Name, Role: seat.Role, State: seat.State,
			Mic: seat.Mic, Camera: seat.Camera, Hand: seat.Hand, Away: seat.Away,
		}
		if seat != bare {
			t.Fatalf("M-A7: a member sees %+v", seat)
		}
		if seat.State == seatSide && p.side == 0 {
			t.Fatal("C-6: the group sees a side room")
		}
		if seat.State == seatSteppedOut && (seat.Mic || seat.Camera) {
			t.Fatalf("M-F4: somebody stepped out is shown as sending: %+v", seat)
		}
	}
}

// fill seats n patients.
func (tb *table) fill(host ID, n int) (ids []ID) {
	tb.t.Helper()
	for i := range n {
		ids = append(ids, tb.member(host, fmt.Sprintf("Tree %c", 'A'+rune(i))))
	}
	return ids
}
