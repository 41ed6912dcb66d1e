package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"hearth/room"
)

// Times of a room, as room/clerk.go has them.
const (
	renewEvery = 2 * time.Second
	leaseLife  = 3 * renewEvery
	fillTries  = 20 // of a call that has to succeed for the room to go on
	fillPause  = 100 * time.Millisecond
)

// errChanged: a record came back from Redis as another one than was written.
var errChanged = errors.New("another record than was written")

// seatsOfAll are the caps of a simulated room: those of maxParticipants.
var seatsOfAll = room.Caps{Patients: room.MaxPatients, Facilitators: 2, Support: supportSeats}

// group is one room as Redis sees it: its owner's lease and record, and what
// happens to them. Owned by its goroutine.
type group struct {
	// Static.
	run  *presenceRun
	id   string
	rand *rand.Rand

	home    int // of the run's nodes, the one that owns it
	lease   room.Lease
	record  room.Record
	gen     uint64
	renewed time.Time // when the lease was last extended
	due     time.Time // when it is next
}

func newGroup(r *presenceRun, n int) *group {
	return &group{run: r, id: fmt.Sprintf("load-%d", n), rand: rand.New(rand.NewPCG(uint64(n), 14)), home: n % r.nodes}
}

// live is a room's life until ctx is done: everybody comes, and when all rooms
// are full its lease is extended every two seconds, and things happen.
func (g *group) live(ctx context.Context) {
	if err := g.fill(ctx); err != nil {
		g.run.unfilled.Add(1)
		g.run.filled.Done()
		return
	}
	g.run.filled.Done()
	g.run.filled.Wait()
	g.due = time.Now().Add(time.Duration(g.rand.Int64N(int64(renewEvery))))
	happens := g.happens()
	for ctx.Err() == nil {
		if g.due.Before(happens) {
			if sleep(ctx, time.Until(g.due)) == nil {
				g.beatDue(ctx)
			}
			continue
		}
		if sleep(ctx, time.Until(happens)) == nil && g.run.measuring.Load() {
			g.run.book().events.Add(1)
			g.event(ctx)
		}
		happens = g.happens()
	}
}

// happens is when the next thing will: at random, so many a minute.
func (g *group) happens() time.Time {
	if g.run.events <= 0 {
		return time.Now().Add(time.Hour)
	}
	return time.Now().Add(time.Duration(g.rand.ExpFloat64() / g.run.events * float64(time.Minute)))
}

// fill claims the room and lets everybody in: the facilitator, and then all who
// wait at once, as the clerk of a room writes it. One hold and one removal stand.
func (g *group) fill(ctx context.Context) error {
	return g.run.turn(ctx, func() error {
		if err := again(ctx, g.claim); err != nil {
			return err
		}
		now := time.Now()
		g.record.Flow = room.FlowRecord{At: room.StepOpening, Order: room.DefaultSteps(), Length: 90, Opened: now.UnixMilli(), Began: now.UnixMilli()}
		for slot := range g.run.participants {
			if err := again(ctx, func(ctx context.Context) error { return g.sit(ctx, slot) }); err != nil {
				return err
			}
			if slot == 0 {
				_ = g.renew(ctx)
			}
		}
		g.record.Holds = map[room.Subject]room.Hold{g.subject(1): {Mic: true}}
		g.record.Removed = map[room.Subject]time.Time{g.subject(maxParticipants): now.Add(time.Hour)}
		return again(ctx, g.renew)
	})
}

// again tries until Redis answers, a few times.
func again(ctx context.Context, do func(context.Context) error) (err error) {
	for range fillTries {
		if err = do(ctx); !errors.Is(err, room.ErrUnavailable) || sleep(ctx, fillPause) != nil {
			break
		}
	}
	return err
}

// call makes a call and counts it.
func (g *group) call(ctx context.Context, kind callKind, expected error, do func(context.Context) error) error {
	return g.run.call(ctx, kind, expected, do)
}

