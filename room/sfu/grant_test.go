package sfu

import (
	"testing"
	"time"

	"hearth/room/sfu/sfutest"
)

func TestPermitKeepsEpochsOfWhatStays(t *testing.T) {
	p := (&permit{Grant: NoGrant}).after(Grant{Seat: 2, Audio: true, Receive: true})
	q := p.after(Grant{Seat: 2, Audio: true, Video: true, Receive: true})
	if q.mic != p.mic || q.receive != p.receive || q.slide != p.slide {
		t.Error("an epoch changed with nothing behind it")
	}
	if q.camera == p.camera {
		t.Error("the camera's epoch stayed")
	}
	if r := q.after(Grant{Seat: 3, Audio: true, Video: true, Receive: true}); r.mic == q.mic || r.camera == q.camera {
		t.Error("moving the seat kept an epoch")
	}
	if _, ok := q.sends(lineSlide); ok {
		t.Error("slide without a grant")
	}
	if _, ok := (&permit{Grant: Grant{Seat: -1, Audio: true}}).sends(lineMic); ok {
		t.Error("sends without a seat")
	}
}

// watched is a circle with a hostile sender, who ignores all messages, and a
// witness whose microphone tells the passing of time.
func watched(t *testing.T) (hostile, watcher, witness *member) {
	c := openTest(t).Circle(3)
	hostile = join(t, c, sfutest.Config{Tag: 1, Hostile: true})
	watcher, witness = join(t, c, sfutest.Config{Tag: 2}), join(t, c, sfutest.Config{Tag: 3})
	for _, m := range []*member{hostile, witness} {
		m.StartMic()
		m.StartCamera()
		m.StartSlide()
	}
	watcher.peer.Allow(full(1))
	witness.peer.Allow(full(2))
	return hostile, watcher, witness
}

// count is what a receiver has had of a seat, repairs included.
func count(m *member, seat int) uint64 {
	return m.Audio(seat).Packets() + m.Video(seat).Packets() + m.Video(seat).Repaired()
}

func TestNothingIsForwardedBeforeAGrant(t *testing.T) {
	hostile, watcher, witness := watched(t)
	settle(t, witness, watcher, 2)
	if n := count(watcher, 0); n != 0 {
		t.Errorf("%d packets from the waiting room", n)
	}
	for seat := range 3 {
		if n := count(hostile, seat); n != 0 {
			t.Errorf("%d packets of seat %d into the waiting room", n, seat)
		}
	}
	if hostile.peer.circle.sfu.Stats().Dropped[DropShut] == 0 {
		t.Error("nothing was dropped, so nothing was tested")
	}
}

func TestMuteStopAndRemoveAreEffective(t *testing.T) {
	hostile, watcher, witness := watched(t)
	hostile.peer.Allow(full(0))
	eventually(t, "sound and picture", func() bool {
		return watcher.Audio(0).Packets() > 5 && watcher.Video(0).Packets() > 5
	})
	for _, step := range []struct {
		name         string
		grant        Grant
		audio, video bool
	}{
		{"mute", Grant{Seat: 0, Video: true, Receive: true}, false, true},
		{"muted and stopped", Grant{Seat: 0, Receive: true}, false, false},
		{"only sound", Grant{Seat: 0, Audio: true, Receive: true}, true, false},
		{"stepped out", NoGrant, false, false},
	} {
		hostile.peer.Allow(step.grant)
		settle(t, witness, watcher, 2)
		audio, video := watcher.Audio(0).Packets(), watcher.Video(0).Packets()+watcher.Video(0).Repaired()
		settle(t, witness, watcher, 2)
		if n := watcher.Audio(0).Packets() - audio; !step.audio && n != 0 {
			t.Errorf("%s: %d audio packets", step.name, n)
		} else if step.audio && n == 0 {
			t.Errorf("%s: no audio", step.name)
		}
		n := watcher.Video(0).Packets() + watcher.Video(0).Repaired() - video
		if !step.video && n != 0 {
			t.Errorf("%s: %d video packets", step.name, n)
		}
	}
}

func TestReceivingStopsWithTheGrant(t *testing.T) {
	hostile, watcher, witness := watched(t)
	hostile.peer.Allow(Grant{Seat: 0, Receive: true})
	eventually(t, "receives", func() bool { return count(hostile, 2) > 10 })
	hostile.peer.Allow(Grant{Seat: 0})
	settle(t, witness, watcher, 2)
	before := count(hostile, 2)
	settle(t, witness, watcher, 2)
	if n := count(hostile, 2) - before; n != 0 {
		t.Errorf("%d packets after receiving was shut", n)
	}
}

func TestClosedPeerNeitherSendsNorReceives(t *testing.T) {
	hostile, watcher, witness := watched(t)
	hostile.peer.Allow(full(0))
	eventually(t, "both ways", func() bool { return count(watcher, 0) > 5 && count(hostile, 2) > 5 })
	hostile.peer.Close()
	hostile.peer.Close()
	hostile.peer.Allow(full(0))
	settle(t, witness, watcher, 2)
	sent, received := count(watcher, 0), count(hostile, 2)
	settle(t, witness, watcher, 2)
	if count(watcher, 0) != sent || count(hostile, 2) != received {
		t.Error("a closed peer's path is open")
	}
}

func TestUnmuteComesBackClean(t *testing.T) {
	c := openTest(t).Circle(2)
	check := newContinuity(t)
	a, b := join(t, c, sfutest.Config{Tag: 1}), join(t, c, sfutest.Config{OnPacket: check.see})
	a.StartMic()
	a.StartCamera()
	b.peer.Allow(full(1))
	for range 3 {
		a.peer.Allow(full(0))
		audio, video := b.Audio(0).Packets(), b.Video(0).Packets()
		eventually(t, "sound and picture", func() bool {
			return b.Audio(0).Packets() > audio+5 && b.Video(0).Packets() > video+5
		})
		a.peer.Allow(Grant{Seat: 0, Receive: true})
		time.Sleep(keyframeTestPause) // the publisher's own numbers move on meanwhile
	}
	check.verdict(t, 0)
}

// keyframeTestPause lets a new keyframe request be due.
const keyframeTestPause = time.Duration(keyframePause)

func TestLaterGrantTakesTheSeat(t *testing.T) {
	c := openTest(t).Circle(3)
	var last sfutestTag
	a, b := join(t, c, sfutest.Config{Tag: 1}), join(t, c, sfutest.Config{Tag: 2})
	w := join(t, c, sfutest.Config{Tag: 3, OnPacket: last.see})
	w.peer.Allow(full(2))
	for _, m := range []*member{a, b} {
		m.StartMic()
		m.peer.Allow(full(0))
		who := m.peer.circle.holder(0)
		if who != m.peer {
			t.Fatal("the later grant did not win")
		}
	}
	eventually(t, "the later one", func() bool { return last.who.Load() == 2 })
	for range 20 {
		settle(t, b, w, 0)
		if last.who.Load() != 2 {
			t.Fatal("two send on one seat")
		}
	}
	if g := a.peer.permit.Load(); g.Seat != -1 || !g.Receive {
		t.Errorf("the earlier holder has %+v", g.Grant)
	}
}
