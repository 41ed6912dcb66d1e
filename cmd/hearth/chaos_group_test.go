package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hearth/room"
	"hearth/room/sfu/sfutest"
	"hearth/signaling/client"
	"hearth/signaling/token"
)

// group is a circle of people who come back by themselves, and what has to be
// true of it whatever happens.
type group struct {
	t      *testing.T
	clinic *clinic
	room   string
	ada    *person // facilitator
	people []*person
	seats  map[*person]int
	quiet  map[*person]int64 // who may not be heard, and since when; ns of sfutest.Now
	unseen map[*person]int64 // nor seen
	out    []*person         // who was removed
}

// gather opens a room: a facilitator and patients, spread over the servers,
// everybody heard by everybody.
func (f *clinic) gather(name string, names ...string) *group {
	f.t.Helper()
	return f.gatherAt(0, name, names...)
}

// gatherAt is gather with a facilitator who comes to a server.
func (f *clinic) gatherAt(at int, name string, names ...string) *group {
	f.t.Helper()
	g := &group{t: f.t, clinic: f, room: name, seats: map[*person]int{}, quiet: map[*person]int64{}, unseen: map[*person]int64{}}
	g.ada = f.join(at, f.invite(name, token.RoleFacilitator, nil), "Ada", f.tag())
	g.sit(g.ada)
	for i, n := range names {
		g.add((at+i+1)%len(f.servers), n)
	}
	g.whole(patience)
	return g
}

// tag is one nobody has yet.
func (f *clinic) tag() uint32 { f.tags++; return f.tags }

// add lets one more patient in, who comes to a server.
func (g *group) add(at int, name string) *person {
	g.t.Helper()
	p := g.clinic.join(at, g.clinic.invite(g.room, token.RolePatient, nil), name, g.clinic.tag())
	g.admit(p)
	g.sit(p)
	return p
}

// admit lets somebody in who waits.
func (g *group) admit(p *person) {
	g.t.Helper()
	id := p.view().You.ID
	g.ada.until("the knock of "+p.name, func(v room.View) bool {
		return slices.ContainsFunc(v.Waiting, func(w room.Guest) bool { return w.ID == id })
	})
	g.ada.must("admit", "guest", id)
}

// sit connects somebody who has a seat, or is about to.
func (g *group) sit(p *person) {
	g.t.Helper()
	p.until("a seat", seated)
	path, err := p.connect(bounded(g.t), p.socket())
	if err != nil {
		g.t.Fatalf("media of %s: %v", p.name, err)
	}
	p.take(path)
	p.speak()
	p.live()
	g.people, g.seats[p] = append(g.people, p), p.seat()
}

// reset begins to measure.
func (g *group) reset() {
	for _, p := range g.people {
		p.ear.reset()
	}
	g.clinic.pulse.worst.Store(0)
}

// whole waits until everybody sits where they sat, and hears everybody who may
// be heard. It says how long that took.
func (g *group) whole(bound time.Duration) time.Duration {
	g.t.Helper()
	began := time.Now()
	for {
		lacking := g.lacking(began)
		if lacking == "" {
			return time.Since(began)
		}
		if time.Since(began) > bound {
			g.t.Fatalf("after %v: %s\n%s", bound, lacking, g.states())
		}
		time.Sleep(10 * time.Millisecond)
		for _, p := range g.people {
			p.check()
		}
	}
}

