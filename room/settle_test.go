package room

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// settled says how often a guest was told.
func (g *guest) settled() int { _, n := g.link.told(); return n }

// Who does not come is waited for three seconds.
func TestSettlesAfterAWhile(t *testing.T) {
	inTown(t, func(t *testing.T, tw *town) {
		tw.gather()
		tw.drain(time.Minute)
		ada := tw.resumed(tw.b, "Ada")
		ada.connect().comeUp()
		time.Sleep(settleWithin - time.Millisecond)
		synctest.Wait()
		if ada.settled() != 0 {
			t.Fatal("nobody was waited for")
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		if ada.settled() != 1 {
			t.Fatal("waits for ever")
		}
		if maple := tw.resumed(tw.b, "Maple"); maple.settled() != 1 {
			t.Fatal("who comes late is not told")
		}
	})
}

// Who is away, leaves or is removed is not waited for.
func TestSettlesWithoutWhoIsGone(t *testing.T) {
	inTown(t, func(t *testing.T, tw *town) {
		tw.gather()
		tw.river.Lost()
		time.Sleep(time.Second)
		tw.drain(time.Minute)
		ada, maple := tw.resumed(tw.b, "Ada"), tw.resumed(tw.b, "Maple")
		ada.connect().comeUp()
		synctest.Wait()
		if ada.settled() != 0 {
			t.Fatal("settled without Maple")
		}
		maple.do(Leave{})
		synctest.Wait()
		if ada.settled() != 1 {
			t.Fatal("waits for who has left")
		}
	})
}

// A new room has nobody to wait for.
func TestNewRoomIsSettled(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		asked := 0
		h.rooms.config.Settle = func(context.Context, string, uint64) { asked++ }
		ada, maple := h.knocked("Ada", Facilitator), h.knocked("Maple", Patient)
		ada.do(Admit{Guest: maple.ID()})
		synctest.Wait()
		ada.do(Mute{Seat: 1, Hold: true})
		ada.do(Remove{Seat: 1})
		time.Sleep(time.Minute)
		synctest.Wait()
		if ada.settled() != 0 || asked != 0 {
			t.Fatalf("settled %d times, asked %d times", ada.settled(), asked)
		}
	})
}

// M-F1, M-F5: whom the new owner restricts is not heard through the earlier one
// either when the command is answered.
func TestRestrictingEndsTheAfterglow(t *testing.T) {
	for name, cmd := range map[string]Command{
		"mute": Mute{Seat: 1}, "video": StopVideo{Seat: 1}, "pause": Pause{Paused: true}, "out": StepOut{Seat: 1},
		"remove": Remove{Seat: 1}, "end": End{},
	} {
		t.Run(name, func(t *testing.T) {
			inTown(t, func(t *testing.T, tw *town) {
				tw.gather()
				peer := tw.maple.peerOf()
				ended := tw.drain(time.Minute)
				ada, maple := tw.resumed(tw.b, "Ada"), tw.resumed(tw.b, "Maple")
				ada.do(Release{Seat: everyPatient, Mic: true})
				ada.do(Pause{Paused: false})
				if peer.isClosed() || ada.settled() != 0 {
					t.Fatal("a command that restricts nobody ended the afterglow")
				}
				ada.do(cmd)
				if !peer.isClosed() {
					t.Fatal("answered, and the earlier owner still forwards")
				}
				if _, over := cmd.(End); !over && ada.settled() != 1 {
					t.Fatal("not settled")
				}
				if err := <-ended; err != nil {
					t.Fatal(err)
				}
				tw.maple.bye(ByeElsewhere)
				if _, gone := cmd.(Remove); gone {
					maple.bye(ByeRemoved)
					if _, err := tw.resume(tw.b, "Maple"); err != ErrRemoved {
						t.Fatal(err)
					}
				}
			})
		})
	}
}

// Two facilitators at once: neither is answered before the earlier owner is
// silent, and it is asked once. One that never answers holds nobody up for long.
func TestRestrictingWaits(t *testing.T) {
	inTown(t, func(t *testing.T, tw *town) {
		tw.gather()
		asked, gate := 0, make(chan struct{})
		tw.b.rooms.config.Settle = func(ctx context.Context, _ string, epoch uint64) {
			if asked++; epoch == 0 {
				t.Error("no epoch")
			}
			select {
			case <-gate:
			case <-ctx.Done():
			}
		}
		tw.drain(time.Minute)
		ada := tw.resumed(tw.b, "Ada")
		tw.resumed(tw.b, "Maple")
		before := time.Now()
		answers := make(chan time.Duration, 2)
		for range 2 {
			go func() {
				ada.do(Mute{Seat: 1})
				answers <- time.Since(before)
			}()
		}
		synctest.Wait()
		if len(answers) > 0 {
			t.Fatal("answered before the others were told")
		}
		ada.do(Lock{Locked: false}) // restricts nobody, waits for nobody
		if time.Since(before) > 0 {
			t.Fatal("the room waits")
		}
		for range 2 {
			if d := <-answers; d != shutWithin {
				t.Fatalf("answered after %v", d)
			}
		}
		ada.do(Mute{Seat: 1})
		if asked != 1 || time.Since(before) != shutWithin {
			t.Fatalf("asked %d times", asked)
		}
		close(gate)
		time.Sleep(glowAtMost)
		ada.do(Pause{Paused: true})
		if asked != 1 {
			t.Fatal("asked when no afterglow can be left")
		}
	})
}
