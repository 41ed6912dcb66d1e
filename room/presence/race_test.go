package presence

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"hearth/room"
)

// race runs n goroutines that start together.
func race(n int, do func(i int)) {
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			<-start
			do(i)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
}

func TestOneOfFortyThievesWins(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		owner := b.node(t, "node-owner")
		thieves := make([]*Store, 40)
		for i := range thieves {
			thieves[i] = b.node(t, fmt.Sprintf("node-%d", i))
		}
		for round := range 3 {
			id := fmt.Sprint("r", round)
			l, _ := b.claim(t, owner, id)
			var won atomic.Int64
			var winner [40]room.Lease
			race(len(thieves), func(i int) {
				taken, _, err := thieves[i].Steal(ctx, id, l.Epoch())
				if err == nil {
					won.Add(1)
					winner[i] = taken
				} else if !errors.Is(err, room.ErrOwned) {
					t.Errorf("thief: %v", err)
				}
			})
			if won.Load() != 1 {
				t.Fatalf("%d winners", won.Load())
			}
			for _, w := range winner {
				if w != nil {
					must(t, w.Renew(ctx, full()))
				}
			}
			refusesAll(t, b, l)
		}
	})
}

func TestStealSeesWhatHasChanged(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		a, c := b.node(t, "node-a"), b.node(t, "node-c")
		first, _ := b.claim(t, a, "r")
		second, _ := b.claim(t, a, "r")
		before := b.dump(t)
		_, _, err := c.Steal(ctx, "r", first.Epoch())
		var owned room.Owned
		if !errors.As(err, &owned) || owned.Epoch != second.Epoch() || owned.Node != "node-a" {
			t.Errorf("steal with an old epoch: %v", err)
		}
		b.same(t, before, b.dump(t))
		must(t, second.Release(ctx))
		_, _, err = c.Steal(ctx, "r", second.Epoch())
		wants(t, "steal of a free room", err, room.ErrStale)
		ahead := uint64(time.Now().AddDate(0, 11, 0).UnixMilli()) // of a clock that was set back
		third, _, err := c.Steal(ctx, "new", ahead)               // Redis forgot, the thief did not
		must(t, err)
		if third.Epoch() != ahead+1 {
			t.Errorf("epoch %d", third.Epoch())
		}
		fourth, _ := b.claim(t, c, "new")
		if fourth.Epoch() != ahead+2 {
			t.Errorf("epoch %d", fourth.Epoch())
		}
		_, _, err = c.Steal(ctx, "other", 1<<48)
		wants(t, "steal with an epoch that was never given", err, ErrCorrupt)
		_, _, err = c.Steal(ctx, "new", 1<<63)
		wants(t, "epoch", err, ErrBad)
	})
}

func TestOneOfManyClaimsWins(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		nodes := make([]*Store, 20)
		for i := range nodes {
			nodes[i] = b.node(t, fmt.Sprintf("node-%d", i))
		}
		var won atomic.Int64
		race(len(nodes), func(i int) {
			_, _, err := nodes[i].Claim(ctx, "r")
			if err == nil {
				won.Add(1)
			} else if !errors.Is(err, room.ErrOwned) {
				t.Errorf("claim: %v", err)
			}
		})
		if won.Load() != 1 {
			t.Errorf("%d owners", won.Load())
		}
	})
}

// TestTwoHundredForTheLastSeats is the cap (M-A11): 200 people at once over
// several connections of the owner, each trying numbers until one is free.
func TestTwoHundredForTheLastSeats(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		for _, patients := range []int{12, 15} {
			t.Run(fmt.Sprint(patients), func(t *testing.T) { raceForSeats(t, b, patients) })
		}
	})
}

func raceForSeats(t *testing.T, b *bed, patients int) {
	caps := room.Caps{Patients: patients, Facilitators: 2, Support: 2}
	id := fmt.Sprint("r", patients)
	first, _ := b.claim(t, b.node(t, "node-a"), id)
	leases := []room.Lease{first.Lease}
	for range 3 {
		own := first.Lease.(*lease)
		leases = append(leases, &lease{store: b.node(t, "node-a"), keys: own.keys, epoch: own.epoch, nonce: own.nonce})
	}
	var seated, full atomic.Int64
	race(200, func(i int) {
		err := seatAnywhere(leases[i%len(leases)], i, caps)
		switch {
		case err == nil:
			seated.Add(1)
		case errors.Is(err, room.ErrFull):
			full.Add(1)
		default:
			t.Errorf("racer: %v", err)
		}
	})
	if seated.Load() != int64(patients) || full.Load() != int64(200-patients) {
		t.Fatalf("%d seated and %d refused for %d seats", seated.Load(), full.Load(), patients)
	}
	for n := range caps.Facilitators {
		must(t, first.Seat(ctx, room.SeatRecord{Subject: subject(900 + n), Role: room.Facilitator, Number: patients + n}, caps))
	}
	if n := b.raw.ZCard(ctx, "hearth:{"+id+"}:seats:patient").Val(); n != int64(patients) {
		t.Fatalf("%d patients in Redis", n)
	}
}

// seatAnywhere takes the first free patient seat.
func seatAnywhere(l room.Lease, i int, caps room.Caps) (err error) {
	for k := range caps.Patients {
		err = l.Seat(context.Background(), patient(i, (i+k)%caps.Patients), caps)
		if !errors.Is(err, room.ErrTaken) {
			return err
		}
	}
	return err
}

// TestRepeatedTakeFindsItself: the client repeats a call whose answer was lost.
func TestRepeatedTakeFindsItself(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		l, _ := b.claim(t, b.node(t, "node-a"), "r")
		thief := b.node(t, "node-c")
		twice := func(op string, sc *redis.Script, seen uint64) {
			t.Helper()
			args := []any{"node-c", "http://node-c:7", 6000, 60000, seen, nonce()}
			first, err := thief.run(ctx, op, sc, thief.roomKeys("r"), args...)
			must(t, err)
			second, err := thief.run(ctx, op, sc, thief.roomKeys("r"), args...)
			must(t, err)
			if first[0] != second[0] {
				t.Errorf("%s: epoch %v, then %v", op, first[0], second[0])
			}
		}
		twice("steal", stealScript, l.Epoch())
		twice("claim", claimScript, 0)
	})
}