func (g *group) claim(ctx context.Context) error {
	return g.call(ctx, callClaim, nil, func(ctx context.Context) error {
		lease, found, err := g.run.stores[g.home].Claim(ctx, g.id)
		if err != nil {
			return err
		}
		if g.lease = lease; !sameRecord(found, g.record) {
			return errChanged
		}
		return nil
	})
}

// sit takes the seat of a slot.
func (g *group) sit(ctx context.Context, slot int) error {
	g.gen++
	s := room.SeatRecord{Subject: g.subject(slot), Role: simulatedRole(slot), Number: slot, Generation: g.gen}
	err := g.call(ctx, callSeat, nil, func(ctx context.Context) error { return g.lease.Seat(ctx, s, seatsOfAll) })
	if err == nil {
		g.record.Seats = append(g.record.Seats, s)
		slices.SortFunc(g.record.Seats, func(a, b room.SeatRecord) int { return a.Number - b.Number })
	}
	return err
}

// stand frees the seat of a slot.
func (g *group) stand(slot int) {
	g.record.Seats = slices.DeleteFunc(g.record.Seats, func(s room.SeatRecord) bool { return s.Number == slot })
}

// renew writes the record now.
func (g *group) renew(ctx context.Context) error {
	err := g.call(ctx, callRenew, nil, func(ctx context.Context) error { return g.lease.Renew(ctx, g.record) })
	if err == nil {
		g.extended()
	}
	return err
}

// extended notes that the lease goes on.
func (g *group) extended() {
	now := time.Now()
	if !g.renewed.IsZero() && now.Sub(g.renewed) > leaseLife {
		g.run.book().lapsed.Add(1)
	}
	g.renewed = now
}

// beat extends the lease as a room's clerk does: without the record, where the
// store shows that.
func (g *group) beat(ctx context.Context) error {
	if intact, err := g.touch(ctx); intact || err != nil {
		return err
	}
	return g.renew(ctx)
}

// touch counts no call that was none, for want of a renewal first.
func (g *group) touch(ctx context.Context) (intact bool, err error) {
	ctx, cancel := g.run.bounded(ctx)
	defer cancel()
	begun := time.Now()
	if intact, err = g.lease.Touch(ctx); intact || err != nil {
		err = g.run.book().count(callTouch, time.Since(begun), nil, err)
	}
	if intact {
		g.extended()
	}
	return intact, err
}

// beatDue is a beat, counted from when it was due. Like a ticker it leaves out
// the beats it has missed.
func (g *group) beatDue(ctx context.Context) {
	if g.beat(ctx) == nil {
		g.run.book().late.add(time.Since(g.due))
	}
	for now := time.Now(); !g.due.After(now); {
		g.due = g.due.Add(renewEvery)
	}
}

// end takes the room out of Redis.
func (g *group) end(ctx context.Context) {
	if g.lease == nil {
		return
	}
	_ = g.run.turn(ctx, func() error {
		for subject := range g.record.Removed {
			_ = g.call(ctx, callLift, nil, func(ctx context.Context) error { return g.lease.Lift(ctx, subject) })
		}
		return g.call(ctx, callEnd, nil, func(ctx context.Context) error { return g.lease.End(ctx, 0) })
	})
}

// subject is a person of the room by slot.
func (g *group) subject(slot int) room.Subject {
	return room.Subject(fmt.Sprintf("%032x", slot+1))
}

// simulatedRole is whose seat a slot is, in the order of roleOf.
func simulatedRole(slot int) room.Role {
	r, err := room.ParseRole(roleOf(slot))
	if err != nil {
		panic(err) // roleOf names roles
	}
	return r
}

// sameRecord says whether a record is the one that was written.
func sameRecord(found, written room.Record) bool {
	slices.SortFunc(found.Seats, func(a, b room.SeatRecord) int { return a.Number - b.Number })
	return slices.Equal(found.Seats, written.Seats) && maps.Equal(found.Holds, written.Holds) &&
		maps.EqualFunc(found.Removed, written.Removed, func(a, b time.Time) bool { return a.UnixMilli() == b.UnixMilli() }) &&
		found.Flow.At == written.Flow.At && found.Locked == written.Locked
}
