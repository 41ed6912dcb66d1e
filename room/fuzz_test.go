package room

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// chaos drives a room with whatever its source of numbers says, and plays the
// world as badly as the ports allow: claims answered late, twice or with
// errors, connections that come and go, tickets kept from earlier, owners that
// die. checkInvariants looks at every state on the way.
type chaos struct {
	t      failer
	n      func(limit int) int // the next number, below limit
	s      *state
	now    time.Time
	claims []claim
	seals  []ticket
}

type ticket struct {
	person Person
	seal   Seal
}

var smallRoom = Settings{
	Caps: Caps{Patients: 3, Facilitators: 2, Support: 1}, Waiting: 4,
	Grace: 2 * time.Minute, HoldClose: 15 * time.Minute, Removal: 48 * time.Hour,
}

func newChaos(t failer, n func(int) int) *chaos {
	return &chaos{t: t, n: n, s: newState(smallRoom, Record{}, start, counter()), now: start}
}

func (c *chaos) step() {
	passes := []time.Duration{time.Millisecond, time.Second, 3 * time.Second, 12 * time.Second, 2 * time.Minute, 0, 0, 20 * time.Second}
	if c.n(500) == 0 {
		c.now = c.now.Add(time.Hour)
	}
	if c.n(4) == 0 {
		c.now = c.now.Add(passes[c.n(len(passes))])
	}
	switch c.n(12) {
	case 0, 1:
		c.apply(c.enter())
	case 2:
		c.apply(c.answer())
	case 3:
		c.apply([]Command{lost{c.id()}, back{c.id()}, offering{c.id()}, tick{}}[c.n(4)])
	default:
		c.apply(c.command())
	}
	if c.s.over != endNot || c.n(1000) == 0 { // its node dies
		c.restart()
	}
}

func (c *chaos) apply(cmd Command) {
	before := c.s.record()
	effects, err := c.s.apply(cmd, c.now)
	for _, e := range effects {
		switch e := e.(type) {
		case claim:
			c.claims = append(c.claims, e)
		case entered:
			c.keepSeal(e.id)
		case tell:
			checkTold(c.t, c.s, e)
		}
	}
	checkInvariants(c.t, c.s)
	c.checkRefused(cmd, err, before)
	if p := c.s.find(cmd.by()); p != nil {
		c.keepSeal(p.id)
	}
}

// checkRefused asks that a refused command seats nobody. (Time may free seats,
// and seat a second device, as it does with any command.)
func (c *chaos) checkRefused(cmd Command, err error, before Record) {
	if _, isAdmission := cmd.(Admit); isAdmission && err != nil && len(c.s.record().Seats) > len(before.Seats)+c.s.set.Caps.Facilitators {
		c.t.Fatal("a refused admission seated somebody")
	}
}

func (c *chaos) keepSeal(id ID) {
	if p := c.s.find(id); p != nil && len(c.seals) < 64 {
		c.seals = append(c.seals, ticket{p.person, p.seal()})
	}
}

// restart is another owner going on from the record, or a new session.
func (c *chaos) restart() {
	rec := c.s.record()
	if c.s.over == endOver {
		rec = Record{Removed: rec.Removed, Ended: rec.Ended} // a new session
		if c.bool() {
			c.now = c.now.Add(50 * time.Hour) // next week, without removals
		}
	}
	c.s = newState(smallRoom, rec, c.now, counter())
	c.claims = nil
	checkRestored(c.t, rec, c.s)
	checkInvariants(c.t, c.s)
}

func (c *chaos) person() Person {
	i := c.n(11)
	p := Person{Subject: Subject(rune('a' + i)), Role: Patient, Ref: "ref", Seat: c.n(8) - 1}
	switch {
	case i >= 10:
		p.Role = Host
	case i >= 9:
		p.Role = Support
	case i >= 7:
		p.Role = Facilitator
		if c.n(6) == 0 {
			p.Closed, p.Roster, p.Cap = true, []Subject{"a", "b", "c", "d"}, c.n(4)
		}
	}
	if c.n(20) == 0 {
		p.Role = Role(c.n(5)) // the same person with another invitation
	}
	return p
}

func (c *chaos) enter() Command {
	if len(c.seals) > 0 && c.n(3) == 0 {
		t := c.seals[c.n(len(c.seals))]
		return enter{t.person, &t.seal}
	}
	return enter{Person: c.person()}
}

func (c *chaos) answer() Command {
	if len(c.claims) == 0 {
		return tick{}
	}
	cl := c.claims[c.n(len(c.claims))]
	errs := []error{nil, nil, nil, ErrUnavailable, ErrFull, ErrTaken, ErrRemoved}
	if c.n(40) == 0 {
		errs = []error{ErrStale}
	}
	return seated{By: cl.id, Serial: cl.serial, Err: errs[c.n(len(errs))]}
}

func (c *chaos) id() ID {
	if len(c.s.people) == 0 || c.n(16) == 0 {
		return ID(c.n(40))
	}
	return c.s.people[c.n(len(c.s.people))].id
}

// leader is mostly a facilitator who sits.
func (c *chaos) leader() ID {
	for _, p := range c.s.seats {
		if p != nil && p.is(Facilitator) && p.stage == Seated && c.n(3) > 0 {
			return p.id
		}
	}
	return c.id()
}

