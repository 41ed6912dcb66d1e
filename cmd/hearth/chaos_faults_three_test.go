package main

import (
	"errors"
	"os"
	"testing"
	"time"

	"hearth/room"
	"hearth/signaling/client"
	"hearth/signaling/token"
)

// What happens to one of three servers, alone or together with something else
// (room/cluster, "What is promised, and what is not").
var threeFaults = []fault{
	{"owner, one of three, cut from its peers", false, func(t *testing.T, c *chaos) { oneOfThreeAlone(t, c, true) }},
	{"another of three cut from its peers", false, func(t *testing.T, c *chaos) { oneOfThreeAlone(t, c, false) }},
	{"owner's host silently gone, of three", false, func(t *testing.T, c *chaos) {
		hostGone(t, c, true, func(*clinic, *server) (heal func()) { return func() {} })
	}},
	{"owner's host silently gone, another server cut from Redis", false, func(t *testing.T, c *chaos) {
		hostGone(t, c, true, func(f *clinic, other *server) (heal func()) { other.db.silence(); return other.db.pass })
	}},
	{"owner's host silently gone, Redis back with its data", false, func(t *testing.T, c *chaos) { hostGone(t, c, true, redisAgain) }},
	{"owner's host silently gone, Redis back empty", false, func(t *testing.T, c *chaos) { hostGone(t, c, false, redisAgain) }},
}

func redisAgain(f *clinic, _ *server) (heal func()) {
	f.redis.kill()
	time.Sleep(time.Second)
	f.redis.start()
	return func() {}
}

// isolate cuts a server from all others and them from it, and from nothing else,
// until the function returned is called.
func (f *clinic) isolate(s *server) (end func()) {
	f.t.Helper()
	if _, err := opened(os.Getpid(), 0, 0); errors.Is(err, errors.ErrUnsupported) {
		f.t.Skip("this system does not tell whose a connection is")
	}
	for _, other := range f.besides(s) {
		other.inner.silenceTo(s)
	}
	s.inner.silence()
	return func() {
		for _, any := range f.servers {
			any.inner.pass()
		}
	}
}

// cutOff proves that nobody comes into the room through a server.
func (g *group) cutOff(s *server) {
	g.t.Helper()
	before := s.metric("hearth_node_unanswered_total")
	link, err := client.Dial(bounded(g.t), s.url(), client.Hello{Token: g.clinic.invite(g.room, token.RolePatient, nil)})
	if err == nil {
		link.Close()
		g.t.Errorf("somebody came in through %s", s.name)
	}
	if s.metric("hearth_node_unanswered_total") <= before {
		g.t.Errorf("%s asked nobody in vain", s.name)
	}
}

// oneOfThreeAlone: it announces itself in Redis, so nobody takes its rooms, and it
// takes nobody's. Who was carried to it, or by it, comes in by another way.
func oneOfThreeAlone(t *testing.T, c *chaos, theOwner bool) {
	f := c.open(t, plan{servers: 3})
	g := f.decided()
	owner := f.owner()
	g.reset()
	var end func()
	if theOwner {
		end = f.isolate(owner)
		for _, other := range f.besides(owner) {
			g.cutOff(other)
		}
	} else {
		alone := f.besides(owner)[0]
		end = f.isolate(alone)
		g.cutOff(alone)
	}
	time.Sleep(10 * time.Second)
	p := g.add(f.index(owner), "Fern")
	g.whole(2 * patience)
	g.once(1)
	end()
	time.Sleep(3 * time.Second) // for a thief to show itself
	g.whole(2 * patience)
	if gap := g.record("longest gap in the sound", "none"); gap > 2*time.Second {
		t.Errorf("a gap of %v", gap)
	}
	g.oneForwards(togetherBound)
	g.rules()
	g.once(1)
	if f.owner() != owner {
		t.Error("the room has moved")
	}
	g.remove(p, "session")
}

// hostGone: no connection is reset and nothing is refused, as where the power has
// failed; and something else goes wrong together with it. Another server goes on.
// Where Redis has forgotten everything and the owner is dead, too, nobody knows any
// more what was decided: patients are let in again.
func hostGone(t *testing.T, c *chaos, remembers bool, also func(f *clinic, other *server) (heal func())) {
	f := c.open(t, plan{servers: 3, keep: remembers})
	g := f.gather("evening", "Maple", "Finch", "River")
	if remembers {
		g.mute(g.people[1], true)
		g.hide(g.people[2])
		g.remove(g.people[3], "session")
		g.whole(patience)
	}
	g.stick()
	owner := f.owner()
	g.reset()
	thaw := owner.freeze()
	defer thaw()
	for _, w := range []*wire{owner.front, owner.inner, owner.db} {
		w.silence()
	}
	heal := also(f, f.besides(owner)[0])
	if !remembers {
		g.letIn()
	}
	g.whole(3 * patience)
	g.record("longest gap in the sound", "-")
	heal()
	owner.kill()
	for _, w := range []*wire{owner.front, owner.db} {
		w.pass()
	}
	owner.start()
	f.meet()
	g.whole(2 * patience)
	g.oneForwards(togetherBound)
	if remembers {
		g.rules()
	} else {
		g.noGhost()
	}
	g.once(1)
}

// letIn has the facilitator let everybody in again, on whichever seats.
func (g *group) letIn() {
	g.t.Helper()
	for _, p := range g.people[1:] {
		p.until("the door of a room without a record", func(v room.View) bool { return v.You.Stage == room.Waiting })
	}
	g.ada.until("everybody's knock", func(v room.View) bool { return seated(v) && len(v.Waiting) == len(g.people)-1 })
	g.insist(g.ada, "admit_all")
	for _, p := range g.people {
		p.until("a seat again", seated)
		g.insist(p, "set", "mic", true)
		g.seats[p] = p.seat()
	}
}
