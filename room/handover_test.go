package room

import (
	"testing"
	"testing/synctest"
	"time"
)

// A room moves while its people hear each other: the record is written and the
// lease released before anybody is told, media goes on, and nobody is told twice.
func TestHandOverMakesBeforeBreak(t *testing.T) {
	inTown(t, func(t *testing.T, tw *town) {
		tw.gather()
		peers := []*fakePeer{tw.ada.peerOf(), tw.maple.peerOf(), tw.river.peerOf()}
		granted := []Grant{peers[0].allowed(), peers[1].allowed(), peers[2].allowed()}
		if !granted[1].Audio {
			t.Fatal("test is wrong")
		}
		free := false
		tw.ada.link.onMove = func() {
			r := tw.a.presence.look("room")
			free = !r.owned && len(r.record.Seats) == 3 && !r.record.Seats[1].Away && len(r.record.Removed) == 1
		}
		ended := tw.drain(time.Minute)
		if !free {
			t.Fatal("told to move before the room was free")
		}
		if _, yes := tw.a.rooms.Owns("room"); yes || tw.a.rooms.Live("room") {
			t.Fatal("the earlier owner still answers for the room")
		}
		for i, p := range peers {
			if p.isClosed() || p.allowed() != granted[i] {
				t.Fatalf("a gap: %+v", p.allowed())
			}
		}
		tw.ada.refused(ErrUnavailable, Mute{Seat: 1})
		if _, err := tw.maple.Connect(t.Context(), "offer"); err != ErrUnavailable {
			t.Fatal(err)
		}
		if _, err := tw.resume(tw.a, "Maple"); err != ErrUnavailable {
			t.Fatalf("back at the draining node: %v", err)
		}
		back := map[string]*guest{}
		for _, name := range []string{"River", "Ada", "Maple"} {
			back[name] = tw.resumed(tw.b, name)
		}
		tw.checkGroup(tw.b, back)
		sky := tw.resumed(tw.b, "Sky")
		if sky.stage() != Waiting {
			t.Fatalf("who waited is %s", sky.stage())
		}
		for _, name := range cast {
			for _, g := range back {
				if _, settled := g.link.told(); settled != 0 {
					t.Fatalf("settled without %s", name)
				}
			}
			back[name].connect().comeUp()
			synctest.Wait()
		}
		for _, g := range append([]*guest{sky}, back["Ada"], back["Maple"], back["River"]) {
			if moves, settled := g.link.told(); moves != 0 || settled != 1 {
				t.Fatalf("moved %d times, settled %d times", moves, settled)
			}
		}
		start := time.Now()
		for _, g := range []*guest{tw.ada, tw.maple, tw.river, tw.sky} {
			if moves, _ := g.link.told(); moves != 1 || g.link.goodbye() != "" {
				t.Fatalf("told %d times to move, bye %q", moves, g.link.goodbye())
			}
			g.Lost()
		}
		synctest.Wait()
		for i, p := range peers {
			if p.isClosed() {
				t.Fatalf("%d of three went, and the others hear nobody", i)
			}
			p.goDown()
			synctest.Wait()
		}
		if err := <-ended; err != nil || time.Since(start) > time.Second {
			t.Fatalf("%v after %v", err, time.Since(start))
		}
		for _, g := range []*guest{tw.ada, tw.maple, tw.river, tw.sky} {
			g.bye(ByeElsewhere)
		}
		for _, p := range peers {
			if !p.isClosed() {
				t.Fatal("open after the afterglow")
			}
		}
		if s := tw.a.rooms.Stats(); s.Handed != 1 || s.Lost != 0 {
			t.Fatalf("%+v", s)
		}
	})
}

// An old page that does not know of moves hears the others for five seconds, and
// is then sent to come again.
func TestAfterglowEnds(t *testing.T) {
	inTown(t, func(t *testing.T, tw *town) {
		tw.gather()
		peer := tw.maple.peerOf()
		before := time.Now()
		ended := tw.drain(time.Minute)
		tw.ada.Lost()
		time.Sleep(afterglow - time.Millisecond)
		if peer.isClosed() || !peer.allowed().Audio || tw.maple.link.goodbye() != "" {
			t.Fatal("ended early")
		}
		if err := <-ended; err != nil || time.Since(before) > afterglow+time.Millisecond {
			t.Fatalf("%v after %v", err, time.Since(before))
		}
		tw.maple.bye(ByeElsewhere)
		tw.ada.bye(ByeElsewhere)
		if !peer.isClosed() {
			t.Fatal("open after the afterglow")
		}
	})
}

// A socket that blinks in the afterglow is sent on; what its page sends is heard
// as long as the others.
func TestBackInAfterglow(t *testing.T) {
	inTown(t, func(t *testing.T, tw *town) {
		tw.gather()
		peer := tw.maple.peerOf()
		tw.drain(time.Minute)
		tw.maple.Lost()
		link := &fakeLink{}
		if err := tw.maple.Back(link); err != ErrGone || link.goodbye() != ByeElsewhere {
			t.Fatalf("%v, bye %q", err, link.goodbye())
		}
		if peer.isClosed() || !peer.allowed().Audio {
			t.Fatal("a gap for the others")
		}
		tw.maple.refused(ErrGone, Leave{})
		time.Sleep(afterglow)
		synctest.Wait()
		if !peer.isClosed() {
			t.Fatal("open after the afterglow")
		}
	})
}