func (c *chaos) bool() bool { return c.n(2) == 0 }

func (c *chaos) command() Command {
	seat, on := c.n(8)-1, c.bool()
	name := []string{"Maple", "maple", "River", "Sky", "Oak", "Ada", "Eve", "Sign", "x@y", ""}[c.n(10)]
	switch c.n(32) {
	case 0, 1, 2:
		id := c.id()
		return Knock{id, fmt.Sprintf("%s %c", name, 'a'+rune(id%26)), on}
	case 3:
		return Knock{c.id(), name, on}
	case 4:
		return Set{c.id(), mic(on)}
	case 5:
		return Set{c.id(), Switches{Camera: &on, Hand: &on}}
	case 6:
		return Set{c.id(), away(on)}
	case 7:
		return []Command{AskVideo{c.id()}, Rename{c.id(), name}, Leave{c.id(), on}}[c.n(3)]
	case 8, 9, 10:
		return Admit{c.leader(), c.id()}
	case 11:
		return AdmitAll{c.leader()}
	case 12:
		return Decline{By: c.leader(), Guest: c.id()}
	case 13:
		return Mute{By: c.leader(), Seat: seat, Hold: on}
	case 14:
		return StopVideo{By: c.leader(), Seat: seat}
	case 15:
		return Release{c.leader(), seat, on, c.bool()}
	case 16:
		return StepOut{By: c.leader(), Seat: seat}
	case 17:
		return Remove{By: c.leader(), Seat: seat, Group: on, Reason: []string{"", ReasonRules}[c.n(2)]}
	case 18:
		return Remove{By: c.leader(), Seat: -1, Guest: c.id()}
	case 19:
		return Lift{c.leader(), ID(c.n(40))}
	case 20:
		return AnswerRename{c.leader(), seat, on}
	case 21:
		return []Command{Lock{c.leader(), on}, Pause{c.leader(), on}, LowerHand{c.leader(), seat}, Invite{c.leader(), Patient}}[c.n(4)]
	case 22:
		if c.n(10) == 0 {
			return []Command{End{c.leader()}, drain{}, stale{}}[c.n(3)]
		}
	}
	return c.practice()
}

// FuzzState runs rooms on the fuzzer's bytes.
func FuzzState(f *testing.F) {
	f.Add([]byte{})
	for seed := range 8 {
		b := make([]byte, 240)
		x := uint32(seed*2 + 1)
		for i := range b {
			x ^= x << 13
			x ^= x >> 17
			x ^= x << 5
			b[i] = byte(x)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		at := 0
		c := newChaos(t, func(limit int) int {
			if at >= len(b) {
				return 0
			}
			at++
			return int(b[at-1]) % limit
		})
		for at < len(b) && at < 20_000 {
			c.step()
		}
	})
}

// TestStateProperties does the same with rapid, which shrinks what it finds.
func TestStateProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := newChaos(rt, func(limit int) int { return rapid.IntRange(0, limit-1).Draw(rt, "n") })
		for range rapid.IntRange(1, 150).Draw(rt, "steps") {
			c.step()
		}
	})
}

// TestChaosGetsSomewhere keeps the fuzzer honest: it must reach full rooms,
// holds, removals, hold phases and returns, or its invariants prove nothing.
func TestChaosGetsSomewhere(t *testing.T) {
	seen := map[string]bool{}
	x := uint32(1)
	c := newChaos(t, func(limit int) int {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		return int(x>>8) % limit
	})
	busy := 0
	for range 60_000 {
		c.step()
		if c.s.base == PhaseOpen && len(c.s.people) > 2 {
			busy++
		}
		seen["full"] = seen["full"] || c.s.full(Patient)
		seen["held"] = seen["held"] || len(c.s.holds) > 1
		seen["removed"] = seen["removed"] || len(c.s.removed) > 1
		seen["paused"] = seen["paused"] || c.s.paused
		for _, p := range c.s.people {
			seen[string(p.stage)] = true
			seen["granted"] = seen["granted"] || c.s.grant(p).Audio && c.s.grant(p).Video
			seen["lost_host"] = seen["lost_host"] || p.stage == AtDoor && p.dark
			seen["back"] = seen["back"] || !p.back.IsZero() && p.side != 0
			seen["ghost"] = seen["ghost"] || p.ghost()
			seen["moves"] = seen["moves"] || p.stage == Waiting && c.s.holder(p.person.Subject) != nil
		}
		seen["hosts"] = seen["hosts"] || c.s.hosts() == maxHosts && c.s.flows()
		seen["round"] = seen["round"] || c.s.round.kind != "" && c.s.round.done != 0
		seen["goodbye"] = seen["goodbye"] || c.s.round.kind == RoundGoodbye
		seen["side"] = seen["side"] || len(c.s.inSide(c.s.sides)) == 2 && c.s.sides > 0
		seen[string(c.s.base)] = true
	}
	if busy < 6000 {
		t.Errorf("an open room with people in it in %d steps of 60,000", busy)
	}
	for _, want := range []string{"full", "held", "removed", "paused", "granted", "ghost", "moves", "entered", "waiting", "seated", "stepped_out", "open", "alone", "hold", "round", "goodbye", "side", "door", "hosts", "lost_host", "back"} {
		if !seen[want] {
			t.Errorf("never reached: %s", want)
		}
	}
}
