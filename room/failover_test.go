package room

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// takeovers are the ways a room gets to its next owner.
var takeovers = map[string]func(*town){
	"handed over": func(tw *town) { tw.drain(time.Minute) },
	"stolen":      func(tw *town) { tw.a.presence.steal("room") }, // the first node does not know yet
	"ended here":  func(tw *town) { tw.a.rooms.config.Elsewhere = nil; <-tw.drain(time.Minute) },
}

// Whoever comes back, in whichever order, twice or late, finds the group as it
// was: same seats, same holds, nobody on two seats, nobody removed, and no seat
// shown whose person is not there.
func TestGroupOutlivesItsOwner(t *testing.T) {
	for way, take := range takeovers {
		for seed := range uint64(25) {
			t.Run(fmt.Sprint(way, " ", seed), func(t *testing.T) {
				inTown(t, func(t *testing.T, tw *town) {
					tw.gather()
					take(tw)
					returning(tw, rand.New(rand.NewPCG(seed, 7)))
				})
			})
		}
	}
}

// returning plays half a minute of people coming back to the second node.
func returning(tw *town, dice *rand.Rand) {
	tw.t.Helper()
	back := map[string]*guest{}
	first := map[string]Seal{}
	for name, seal := range tw.seals {
		first[name] = seal
	}
	for range 30 {
		time.Sleep(time.Duration(dice.IntN(2000)) * time.Millisecond)
		name := append(cast, "Sky")[dice.IntN(4)]
		old := back[name]
		switch g := (*guest)(nil); dice.IntN(4) {
		case 0: // the very ticket from before the move, perhaps for the second time
			kept := tw.seals[name]
			tw.seals[name] = first[name]
			g = tw.resumed(tw.b, name)
			if old != nil && name != "Sky" && old.ID() != g.ID() {
				tw.t.Fatalf("%s is two people", name)
			}
			tw.seals[name] = kept
			back[name] = g
		case 1, 2:
			back[name] = tw.resumed(tw.b, name)
		case 3:
			if old != nil && name != "Sky" {
				old.connect().comeUp()
			}
		}
		synctest.Wait()
		if old != nil && back[name] != old {
			old.bye(ByeMoved)
		}
		seated := map[string]*guest{}
		for _, n := range cast {
			if back[n] != nil {
				seated[n] = back[n]
			}
		}
		tw.checkGroup(tw.b, seated)
		checkCap(tw)
	}
	for _, g := range back {
		if _, settled := g.link.told(); settled != 1 {
			tw.t.Fatalf("settled %d times after half a minute", settled)
		}
	}
}

// checkCap fills the room up with newcomers' claims in Redis' eyes: what is kept
// for who has not come back counts, and nothing else does.
func checkCap(tw *town) {
	tw.t.Helper()
	rec := tw.b.presence.look("room").record
	numbers, subjects := map[int]bool{}, map[Subject]bool{}
	for _, s := range rec.Seats {
		if numbers[s.Number] || subjects[s.Subject] {
			tw.t.Fatalf("a seat twice: %+v", rec.Seats)
		}
		numbers[s.Number], subjects[s.Subject] = true, true
	}
	if len(rec.Seats) > 3 || len(rec.Removed) != 1 {
		tw.t.Fatalf("%+v", rec)
	}
}

// M-A11, M-A12: over a change of owners a full room stays exactly full. Seats of
// people who have not come back count until their grace is over, and then go to
// who waits.
func TestCapOverOwners(t *testing.T) {
	for way, take := range takeovers {
		t.Run(way, func(t *testing.T) {
			inTown(t, func(t *testing.T, tw *town) {
				tw.gather()
				tw.ada.do(Lock{Locked: false})
				for i := range 10 {
					tw.a.knocked(fmt.Sprintf("Tree %c", 'A'+rune(i)), Patient)
				}
				tw.ada.do(Admit{Guest: tw.sky.ID()}) // 3 of 12
				tw.ada.do(AdmitAll{})
				synctest.Wait()
				if v, _ := tw.ada.link.see(); len(v.Seats) != 13 || v.Room.Free != 0 {
					t.Fatalf("%d seats", len(v.Seats))
				}
				_, tw.seals["Ada"] = tw.ada.link.see()
				time.Sleep(time.Second)
				take(tw)
				ada := tw.resumed(tw.b, "Ada")
				late := tw.b.knockedLate("Late")
				if v, _ := ada.link.see(); v.Room.Free != 0 || len(v.Seats) != 1 {
					t.Fatalf("%d free, %d seats are shown", v.Room.Free, len(v.Seats))
				}
				maple := tw.resumed(tw.b, "Maple")
				time.Sleep(DefaultSettings().Grace + time.Second)
				synctest.Wait()
				v, _ := ada.link.see()
				if v.Room.Free != 11 || len(v.Seats) != 2 {
					t.Fatalf("%d free, %d seats are shown after the grace", v.Room.Free, len(v.Seats))
				}
				if late.stage() == Seated || maple.stage() != Seated {
					t.Fatal("a seat was taken from who came back")
				}
				if n := len(tw.b.presence.look("room").record.Seats); n != 2 {
					t.Fatalf("Redis keeps %d seats", n)
				}
			})
		})
	}
}