// states is what everybody knows, for who reads why a test failed.
func (g *group) states() string {
	b := &strings.Builder{}
	for _, p := range g.people {
		v := p.view()
		via, quiet := int32(-1), p.ear.quiet().Round(time.Millisecond)
		if path := p.path(); path != nil {
			via = path.via.Load()
		}
		fmt.Fprintf(b, "%s: %s, seat %d, mic %v, held %v, phase %s, media by %d, nothing heard for %v, %d tries, %d moves; sees", p.name, v.You.Stage, v.You.Seat, v.You.Mic, v.You.MicHeld, v.Room.Phase, via, quiet, p.tries.Load(), p.moves.Load())
		for _, s := range v.Seats {
			fmt.Fprintf(b, " %d %s %s mic %v,", s.Seat, s.Name, s.State, s.Mic)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// lacking is what is missing for the circle to be whole.
func (g *group) lacking(since time.Time) string {
	for _, p := range g.people {
		if over := p.ended(); over != "" {
			return fmt.Sprintf("%s is out: %s", p.name, over)
		}
		if v := p.view(); !seated(v) || v.You.Seat != g.seats[p] {
			return fmt.Sprintf("%s is %s on seat %d, was on %d", p.name, v.You.Stage, v.You.Seat, g.seats[p])
		}
		for _, other := range g.people {
			if other != p && g.quiet[other] == 0 && !p.ear.fresh(since, other.tag) {
				return fmt.Sprintf("%s does not hear %s", p.name, other.name)
			}
		}
	}
	return ""
}

// gap is the longest time anybody did not hear somebody who could be heard.
func (g *group) gap() (worst time.Duration) {
	for _, p := range g.people {
		for _, other := range g.people {
			if other != p && g.quiet[other] == 0 {
				worst = max(worst, p.ear.gap(other.tag))
			}
		}
	}
	return worst
}

// record notes the gap of a fault, and how late this process was at worst.
func (g *group) record(what, promise string) time.Duration {
	gap := g.gap()
	table, name := g.clinic.chaos.table, g.clinic.chaos.fault
	table.took(name, what, promise, gap)
	table.took(name, "how late the driver itself was", "", g.clinic.pulse.stall())
	g.t.Logf("%s: %v; this process was late by %v at worst", what, gap.Round(time.Millisecond), g.clinic.pulse.stall().Round(time.Millisecond))
	return gap
}

// mute turns somebody's microphone off, who goes on sending.
func (g *group) mute(p *person, hold bool) {
	g.t.Helper()
	began := time.Now()
	g.insist(g.ada, "mute", "seat", g.seats[p], "hold", hold)
	g.quiet[p] = sfutest.Now()
	g.t.Logf("mute answered after %v", time.Since(began).Round(time.Millisecond))
}

// hide stops somebody's picture, who goes on sending.
func (g *group) hide(p *person) {
	g.t.Helper()
	g.insist(g.ada, "stop_video", "seat", g.seats[p])
	g.unseen[p] = sfutest.Now()
}

// remove puts somebody out.
func (g *group) remove(p *person, scope string) {
	g.t.Helper()
	g.insist(g.ada, "remove", "seat", g.seats[p], "scope", scope)
	g.gone(p)
	g.out = append(g.out, p)
}

// gone says that somebody is no longer of the circle.
func (g *group) gone(p *person) {
	g.people = slices.DeleteFunc(g.people, func(o *person) bool { return o == p })
	delete(g.seats, p)
	delete(g.quiet, p)
	delete(g.unseen, p)
}

// insist sends a command until it is answered, over lost sockets, too.
func (g *group) insist(p *person, typ string, fields ...any) {
	g.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		_, err := p.do(typ, fields...)
		if err == nil {
			return
		}
		if !repeatable(err) || time.Now().After(deadline) {
			g.t.Fatalf("%s of %s: %v", typ, p.name, err)
		}
	}
}

// repeatable says whether a command may be sent once more: the socket was lost, or
// the answer says so.
func repeatable(err error) bool {
	var refused *client.Refused
	if errors.As(err, &refused) {
		return refused.Code == "retry" || refused.Code == "busy"
	}
	return errors.Is(err, client.ErrClosed)
}

// rules checks what has to be true after any fault, and at any time.
func (g *group) rules() {
	g.t.Helper()
	g.unheard()
	g.noGhost()
	g.heldOff()
	g.stayOut()
}

// mediaLag is for how long a packet made before a command may still come
// through, and how much the clocks of two goroutines may differ.
const mediaLag = 250 * time.Millisecond

// unheard: nobody hears who was muted, or sees who was hidden.
func (g *group) unheard() {
	g.t.Helper()
	for _, video := range []bool{false, true} {
		off := g.quiet
		if video {
			off = g.unseen
		}
		for p, since := range off {
			for _, other := range g.people {
				if made := other.ear.of(p.tag, video); other != p && made > since+int64(mediaLag) {
					g.t.Errorf("%s received what %s sent %v after it was stopped (video: %v)", other.name, p.name, time.Duration(made-since), video)
				}
			}
		}
	}
}

// noGhost: the facilitator sees those who are there, each once.
func (g *group) noGhost() {
	g.t.Helper()
	want := map[int]string{}
	for p, seat := range g.seats {
		want[seat] = p.name
	}
	g.ada.until(fmt.Sprintf("the seats %v", want), func(v room.View) bool {
		for _, s := range v.Seats {
			if want[s.Seat] != s.Name || s.State != "here" {
				return false
			}
		}
		return len(v.Seats) == len(want)
	})
}

// heldOff: who was muted with a hold is held, and cannot undo it.
func (g *group) heldOff() {
	g.t.Helper()
	for p := range g.quiet {
		p.until("the hold it is under", func(v room.View) bool { return v.You.MicHeld })
		for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
			_, err := p.do("set", "mic", true)
			if repeatable(err) && time.Now().Before(deadline) {
				continue
			}
			expectCode(g.t, err, "held")
			break
		}
	}
}

// stayOut: who was removed comes in nowhere.
func (g *group) stayOut() {
	g.t.Helper()
	for _, p := range g.out {
		for i := range g.clinic.servers {
			if g.clinic.servers[i].lives() {
				g.keptOut(i, p)
			}
		}
	}
}

// keptOut says hello with the invitation and the ticket of who was removed.
func (g *group) keptOut(at int, p *person) {
	g.t.Helper()
	for _, hello := range []client.Hello{{Token: p.token}, p.socket().Resume()} {
		for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
			link, err := client.Dial(bounded(g.t), g.clinic.servers[at].url(), hello)
			if err == nil {
				link.Close()
				g.t.Fatalf("%s came in again at %s", p.name, g.clinic.servers[at].name)
			}
			var refused *client.Refused
			if errors.As(err, &refused) && refused.Code == "removed" {
				break
			}
			if time.Now().After(deadline) {
				g.t.Fatalf("%s at %s: %v, not removed", p.name, g.clinic.servers[at].name, err)
			}
		}
	}
}

// once waits until the room is live on exactly one server that answers.
func (g *group) once(want int) {
	g.t.Helper()
	for deadline := time.Now().Add(patience); g.clinic.rooms() != want; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			g.t.Fatalf("%d rooms are live, not %d", g.clinic.rooms(), want)
		}
	}
}