// While Redis is away nobody else could open the room: it goes on, moderation and
// all, and moves when Redis is back.
func TestHandOverWaitsForRedis(t *testing.T) {
	inTown(t, func(t *testing.T, tw *town) {
		tw.gather()
		tw.a.presence.set(func() { tw.a.presence.frozen = true })
		ended := tw.drain(time.Minute)
		time.Sleep(10 * time.Second)
		if moves, _ := tw.ada.link.told(); moves != 0 {
			t.Fatal("told to move to a room nobody can open")
		}
		if _, yes := tw.a.rooms.Owns("room"); !yes {
			t.Fatal("given up")
		}
		tw.ada.do(Remove{Seat: 1})
		tw.maple.bye(ByeRemoved)
		tw.a.presence.set(func() { tw.a.presence.frozen = false })
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if moves, _ := tw.ada.link.told(); moves != 1 {
			t.Fatal("not moved")
		}
		if _, err := tw.resume(tw.b, "Maple"); err != ErrRemoved {
			t.Fatalf("removed while Redis was away, and back: %v", err)
		}
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
	})
}

// When its time is over, a node that cannot hand over sends everybody to come
// again, and says that Redis has not heard all.
func TestHandOverOutOfTime(t *testing.T) {
	inTown(t, func(t *testing.T, tw *town) {
		tw.gather()
		peer := tw.maple.peerOf()
		tw.a.presence.set(func() { tw.a.presence.fault = ErrUnavailable })
		tw.unwritten = true
		before := time.Now()
		if err := <-tw.drain(6 * time.Second); err == nil || time.Since(before) > 7*time.Second {
			t.Fatalf("%v after %v", err, time.Since(before))
		}
		tw.maple.bye(ByeElsewhere)
		if moves, _ := tw.maple.link.told(); moves != 0 || !peer.isClosed() {
			t.Fatal("moved, or still open")
		}
		tw.a.presence.set(func() { tw.a.presence.fault = nil })
	})
}

// Redis goes away between the last command and the release: nobody stays in a
// room that takes no command for longer than two seconds.
func TestReleaseFails(t *testing.T) {
	for _, op := range []string{"remove", "renew", "release"} {
		t.Run(op, func(t *testing.T) {
			inTown(t, func(t *testing.T, tw *town) {
				tw.gather()
				store := tw.a.presence
				yielded := false
				store.set(func() {
					store.fails = func(o string) error {
						yielded = yielded || !tw.a.rooms.Live("room")
						if yielded && (o == op || op == "renew") {
							return ErrUnavailable
						}
						return nil
					}
				})
				before := time.Now()
				ended := tw.drain(time.Minute)
				if op == "remove" { // nothing to write of that kind: it succeeds
					if moves, _ := tw.maple.link.told(); moves != 1 {
						t.Fatal("not moved")
					}
					return
				}
				for tw.maple.link.goodbye() == "" && time.Since(before) < time.Minute {
					time.Sleep(100 * time.Millisecond)
				}
				if d := time.Since(before); d > yieldWithin+200*time.Millisecond {
					t.Fatalf("stuck for %v", d)
				}
				tw.maple.bye(ByeElsewhere)
				_, yes := tw.a.rooms.Owns("room")
				if yes != (op == "renew") {
					t.Fatalf("answers for the room: %v", yes)
				}
				store.set(func() { store.fails = nil })
				if err := <-ended; err != nil {
					t.Fatal(err)
				}
				if r := store.look("room"); r.owned || len(r.record.Seats) != 3 {
					t.Fatalf("%+v", r)
				}
			})
		})
	}
}

// A second signal ends everything within ten seconds, whatever Redis does.
func TestSecondClose(t *testing.T) {
	inTown(t, func(t *testing.T, tw *town) {
		tw.gather()
		tw.a.presence.set(func() { tw.a.presence.frozen = true })
		first := tw.drain(24 * time.Hour)
		time.Sleep(time.Minute)
		tw.unwritten = true
		before := time.Now()
		second := tw.drain(24 * time.Hour)
		if err := <-second; err == nil || time.Since(before) > 10*time.Second {
			t.Fatalf("%v after %v", err, time.Since(before))
		}
		if err := <-first; err == nil {
			t.Fatal("nothing was written, and nobody says so")
		}
		tw.ada.bye(ByeElsewhere)
		tw.a.presence.set(func() { tw.a.presence.frozen = false })
	})
}

// Where no other node is ready the room ends with this one, as a node that is
// alone: nobody waits in an afterglow for nothing.
func TestNobodyToGoTo(t *testing.T) {
	inTown(t, func(t *testing.T, tw *town) {
		tw.gather()
		tw.a.rooms.config.Elsewhere = func() bool { return false }
		before := time.Now()
		if err := <-tw.drain(time.Minute); err != nil || time.Since(before) > time.Second {
			t.Fatalf("%v after %v", err, time.Since(before))
		}
		tw.maple.bye(ByeElsewhere)
		if moves, _ := tw.maple.link.told(); moves != 0 {
			t.Fatal("told to move")
		}
	})
}

// An empty room is given up without a glow.
func TestHandOverOfAnEmptyRoom(t *testing.T) {
	inTown(t, func(t *testing.T, tw *town) {
		tw.gather()
		for _, g := range []*guest{tw.ada, tw.maple, tw.river, tw.sky} {
			g.Lost()
		}
		for _, g := range []*guest{tw.ada, tw.maple, tw.river} {
			g.peerOf().goDown()
		}
		before := time.Now()
		if err := <-tw.drain(time.Minute); err != nil || time.Since(before) > time.Second {
			t.Fatalf("%v after %v", err, time.Since(before))
		}
		if r := tw.a.presence.look("room"); r.owned || !r.record.Seats[0].Away {
			t.Fatalf("%+v", r)
		}
	})
}
