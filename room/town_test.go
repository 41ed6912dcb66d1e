package room

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// town is two nodes on one presence store, each of which tells the other to shut
// rooms as a cluster would, and a group that sits at the first: Ada leads, Maple
// speaks, River is held off, Sky is at the door, and Bad is removed.
type town struct {
	t    *testing.T
	a, b *house

	ada, maple, river, sky *guest
	seals                  map[string]Seal

	unwritten bool // the first node has ended without Redis
}

var cast = []string{"Ada", "Maple", "River"} // by seat

func inTown(t *testing.T, test func(*testing.T, *town)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		store := newFakePresence()
		tw := &town{t: t, a: &house{t: t, presence: store, media: &fakeMedia{}}, b: &house{t: t, presence: store, media: &fakeMedia{}}}
		for _, pair := range [][2]*house{{tw.a, tw.b}, {tw.b, tw.a}} {
			own, other := pair[0], pair[1]
			own.elsewhere = func() bool { return true }
			own.settle = func(_ context.Context, room string, epoch uint64) { other.rooms.Shut(room, epoch) }
			own.open(DefaultSettings())
		}
		defer func() {
			if t.Failed() { // end the goroutines, so that the failure is what is reported
				for _, h := range []*house{tw.a, tw.b} {
					h.elsewhere = nil
					h.presence.set(func() { h.presence.frozen, h.presence.fault, h.presence.fails = false, nil, nil })
					_ = h.rooms.Close(context.Background())
				}
			}
		}()
		test(t, tw)
		tw.b.rooms.config.Elsewhere = nil // nobody is left to go to
		tw.a.rooms.config.Elsewhere = nil
		tw.b.close()
		if !tw.unwritten {
			tw.a.close()
		}
	})
}

// gather seats the group at the first node, with everybody's media up.
func (tw *town) gather() {
	tw.t.Helper()
	h := tw.a
	tw.ada, tw.maple, tw.river = h.knocked("Ada", Facilitator), h.knocked("Maple", Patient), h.knocked("River", Patient)
	bad := h.knocked("Bad", Patient)
	tw.ada.do(AdmitAll{})
	synctest.Wait()
	tw.maple.do(Set{Switches: mic(true)})
	tw.river.do(Set{Switches: mic(true)})
	tw.ada.do(Mute{Seat: 2, Hold: true})
	tw.ada.do(StopVideo{Seat: 2})
	tw.ada.do(Remove{Seat: 3})
	bad.bye(ByeRemoved)
	tw.ada.do(Lock{Locked: true})
	tw.ada.do(Move{At: StepSharing})
	tw.ada.do(StartRound{Kind: RoundGoAround, From: 1, For: -1})
	tw.ada.do(MarkLast{Seat: 2, Last: true})
	tw.sky = h.knocked("Sky", Patient)
	for _, g := range []*guest{tw.ada, tw.maple, tw.river} {
		g.connect().comeUp()
	}
	synctest.Wait()
	tw.seals = map[string]Seal{}
	for name, g := range map[string]*guest{"Ada": tw.ada, "Maple": tw.maple, "River": tw.river, "Sky": tw.sky} {
		_, tw.seals[name] = g.link.see()
	}
}

func roleOf(name string) Role {
	if name == "Ada" {
		return Facilitator
	}
	return Patient
}

// resume comes back at a node with a ticket.
func (tw *town) resume(h *house, name string) (*guest, error) {
	seal := tw.seals[name]
	l := &fakeLink{}
	p, err := h.rooms.Enter(tw.t.Context(), "room", person(name, roleOf(name)), &seal, l)
	if err != nil {
		return nil, err
	}
	_, tw.seals[name] = l.see()
	return &guest{h, l, p}, nil
}

// resumed comes back at a node, and has to be let in.
func (tw *town) resumed(h *house, name string) *guest {
	tw.t.Helper()
	g, err := tw.resume(h, name)
	if err != nil {
		tw.t.Fatalf("%s comes back: %v", name, err)
	}
	return g
}

// checkGroup says whether the group at a node is the one that gathered.
func (tw *town) checkGroup(h *house, back map[string]*guest) {
	tw.t.Helper()
	for seat, name := range cast {
		g := back[name]
		if g == nil {
			continue
		}
		v, _ := g.link.see()
		if v.You.Seat != seat || v.You.Name != name || v.You.Stage != Seated || v.You.Mic || v.You.Camera {
			tw.t.Fatalf("%s is %+v", name, v.You)
		}
		if held := name == "River"; v.You.MicHeld != held || v.You.VideoHeld != held {
			tw.t.Fatalf("%s's holds are %+v", name, v.You)
		}
		if v.Session == nil || v.Session.At != StepSharing || !v.Room.Locked || v.Round == nil || v.Round.Current != 1 {
			tw.t.Fatalf("%s sees %+v, %+v, %+v", name, v.Room, v.Session, v.Round)
		}
		if len(v.Seats) != len(back) {
			tw.t.Fatalf("%s sees %d seats of %d", name, len(v.Seats), len(back))
		}
		for _, s := range v.Seats {
			if s.Name != cast[s.Seat] {
				tw.t.Fatalf("%s sees %s on seat %d", name, s.Name, s.Seat)
			}
		}
	}
	if _, err := h.rooms.Enter(tw.t.Context(), "room", person("Bad", Patient), nil, &fakeLink{}); err != ErrRemoved {
		tw.t.Fatalf("removed, and back: %v", err)
	}
	if g := back["River"]; g != nil {
		g.refused(ErrHeld, Set{Switches: mic(true)})
	}
	if g := back["Ada"]; g != nil {
		if v, _ := g.link.see(); !v.Seats[len(v.Seats)-1].Last && len(back) == len(cast) {
			tw.t.Fatalf("the last session is forgotten: %+v", v.Seats)
		}
	}
}

// close drains the first node in the background.
func (tw *town) drain(within time.Duration) (ended chan error) {
	ended = make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), within)
		defer cancel()
		ended <- tw.a.rooms.Close(ctx)
	}()
	synctest.Wait()
	return ended
}

// peerOf is the latest PeerConnection of a guest who has made one.
func (g *guest) peerOf() *fakePeer {
	g.h.t.Helper()
	p, ok := g.peer.(*fakePeer)
	if !ok {
		g.h.t.Fatal("no PeerConnection")
	}
	return p
}
