package main

import (
	"context"
	"time"

	"hearth/room"
)

// events are what happens in a room, and how often among a hundred. Each is
// what the clerk of a room would write.
var events = []struct {
	share int
	do    func(*group, context.Context)
}{
	{35, (*group).comeAndGo},
	{25, (*group).hold},
	{15, (*group).step},
	{10, (*group).leaveAndReturn},
	{10, (*group).removeAndLift},
	{5, (*group).handOver},
}

// event lets one of them happen.
func (g *group) event(ctx context.Context) {
	n := g.rand.IntN(100)
	for _, e := range events {
		if n -= e.share; n < 0 {
			e.do(g, ctx)
			return
		}
	}
}

// guest is a slot of somebody who is not the first facilitator.
func (g *group) guest() int { return 1 + g.rand.IntN(g.run.participants-1) }

// comeAndGo loses somebody's connection, or brings them back.
func (g *group) comeAndGo(ctx context.Context) {
	if i := g.guest(); i < len(g.record.Seats) {
		g.record.Seats[i].Away = !g.record.Seats[i].Away
		_ = g.renew(ctx)
	}
}

// hold holds somebody's microphone, or releases it.
func (g *group) hold(ctx context.Context) {
	subject := g.subject(g.guest())
	if _, held := g.record.Holds[subject]; held {
		delete(g.record.Holds, subject)
	} else {
		g.record.Holds[subject] = room.Hold{Mic: true}
	}
	_ = g.renew(ctx)
}

// step goes to another part of the session.
func (g *group) step(ctx context.Context) {
	steps := room.DefaultSteps()
	g.record.Flow.At = steps[g.rand.IntN(len(steps))]
	_ = g.renew(ctx)
}

// leaveAndReturn frees a seat and takes it again.
func (g *group) leaveAndReturn(ctx context.Context) {
	slot := g.guest()
	g.stand(slot)
	_ = g.renew(ctx)
	if g.sit(ctx, slot) == nil {
		_ = g.renew(ctx)
	}
}

// removeAndLift keeps somebody out, tries their seat, which has to be refused,
// and lets them in again.
func (g *group) removeAndLift(ctx context.Context) {
	slot := g.guest()
	subject, until := g.subject(slot), time.Now().Add(time.Hour)
	if g.call(ctx, callRemove, nil, func(ctx context.Context) error { return g.lease.Remove(ctx, subject, until) }) != nil {
		return
	}
	g.stand(slot)
	g.record.Removed[subject] = until
	_ = g.renew(ctx)
	barred := room.SeatRecord{Subject: subject, Role: simulatedRole(slot), Number: slot, Generation: g.gen}
	_ = g.call(ctx, callSeat, room.ErrRemoved, func(ctx context.Context) error { return g.lease.Seat(ctx, barred, seatsOfAll) })
	if g.call(ctx, callLift, nil, func(ctx context.Context) error { return g.lease.Lift(ctx, subject) }) != nil {
		return
	}
	delete(g.record.Removed, subject)
	if g.sit(ctx, slot) == nil {
		_ = g.renew(ctx)
	}
}

// handOver gives the room to the next node, which has to find the same record.
func (g *group) handOver(ctx context.Context) {
	if g.renew(ctx) != nil {
		return
	}
	if g.call(ctx, callRelease, nil, func(ctx context.Context) error { return g.lease.Release(ctx) }) != nil {
		return
	}
	g.home = (g.home + 1) % g.run.nodes
	_ = again(ctx, g.claim)
}
