package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"hearth/room"
)

// controlled is one room of a node whose people ask for things. Owned by its
// goroutine once it is filled.
type controlled struct {
	// Static.
	run    *nodeRun
	name   string
	people []*person // a facilitator first
	rand   *rand.Rand
}

func newControlled(r *nodeRun, n int) *controlled {
	c := &controlled{run: r, name: fmt.Sprintf("load-%d", n), rand: rand.New(rand.NewPCG(uint64(n), 200))}
	for slot := range r.participants {
		c.people = append(c.people, newPerson(c.name, slot))
	}
	return c
}

// fill lets everybody in, as a group comes: the facilitator, and then all who
// wait at once.
func (c *controlled) fill(ctx context.Context) error {
	host := c.people[0]
	if err := host.knock(ctx, c.run.rooms); err != nil {
		return err
	}
	if err := host.sit(ctx); err != nil {
		return err
	}
	for _, p := range c.people[1:] {
		if err := p.knock(ctx, c.run.rooms); err != nil {
			return err
		}
	}
	if err := host.handle.Do(ctx, room.AdmitAll{}); err != nil {
		return err
	}
	for _, p := range c.people[1:] {
		if err := p.sit(ctx); err != nil {
			return err
		}
	}
	return host.handle.Do(ctx, room.OpenText{Open: true})
}

// live asks for something at random times, so often on average, until ctx is
// done.
func (c *controlled) live(ctx context.Context) {
	rate := c.run.commands / 60 * float64(len(c.people)) // a second
	next := time.Now()
	for rate > 0 {
		next = next.Add(time.Duration(c.rand.ExpFloat64() / rate * float64(time.Second)))
		if sleep(ctx, time.Until(next)) != nil {
			return
		}
		c.ask(context.WithoutCancel(ctx))
	}
}

// asked are the things people ask for, how often among a hundred. None is one
// that the rules refuse, so that every refusal is a fault.
var asked = []struct {
	name  string
	share int
	do    func(*controlled, context.Context, *person) error
}{
	{"microphone", 40, (*controlled).microphone},
	{"hand", 20, (*controlled).hand},
	{"camera", 5, (*controlled).camera},
	{"text", 10, (*controlled).text},
	{"mute", 10, (*controlled).mute},
	{"release", 5, (*controlled).release},
	{"connection", 8, (*controlled).connection},
	{"reload", 2, (*controlled).reload},
}

// ask lets somebody ask for one of them, and counts how long it takes.
func (c *controlled) ask(ctx context.Context) {
	n := c.rand.IntN(100)
	for _, a := range asked {
		if n -= a.share; n >= 0 {
			continue
		}
		ctx, cancel := context.WithTimeout(ctx, askWithin)
		defer cancel()
		begun := time.Now()
		err := a.do(c, ctx, c.people[c.rand.IntN(len(c.people))])
		c.run.took.add(time.Since(begun))
		if err != nil {
			c.run.failed.add(a.name + ": " + refusalOf(err))
		}
		return
	}
}

// askWithin bounds one command, as signaling does.
const askWithin = 5 * time.Second

func (c *controlled) microphone(ctx context.Context, p *person) error {
	v, _ := p.see()
	on := !v.You.Mic && !v.You.MicHeld
	return p.handle.Do(ctx, room.Set{Switches: room.Switches{Mic: &on}})
}

func (c *controlled) hand(ctx context.Context, p *person) error {
	v, _ := p.see()
	up := !v.You.Hand
	return p.handle.Do(ctx, room.Set{Switches: room.Switches{Hand: &up}})
}

func (c *controlled) camera(ctx context.Context, p *person) error {
	v, _ := p.see()
	on := !v.You.Camera
	return p.handle.Do(ctx, room.Set{Switches: room.Switches{Camera: &on}})
}

// text writes to the circle, unless that person has just done so: the room
// refuses more than a few texts in a while.
func (c *controlled) text(ctx context.Context, p *person) error {
	if now := time.Now(); now.Sub(p.wrote) > writeEvery {
		p.wrote = now
		return p.handle.Do(ctx, room.SayGroup{Text: "I was there too, last week."})
	}
	return c.hand(ctx, p)
}

// writeEvery keeps a person below the room's limit of five texts in five seconds.
const writeEvery = 2 * time.Second

// mute lets the facilitator mute somebody else, every second time with a hold.
func (c *controlled) mute(ctx context.Context, _ *person) error {
	p := c.people[1+c.rand.IntN(len(c.people)-1)]
	v, _ := p.see()
	hold := p.who.Role != room.Facilitator && c.rand.IntN(2) == 0
	return c.people[0].handle.Do(ctx, room.Mute{Seat: v.You.Seat, Hold: hold})
}

// release ends all holds.
func (c *controlled) release(ctx context.Context, _ *person) error {
	return c.people[0].handle.Do(ctx, room.Release{Seat: -1, Mic: true, Video: true})
}

// connection loses a socket, and brings it back.
func (c *controlled) connection(_ context.Context, p *person) error {
	p.handle.Lost()
	return p.handle.Back(nil)
}

func (c *controlled) reload(ctx context.Context, p *person) error {
	return p.reload(ctx, c.run.rooms)
}

// wrongs counts people who do not see everybody, were sent away, or whose media
// path is not what the room shows.
func (c *controlled) wrongs() (n int) {
	for _, p := range c.people {
		v, _ := p.see()
		_, _, bye := p.heard()
		g := c.run.media.allowed(p.offer())
		if bye != "" || v.You.Stage != room.Seated || len(v.Seats) != len(c.people) ||
			g.Seat != v.You.Seat || g.Audio != v.You.Mic || g.Video != v.You.Camera {
			n++
		}
	}
	return n
}
