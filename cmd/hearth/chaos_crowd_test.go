package main

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"hearth/room"
	"hearth/signaling/client"
	"hearth/signaling/token"
)

// crowd is who comes to a room and goes again while there is trouble: two knock
// all the time, sit for a moment where there is a seat, and leave, and the
// facilitator lets in whoever knocks. More would sit than may.
type crowd struct {
	g    *group
	end  context.CancelFunc
	work sync.WaitGroup

	sat  atomic.Int32 // how often one of them got a seat
	most atomic.Int32 // patients' seats taken at once, as the facilitator sees them
	held atomic.Int32 // the same, as Redis has them
}

// crowd begins. It needs the end of it.
func (g *group) crowd() *crowd {
	ctx, cancel := context.WithCancel(context.Background())
	c := &crowd{g: g, end: cancel}
	c.every(ctx, 100*time.Millisecond, func() { _, _ = command(ctx, g.ada.socket(), "admit_all") })
	c.every(ctx, 20*time.Millisecond, func() { c.most.Store(max(c.most.Load(), int32(g.ada.patients()))) })
	c.every(ctx, time.Second, func() { c.held.Store(max(c.held.Load(), int32(g.clinic.redis.alive(g.room)))) })
	for _, name := range []string{"Heather", "Clover"} {
		invitation := g.clinic.invite(g.room, token.RolePatient, nil)
		c.every(ctx, 100*time.Millisecond, func() { c.visit(ctx, invitation, name) })
	}
	return c
}

// every does something again and again until ctx ends, with a pause between.
func (c *crowd) every(ctx context.Context, pause time.Duration, do func()) {
	c.work.Go(func() {
		for ctx.Err() == nil {
			do()
			wait(ctx, pause)
		}
	})
}

// visit is one of them coming once.
func (c *crowd) visit(ctx context.Context, invitation, name string) {
	short, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	servers := c.g.clinic.servers
	link, err := client.Dial(short, servers[rand.N(len(servers))].url(), client.Hello{Token: invitation})
	if err != nil {
		return
	}
	if _, err := command(short, link, "knock", "name", name, "rules", link.Welcome().Rules, "camera", false); err == nil && link.Until(short, seated) == nil {
		c.sat.Add(1)
		wait(ctx, rand.N(time.Second))
	}
	leaves(link)
}

// leaves says goodbye, over lost sockets, too. Whom nobody answers in time is
// lost, and their seat with them.
func leaves(link *client.Client) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		short, done := context.WithTimeout(ctx, 3*time.Second)
		_, err := command(short, link, "leave", "quick", true)
		done()
		link.Close()
		if err == nil || link.Bye() != "" || link.View().You.Stage == room.Entered {
			return
		}
		if link, err = link.Return(ctx); err != nil {
			return
		}
	}
}

// stop ends the crowd: all of them have left. No more sat at once than may.
func (c *crowd) stop(seats int) {
	t := c.g.t
	t.Helper()
	c.end()
	c.work.Wait()
	most, held := int(c.most.Load()), int(c.held.Load())
	t.Logf("%s: %d came and sat; %d seats were taken at once, %d in Redis", c.g.room, c.sat.Load(), most, held)
	table := c.g.clinic.chaos
	table.table.counted(table.fault, "patients' seats taken at once", "at most 3", max(most, held))
	if most > seats || held > seats {
		t.Errorf("%s: %d seats were taken at once, %d in Redis; %d may be", c.g.room, most, held, seats)
	}
}

// drops lets somebody in who is gone at once and for good, without a goodbye. It
// returns what waits until their seat is free.
func (g *group) drops(name string) (free func(bound time.Duration)) {
	g.t.Helper()
	p := g.clinic.join(0, g.clinic.invite(g.room, token.RolePatient, nil), name, g.clinic.tag())
	g.admit(p)
	p.until("a seat", seated)
	p.close()
	dropped := time.Now()
	return func(bound time.Duration) {
		g.t.Helper()
		for began := time.Now(); g.shows(name); time.Sleep(20 * time.Millisecond) {
			if time.Since(began) > bound {
				g.t.Fatalf("%s: the seat of who dropped is kept for %v\n%s", g.room, time.Since(dropped), g.states())
			}
		}
		g.clinic.chaos.table.took(g.clinic.chaos.fault, "the seat of who dropped is free, at the latest", "-", time.Since(dropped))
	}
}

// shows says whether the facilitator sees somebody of that name on a seat.
func (g *group) shows(name string) bool {
	for _, s := range g.ada.view().Seats {
		if s.Name == name {
			return true
		}
	}
	return false
}