// knockedLate knocks at a full room, which refuses.
func (h *house) knockedLate(name string) *guest {
	h.t.Helper()
	g := h.enter(name, Patient)
	g.refused(ErrFull, Knock{Name: name})
	return g
}

// A ticket that comes when its seat's grace is over waits at the door again.
func TestTicketAfterGrace(t *testing.T) {
	inTown(t, func(t *testing.T, tw *town) {
		tw.gather()
		tw.drain(time.Minute)
		ada := tw.resumed(tw.b, "Ada")
		time.Sleep(DefaultSettings().Grace + time.Second)
		maple, river := tw.resumed(tw.b, "Maple"), tw.resumed(tw.b, "River")
		if maple.stage() != Waiting || river.stage() != Waiting {
			t.Fatalf("%s, %s", maple.stage(), river.stage())
		}
		ada.do(Admit{Guest: maple.ID()})
		ada.do(Admit{Guest: river.ID()})
		synctest.Wait()
		if v, _ := river.link.see(); v.You.Seat != 2 || !v.You.MicHeld || !v.You.VideoHeld {
			t.Fatalf("a hold ended with the grace: %+v", v.You)
		}
	})
}

// Two takeovers in a row, in every order of ways: nothing is worn away.
func TestTwoTakeovers(t *testing.T) {
	for _, steal := range []bool{false, true} {
		t.Run(fmt.Sprint(steal), func(t *testing.T) {
			inTown(t, func(t *testing.T, tw *town) {
				tw.gather()
				ended := tw.drain(time.Minute)
				back := map[string]*guest{}
				for _, name := range cast {
					back[name] = tw.resumed(tw.b, name)
					back[name].connect().comeUp()
				}
				<-ended
				tw.checkGroup(tw.b, back)
				tw.a.open(DefaultSettings()) // started again
				if steal {
					tw.b.presence.steal("room")
				} else {
					tw.a, tw.b = tw.b, tw.a
					ended = tw.drain(time.Minute)
					tw.a, tw.b = tw.b, tw.a
				}
				again := map[string]*guest{}
				for _, name := range slices.Backward(cast) {
					again[name] = tw.resumed(tw.a, name)
				}
				tw.checkGroup(tw.a, again)
				for _, g := range back {
					if moves, _ := g.link.told(); moves > 1 || !steal && moves != 1 {
						t.Fatalf("moved %d times", moves)
					}
				}
				if !steal {
					<-ended
					tw.b.open(DefaultSettings())
				}
			})
		})
	}
}

// M-A4: a copy of somebody's link that waits at the door, or comes just now, gets
// no seat because the room moves, even where it is faster than its owner's device.
func TestCopyOfALinkOverOwners(t *testing.T) {
	for way, take := range takeovers {
		t.Run(way, func(t *testing.T) {
			inTown(t, func(t *testing.T, tw *town) {
				tw.gather()
				double := tw.a.knocked("Maple", Patient)
				_, own := tw.maple.link.see()
				_, copied := double.link.see()
				take(tw)
				ada := tw.resumed(tw.b, "Ada")
				tw.seals["Maple"] = copied
				double = tw.resumed(tw.b, "Maple")
				third := tw.b.enter("Maple", Patient)
				third.do(Knock{Name: "Maple"})
				if third.stage() != Waiting || double.stage() == Seated {
					t.Fatalf("%s, %s", double.stage(), third.stage())
				}
				if v, _ := ada.link.see(); len(v.Waiting) != 1 || !v.Waiting[0].Moves {
					t.Fatalf("the facilitator sees %+v", v.Waiting)
				}
				tw.seals["Maple"] = own
				if maple := tw.resumed(tw.b, "Maple"); maple.stage() != Seated {
					t.Fatalf("its own device is %s", maple.stage())
				}
				time.Sleep(time.Minute)
				if synctest.Wait(); third.stage() != Waiting {
					t.Fatal("the seat moved by itself")
				}
			})
		})
	}
}
