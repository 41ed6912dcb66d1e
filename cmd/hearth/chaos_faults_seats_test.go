package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"hearth/room"
	"hearth/signaling/client"
	"hearth/signaling/token"
)

// What could let somebody in who may not, or keep somebody who is gone.
var seatFaults = []fault{
	{"60 join for 15 seats over two servers", true, sixtyJoin},
	{"removed, then the same invitation", false, removedAgain},
	{"both servers die, nobody comes back", false, noGhosts},
	{"muted, hidden, and hostile through two deaths", false, hostileThroughDeath},
}

// sixtyJoin: half of them come to each server, all at once, while a
// facilitator admits whoever knocks.
func sixtyJoin(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 2, vars: map[string]string{"PATIENTS": "15", "WAITING": "50"}})
	rounds := 2
	if *chaosRuns > 0 {
		rounds = 5
	}
	for i := range rounds {
		c.table.counted(c.fault, "let in", "exactly 15", f.sixty(fmt.Sprint("round", i)))
	}
}

// sixty is one round. It returns how many got a seat.
func (f *clinic) sixty(name string) int {
	t := f.t
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	ada := f.join(0, f.invite(name, token.RoleFacilitator, nil), "Ada", f.tag())
	ada.until("a seat", seated)
	ada.live() // a socket that is too slow for sixty knocks comes back
	racing, stop := context.WithCancel(ctx)
	var door, racers sync.WaitGroup
	door.Go(func() {
		for racing.Err() == nil {
			_, _ = command(racing, ada.socket(), "admit_all") // full is an answer, too
			wait(racing, 100*time.Millisecond)                // more often is a flood
		}
	})
	links := make([]*client.Client, 60)
	for i := range links {
		raw := f.invite(name, token.RolePatient, nil)
		racers.Go(func() { links[i] = f.race(ctx, i, raw) })
	}
	racers.Wait()
	for deadline := time.Now().Add(patience); ada.patients() < 15 && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	time.Sleep(500 * time.Millisecond) // for a sixteenth
	stop()
	door.Wait()
	told, cut := seatsOf(links)
	got := ada.patients()
	if got != 15 || told > 15 || told+cut < 15 {
		t.Errorf("%d of 60 were told of a seat, %d lost their socket, the facilitator sees %d", told, cut, got)
	}
	for _, l := range links {
		if l != nil {
			l.Close()
		}
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if _, err := ada.do("end"); !repeatable(err) || ada.ended() != "" || time.Now().After(deadline) {
			break // the goodbye may overtake the answer
		}
	}
	return got
}

// patients is how many a facilitator sees in the circle.
func (p *person) patients() (n int) {
	for _, s := range p.view().Seats {
		if s.Role == room.Patient {
			n++
		}
	}
	return n
}

// seatsOf counts those who were told of a seat, and those who lost their socket
// before they were told anything: the machine may be too slow for all.
func seatsOf(links []*client.Client) (told, cut int) {
	for _, l := range links {
		switch {
		case l == nil:
		case seated(l.View()):
			told++
		case isClosed(l.Done()):
			cut++
		}
	}
	return told, cut
}

func isClosed(done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}

// race is one of the sixty: it comes in and knocks, or is told that the room is
// full.
func (f *clinic) race(ctx context.Context, i int, raw string) *client.Client {
	for ctx.Err() == nil {
		link, err := client.Dial(ctx, f.servers[i%len(f.servers)].url(), client.Hello{Token: raw})
		if err == nil {
			_, err = command(ctx, link, "knock", "name", nameOf(i), "rules", link.Welcome().Rules, "camera", false)
			if err == nil {
				return link
			}
			link.Close()
		}
		var refused *client.Refused
		if errors.As(err, &refused) && refused.Code == "full" {
			return nil
		}
		wait(ctx, 50*time.Millisecond) // too many at once: again
	}
	return nil
}

// removedAgain: with the invitation and the ticket, on every server, at once,
// after the owner's death, after restarts of all.
func removedAgain(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 2, keep: true})
	g := f.gather("evening", "Maple", "Finch", "River")
	g.remove(g.people[2], "session")
	g.remove(g.people[2], "group")
	g.stayOut()
	f.owner().kill()
	g.stayOut()
	for _, s := range f.servers {
		if s.lives() {
			s.kill()
		}
		s.start()
	}
	g.stayOut()
	g.whole(3 * patience)
	g.rules()
	c.table.counted(c.fault, "came in again", "0", 0) // or the test has failed
}

// noGhosts: both processes die, and Redis lives. Whoever opens the room later
// sees nobody who is not there.
func noGhosts(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 2, keep: true})
	g := f.gather("evening", "Maple", "Finch")
	for _, p := range g.people {
		p.close()
	}
	for _, s := range f.servers {
		s.kill()
	}
	began := time.Now()
	for f.redis.alive("evening") > 0 {
		if time.Since(began) > time.Minute {
			t.Fatal("seats are still taken")
		}
		time.Sleep(100 * time.Millisecond)
	}
	c.took(t, "no seat is taken any more", "35 s", time.Since(began), 40*time.Second)
	for _, s := range f.servers {
		s.start()
	}
	ben := f.join(1, f.invite("evening", token.RoleFacilitator, nil), "Ben", f.tag())
	ben.until("a seat", seated)
	if seats := ben.view().Seats; len(seats) != 1 {
		t.Errorf("there are ghosts: %+v", seats)
	}
}

// alive is how many patients' seats are not over yet, by Redis' own clock.
func (s *store) alive(room string) (n int) {
	_, _ = fmt.Sscan(s.say("eval", "local t = redis.call('TIME') return redis.call('ZCOUNT', KEYS[1], t[1] * 1000, '+inf')", "1", "hearth:{"+room+"}:seats:patient"), &n)
	return n
}

// hostileThroughDeath: who is held and hidden goes on sending everything, makes
// new connections, and asks for the microphone, while its servers die.
func hostileThroughDeath(t *testing.T, c *chaos) {
	f := c.open(t, plan{servers: 2})
	g := f.decided()
	held, hidden := g.people[1], g.people[2]
	for range 2 {
		dead := f.owner()
		dead.kill()
		for range 10 {
			_, _ = held.do("set", "mic", true)
			_, _ = hidden.do("set", "camera", true)
			time.Sleep(100 * time.Millisecond)
		}
		g.whole(2 * patience)
		for _, p := range []*person{held, hidden} {
			path, err := p.connect(bounded(t), p.socket())
			if err != nil {
				t.Fatal(err)
			}
			p.take(path)
		}
		g.whole(patience)
		g.rules()
		dead.start()
		f.meet()
	}
	c.table.counted(c.fault, "packets that came through", "0", 0) // or the test has failed
}
