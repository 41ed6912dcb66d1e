package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"hearth/room"
	"hearth/room/sfu/sfutest"
	"hearth/signaling/token"
)

// ears count what one participant receives, by who sent it. The tag of the
// sender is in every packet, so that no bookkeeping of ours can hide a stream.
type ears struct{ sound, all [32]atomic.Uint64 }

func (e *ears) take(p sfutest.Packet) bool {
	if who, _, ok := p.Tag(); ok && !p.Repair && int(who) < len(e.all) {
		e.all[who].Add(1)
		if !p.Video {
			e.sound[who].Add(1)
		}
	}
	return true
}

// listen connects with ears and sends everything it has, whatever it may.
func (g *guest) listen(tag uint32) *ears {
	g.t.Helper()
	e := &ears{}
	g.connectAs(sfutest.Config{Seats: g.Welcome().Seats, Tag: tag, OnPacket: e.take})
	g.media.StartMic()
	g.media.StartCamera()
	return e
}

// hidden is a room full of people whose ears are compared with the views.
type hidden struct {
	h     *house
	n     *rand.Rand
	staff []*guest
	all   []*guest // staff first; the index is the tag
	ears  []*ears
	kim   *lurker // a technical host, which gets nothing at all
}

func (x *hidden) join(role, name string) *guest {
	g := x.h.arrive(x.h.invite(role, nil), name)
	x.all, x.ears = append(x.all, g), append(x.ears, g.listen(uint32(len(x.all))))
	return g
}

// openHidden seats two facilitators; patients come later.
func openHidden(t *testing.T, seed uint64) *hidden {
	x := &hidden{h: openHouse(t, nil), n: rand.New(rand.NewPCG(seed, 5))}
	x.kim = x.h.lurk("Kim")
	for _, name := range []string{"Ada", "Eve"} {
		g := x.join(token.RoleFacilitator, name)
		g.until("a seat", seated)
		x.staff = append(x.staff, g)
	}
	return x
}

// step does one thing that may change who hears whom, and says what. A refusal
// is as good an answer.
func (x *hidden) step() string {
	host, one := x.staff[x.n.IntN(2)], x.all[x.n.IntN(len(x.all))]
	you, on := one.View().You, x.n.IntN(2) == 0
	switch x.n.IntN(10) {
	case 0:
		return fmt.Sprint("admit all: ", x.admitAll(host))
	case 1:
		_, err := x.kim.do("admit_all")
		return fmt.Sprint("the technical host admits all: ", err, x.admitAll(host))
	case 2:
		_, err := host.do("step_out", "seat", max(0, you.Seat))
		return fmt.Sprint("step out: ", err)
	case 3, 4:
		_, err := host.do("step_aside", "seat", max(0, you.Seat))
		return fmt.Sprint("step aside: ", err)
	case 5:
		_, err := host.do("come_back", "seat", max(0, you.Seat))
		return fmt.Sprint("come back: ", err)
	case 6:
		_, err := host.do("swap_seats", "a", max(0, you.Seat), "b", x.n.IntN(6))
		return fmt.Sprint("swap: ", err)
	case 7:
		if slices.Contains(x.staff, one) || len(x.all) < 6 {
			return "nothing"
		}
		_, err := host.do("remove", "seat", max(0, you.Seat), "scope", "session")
		return fmt.Sprint("remove: ", err)
	case 8:
		_, err := host.do("pause", "paused", on)
		return fmt.Sprint("pause: ", on, err)
	default:
		_, err := one.do("set", "away", on)
		return fmt.Sprint("cover: ", on, err)
	}
}

// admitAll waits until everybody concerned knows: the answer comes before Redis
// has given the seats.
func (x *hidden) admitAll(host *guest) error {
	if _, err := host.do("admit_all"); err != nil {
		return err
	}
	host.until("the seats", func(v room.View) bool {
		return !slices.ContainsFunc(v.Waiting, func(g room.Guest) bool { return !g.Out && g.Here && !g.Moves })
	})
	v := host.View()
	for _, g := range x.all {
		if slices.ContainsFunc(v.Seats, func(s room.Seat) bool { return s.ID == g.View().You.ID && s.State == "here" }) {
			g.until("a seat", seated)
		}
	}
	return nil
}

// speakUp turns every microphone on that may be on, the facilitators' last: all
// views are then of now.
func (x *hidden) speakUp() {
	for _, g := range slices.Backward(x.all) {
		if g.Bye() == "" && g.View().You.Stage == room.Seated {
			_, _ = g.do("set", "mic", true)
		}
	}
}

// announced says who hears whom by what everybody is told: the list of seats as
// a facilitator reads it, and who has the switch on.
func (x *hidden) announced() (pairs map[[2]int]bool, receivers map[int]bool) {
	pairs, receivers = map[[2]int]bool{}, map[int]bool{}
	v := x.staff[0].View()
	group := func(g *guest) (seat room.Seat, in bool) {
		you := g.View().You
		i := slices.IndexFunc(v.Seats, func(s room.Seat) bool { return s.Seat == you.Seat && s.ID == you.ID })
		if i < 0 || g.Bye() != "" {
			return seat, false
		}
		return v.Seats[i], v.Seats[i].State != "stepped_out" || v.Seats[i].Side != 0
	}
	for i, g := range x.all {
		to, in := group(g)
		if !in || to.Away {
			continue
		}
		receivers[i] = true
		for j, from := range x.all {
			seat, there := group(from)
			you := from.View().You
			quiet := v.Room.Phase == room.PhasePaused && you.Role == room.Patient
			pairs[[2]int{i, j}] = i != j && there && seat.Side == to.Side && you.Mic && !you.Away && !quiet
		}
	}
	return pairs, receivers
}

