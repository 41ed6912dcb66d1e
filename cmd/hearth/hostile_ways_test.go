package main

import (
	"testing"

	"hearth/room"
	"hearth/room/sfu/sfutest"
	"hearth/signaling/client"
	"hearth/signaling/token"
)

// outlaw is the number of the participant who obeys nothing: it is in all that
// they send, so that no bookkeeping of ours can hide it.
const outlaw = 9

// outlawry is a room in which Maple goes on sending after something was decided,
// and what of it the others get.
type outlawry struct {
	h          *house
	ada, finch *guest
	maple      *guest
	ears       map[string]*ears // of Ada and Finch
	own        *ears            // what Maple gets
}

// openOutlawry seats Ada and Finch. There is one seat more for a patient.
func openOutlawry(t *testing.T) *outlawry {
	x := &outlawry{h: openHouse(t, map[string]string{"PATIENTS": "2"}), own: &ears{}}
	x.ada = x.h.arrive(x.h.invite(token.RoleFacilitator, nil), "Ada")
	x.ada.until("a seat", seated)
	x.finch = x.h.arrive(x.h.invite(token.RolePatient, nil), "Finch")
	x.ada.admit(x.finch)
	x.ears = map[string]*ears{"Ada": x.ada.listen(1), "Finch": x.finch.listen(2)}
	x.ada.must("set", "mic", true)
	return x
}

// comes brings Maple to the door, who sends sound and picture at once.
func (x *outlawry) comes() *guest {
	x.h.t.Helper()
	x.maple = x.h.arrive(x.h.invite(token.RolePatient, nil), "Maple")
	x.connect()
	x.maple.media.StartCamera()
	return x.maple
}

// connect makes a new PeerConnection that sends sound.
func (x *outlawry) connect() {
	x.h.t.Helper()
	x.maple.connectAs(sfutest.Config{Seats: x.maple.Welcome().Seats, Tag: outlaw, OnPacket: x.own.take})
	x.maple.media.StartMic()
}

// sits seats Maple, whom everybody hears and sees.
func (x *outlawry) sits() int {
	x.h.t.Helper()
	x.ada.admit(x.comes())
	x.maple.must("set", "mic", true)
	for _, g := range []*guest{x.ada, x.finch} {
		g.hears(x.maple.seat())
		g.sees(x.maple.seat())
	}
	return x.maple.seat()
}

// late leaves Maple at a door that was locked before.
func (x *outlawry) late() {
	x.h.t.Helper()
	x.ada.must("lock", "locked", true)
	x.comes().until("the locked door", func(v room.View) bool { return v.You.Late })
	x.ada.until("the knock", func(v room.View) bool { return len(v.Waiting) == 1 })
	x.ada.must("admit_all") // all but who comes late
}

// full gives the last seat to somebody else, and whoever comes after that is not
// even at the door.
func (x *outlawry) full() {
	x.h.t.Helper()
	id := x.comes().View().You.ID
	x.ada.admit(x.h.arrive(x.h.invite(token.RolePatient, nil), "River"))
	x.ada.refused("full", "admit", "guest", id)
	x.ada.refused("full", "admit_all")
	c, err := x.h.dial(client.Hello{Token: x.h.invite(token.RolePatient, nil)})
	if err != nil {
		x.h.t.Fatal(err)
	}
	oak := &guest{Client: c, t: x.h.t}
	oak.refused("full", "knock", "name", "Oak", "rules", c.Welcome().Rules)
	oak.refused("not_allowed", "offer", "sdp", x.maple.media.Offer())
}

// passed is how many packets of Maple's the others have got.
func (x *outlawry) passed(sound, picture bool) map[string]uint64 {
	n := map[string]uint64{}
	for who, e := range x.ears {
		heard := e.sound[outlaw].Load()
		if sound {
			n["sound at "+who] = heard
		}
		if picture {
			n["picture at "+who] = e.all[outlaw].Load() - heard
		}
	}
	return n
}

// silent checks that what Maple sends reaches the server, and nobody else.
func (x *outlawry) silent(way string, sound, picture bool) {
	x.h.t.Helper()
	beat := beatOf(x.finch, x.ada.seat())
	_, _ = x.maple.do("set", "mic", true)
	_, _ = x.maple.do("set", "camera", true)
	beat(5) // what was under way arrives
	before, sent := x.passed(sound, picture), x.maple.media.Acknowledged()
	beat(15)
	for what, n := range x.passed(sound, picture) {
		if n -= before[what]; n != 0 {
			x.h.t.Errorf("%s: %d packets too many: %s", way, n, what)
		}
	}
	if x.maple.media.Acknowledged() == sent {
		x.h.t.Errorf("%s: nothing was sent that could have come through", way)
	}
}

// TestNothingPasses: whatever was decided about somebody, and whatever they do
// then, not one packet of theirs gets to anybody (M-A8, M-A11, M-F2, M-F3, M-F7,
// M-F8).
func TestNothingPasses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what           string
		sound, picture bool // must not pass
		decide         func(x *outlawry)
	}{
		{"held mute", true, false, func(x *outlawry) { x.ada.must("mute", "seat", x.sits(), "hold", true) }},
		{"stopped video", false, true, func(x *outlawry) { x.ada.must("stop_video", "seat", x.sits()) }},
		{"pause", true, true, func(x *outlawry) { x.sits(); x.ada.must("pause", "paused", true) }},
		{"locked door", true, true, (*outlawry).late},
		{"full room", true, true, (*outlawry).full},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			x := openOutlawry(t)
			c.decide(x)
			stage := x.maple.View().You.Stage
			for _, way := range []struct {
				what    string
				picture bool // nothing but pictures that nobody may have
				do      func()
			}{
				{"goes on", false, func() {}},
				{"a new socket", false, func() { x.maple.Close(); x.h.resume(x.maple) }},
				{"a new PeerConnection", false, func() { x.connect(); x.maple.media.StartCamera() }},
				{"the spare line", true, func() { x.connect(); x.maple.media.StartSlide() }}, // a facilitator's
			} {
				way.do()
				x.silent(way.what, c.sound, c.picture || way.picture)
			}
			if now := x.maple.View().You.Stage; now != stage {
				t.Errorf("came from %v to %v", stage, now)
			}
			if stage == room.Waiting {
				for who := range x.own.all {
					if n := x.own.all[who].Load(); n != 0 {
						t.Errorf("%d packets of %d in the waiting room", n, who)
					}
				}
			}
		})
	}
}