// compare checks that sound goes where it is announced to go and that nothing at
// all goes anywhere else. It returns how many ways there are.
func (x *hidden) compare(t *testing.T, what string) (ways int) {
	t.Helper()
	x.speakUp()
	x.kim.gets(t, what, x.all)
	pairs, receivers := x.announced()
	x.beat(t, what, pairs, 4) // what was under way arrives
	before := x.counts()
	x.beat(t, what, pairs, 8)
	after := x.counts()
	for i := range x.all {
		for j := range x.all {
			got := after[i].all[j] - before[i].all[j]
			switch on := pairs[[2]int{i, j}]; {
			case on:
				ways++
			case !receivers[i] && got != 0, !x.sameGroup(i, j, receivers) && got != 0:
				t.Fatalf("M-C3, %s: %d packets of %d at %d, who is not announced to get them", what, got, j, i)
			case after[i].sound[j] != before[i].sound[j]:
				t.Fatalf("M-C3, %s: sound of %d at %d", what, j, i)
			}
		}
	}
	return ways
}

// sameGroup says whether one may see the other, microphone or not.
func (x *hidden) sameGroup(i, j int, receivers map[int]bool) bool {
	a, b := x.all[i].View(), x.all[j].View()
	return receivers[i] && x.all[j].Bye() == "" && b.You.Stage == room.Seated && a.You.Side == b.You.Side && !b.You.Away
}

type heardOf struct{ sound, all [32]uint64 }

func (x *hidden) counts() []heardOf {
	list := make([]heardOf, len(x.all))
	for i, e := range x.ears {
		for j := range e.all {
			list[i].sound[j], list[i].all[j] = e.sound[j].Load(), e.all[j].Load()
		}
	}
	return list
}

// beat waits until n more packets of sound have gone every announced way, so
// that what else there is has had the time to come, too.
func (x *hidden) beat(t *testing.T, what string, pairs map[[2]int]bool, n uint64) {
	t.Helper()
	before, deadline := x.counts(), time.Now().Add(patience)
	for pair, on := range pairs {
		for i, j := pair[0], pair[1]; on && x.ears[i].sound[j].Load() < before[i].sound[j]+n; time.Sleep(2 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("M-C3, %s: announced, but no sound of %d at %d", what, j, i)
			}
		}
	}
}

// TestNobodyListensUnannounced is M-C3 on the real packet path: after whatever
// facilitators and patients do, who receives packets of whom is what the views
// announce. Everybody sends sound and picture all the time, allowed or not, and
// people in the waiting room are connected.
func TestNobodyListensUnannounced(t *testing.T) {
	t.Parallel()
	const seed = 11
	x := openHidden(t, seed)
	most := 0
	for i := range 28 {
		what := "somebody knocks"
		if i%5 == 0 && len(x.all) < 8 {
			x.join([]string{token.RolePatient, token.RoleSupport}[i/5%2*(i/10%2)], fmt.Sprintf("Tree %c", 'A'+rune(i)))
		} else {
			what = x.step()
		}
		most = max(most, x.compare(t, fmt.Sprintf("seed %d, step %d, %s", seed, i, what)))
	}
	if most < 12 {
		t.Errorf("never more than %d ways at once: the test proves little", most)
	}
}

// TestSideRoom: the pair hear and see each other, nobody else hears them, and
// they hear nothing of the circle (C-6, M-F4, M-C3).
func TestSideRoom(t *testing.T) {
	x := openHidden(t, 1)
	ada, eve := x.staff[0], x.staff[1]
	maple, finch := x.join(token.RolePatient, "Maple"), x.join(token.RolePatient, "Finch")
	ada.admit(maple)
	ada.admit(finch)
	if n := x.compare(t, "before"); n != 12 {
		t.Fatalf("%d ways in a circle of four", n)
	}
	ada.must("step_aside", "seat", maple.seat())
	ada.until("the side room", func(v room.View) bool { return v.You.Side })
	maple.until("the side room", func(v room.View) bool { return v.You.Side && v.You.Stage == room.Seated })
	finch.until("two who stepped out", func(v room.View) bool {
		a, m := seatOf(v, ada.seat()), seatOf(v, maple.seat())
		return a.State == "stepped_out" && m.State == "stepped_out" && !a.Mic && !m.Camera && a.Side == 0
	})
	if n := x.compare(t, "aside"); n != 4 {
		t.Fatalf("%d ways with two beside and two inside", n)
	}
	maple.sees(ada.seat())
	finch.sees(eve.seat())
	ada.must("come_back", "seat", maple.seat())
	finch.until("both back", func(v room.View) bool { return seatOf(v, maple.seat()).State == "here" })
	maple.until("the circle, microphone off", func(v room.View) bool { return !v.You.Side && !v.You.Mic })
	ada.until("the circle, microphone off", func(v room.View) bool { return !v.You.Side && !v.You.Mic })
	if n := x.compare(t, "after"); n != 12 {
		t.Fatalf("%d ways after coming back", n)
	}
}
