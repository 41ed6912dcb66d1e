package main

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"hearth/room"
	"hearth/room/sfu/sfutest"
	"hearth/signaling/client"
	"hearth/signaling/token"
)

// The participants of these tests obey nothing: they go on sending sound and
// picture whatever they are told. What counts is what arrives at the others.

// of are the counters of a seat at every receiver.
func of(seat int, audio, video bool, receivers ...*guest) map[string]*sfutest.Counter {
	counters := map[string]*sfutest.Counter{}
	for i, r := range receivers {
		if audio {
			counters[fmt.Sprintf("sound of seat %d at receiver %d", seat, i)] = r.media.Audio(seat)
		}
		if video {
			counters[fmt.Sprintf("picture of seat %d at receiver %d", seat, i)] = r.media.Video(seat)
		}
	}
	return counters
}

// everything is all that one participant receives.
func everything(g *guest) map[string]*sfutest.Counter {
	counters := map[string]*sfutest.Counter{}
	for seat := range g.Welcome().Seats {
		counters[fmt.Sprintf("sound of seat %d", seat)] = g.media.Audio(seat)
		counters[fmt.Sprintf("picture of seat %d", seat)] = g.media.Video(seat)
	}
	return counters
}

// beatOf makes the sound of one seat at one receiver the measure of time.
func beatOf(g *guest, seat int) func(uint64) {
	return func(n uint64) { g.t.Helper(); g.advances("the sound that must go on", seat, g.media.Audio(seat), n) }
}

func TestMuteIsAMute(t *testing.T) { // M-F1, M-F2, M-C7
	h := openHouse(t, nil)
	ada, p := h.circle("Maple", "Finch")
	maple, finch := p[0], p[1]
	beat := beatOf(finch, ada.seat())

	ada.must("mute", "seat", maple.seat(), "reason", "noise")
	silent(t, beat, of(maple.seat(), true, false, ada, finch))
	maple.until("news of the mute", func(v room.View) bool { return !v.You.Mic && v.You.Muted == 1 && v.You.MicReason == "noise" })
	ada.sees(maple.seat())
	maple.must("set", "mic", true) // a mute without hold is one's own to end
	finch.hears(maple.seat())

	ada.must("mute", "seat", maple.seat(), "hold", true)
	maple.refused("held", "set", "mic", true)
	silent(t, beat, of(maple.seat(), true, false, ada, finch))

	maple.connect(9) // a new PeerConnection changes nothing
	maple.media.StartMic()
	silent(t, beat, of(maple.seat(), true, false, ada, finch))

	maple.Close() // neither does a new socket
	again, err := h.dial(maple.Resume())
	if err != nil {
		t.Fatal(err)
	}
	maple.Client = again
	maple.refused("held", "set", "mic", true)
	silent(t, beat, of(maple.seat(), true, false, ada, finch))

	ada.must("release", "seat", maple.seat(), "mic", true)
	silent(t, beat, of(maple.seat(), true, false, ada, finch)) // a release turns nothing on
	maple.must("set", "mic", true)
	finch.hears(maple.seat())
}

func TestMuteAll(t *testing.T) { // M-F1
	h := openHouse(t, nil)
	ada, p := h.circle("Maple", "Finch")
	beat := beatOf(p[0], ada.seat())
	for _, hold := range []bool{false, true} {
		ada.must("mute", "seat", -1, "hold", hold)
		silent(t, beat, of(p[0].seat(), true, false, ada, p[1]))
		silent(t, beat, of(p[1].seat(), true, false, ada, p[0]))
		if hold {
			p[0].refused("held", "set", "mic", true)
		} else {
			p[0].must("set", "mic", true)
			ada.hears(p[0].seat())
		}
	}
}

func TestStoppedVideoStaysOff(t *testing.T) { // M-F3
	h := openHouse(t, nil)
	ada, p := h.circle("Maple", "Finch")
	maple, finch := p[0], p[1]
	ada.must("stop_video", "seat", maple.seat(), "reason", "view")
	silent(t, beatOf(finch, maple.seat()), of(maple.seat(), false, true, ada, finch))
	maple.refused("held", "set", "camera", true)
	maple.must("ask_video")
	ada.until("the question", func(v room.View) bool { return seatOf(v, maple.seat()).AskVideo })
	ada.must("release", "seat", maple.seat(), "video", true)
	maple.must("set", "camera", true)
	finch.sees(maple.seat())
}

func seatOf(v room.View, n int) room.Seat {
	for _, s := range v.Seats {
		if s.Seat == n {
			return s
		}
	}
	return room.Seat{Seat: -1}
}

func TestStepOut(t *testing.T) { // M-F4
	h := openHouse(t, nil)
	ada, p := h.circle("Maple", "Finch")
	maple, finch := p[0], p[1]
	seat := maple.seat()
	ada.must("step_out", "seat", seat, "reason", "talk")
	silent(t, beatOf(finch, ada.seat()), of(seat, true, true, ada, finch))
	silent(t, beatOf(finch, ada.seat()), everything(maple))
	maple.until("the waiting room", func(v room.View) bool { return v.You.Stage == room.SteppedOut && len(v.Seats) == 0 })
	maple.refused("not_allowed", "set", "mic", true)
	ada.admit(maple)
	if maple.seat() != seat {
		t.Errorf("came back to seat %d, not %d", maple.seat(), seat)
	}
	maple.must("set", "mic", true)
	finch.hears(seat)
	maple.hears(finch.seat())
}

func TestRemove(t *testing.T) { // M-F5, M-F6
	t.Parallel()
	for _, scope := range []string{"session", "group"} {
		t.Run(scope, func(t *testing.T) {
			h := openHouse(t, nil)
			ada, p := h.circle("Maple", "Finch")
			maple, finch := p[0], p[1]
			seat, ticket := maple.seat(), maple.Resume()
			ada.must("remove", "seat", seat, "scope", scope)
			maple.ends("removed")
			silent(t, beatOf(finch, ada.seat()), of(seat, true, true, ada, finch))
			silent(t, beatOf(finch, ada.seat()), everything(maple))
			_, err := h.dial(client.Hello{Token: maple.token})
			expectCode(t, err, "removed")
			_, err = h.dial(ticket)
			expectCode(t, err, "removed")
			finch.until("the free seat", func(v room.View) bool { return seatOf(v, seat).Seat == -1 })
		})
	}
}

func TestPause(t *testing.T) { // M-F8
	h := openHouse(t, nil)
	ada, p := h.circle("Maple", "Finch")
	maple, finch := p[0], p[1]
	ada.must("pause", "paused", true)
	silent(t, beatOf(finch, ada.seat()), of(maple.seat(), true, true, ada, finch))
	silent(t, beatOf(maple, ada.seat()), of(finch.seat(), true, true, ada, maple))
	ada.must("pause", "paused", false)
	finch.hears(maple.seat())
}

func TestNothingBeforeAdmission(t *testing.T) { // M-A8, M-C8
	h := openHouse(t, nil)
	ada, p := h.circle("Finch")
	finch := p[0]
	maple := h.join(h.invite(token.RolePatient, nil), "Maple", 9)
	maple.media.StartMic()
	maple.media.StartCamera()
	beat := beatOf(finch, ada.seat())
	silent(t, beat, everything(maple))
	others := map[string]*sfutest.Counter{}
	for seat := range maple.Welcome().Seats {
		if seat != ada.seat() && seat != finch.seat() {
			maps.Copy(others, of(seat, true, true, ada, finch))
		}
	}
	silent(t, beat, others)
	for _, cmd := range []string{"set", "admit", "admit_all", "lock", "end", "mute"} {
		fields := map[string][]any{"set": {"mic", true}, "admit": {"guest", maple.View().You.ID}, "lock": {"locked", true},
			"mute": {"seat", ada.seat()}}[cmd]
		maple.refused("not_allowed", cmd, fields...)
	}
	ada.admit(maple)
	silent(t, beat, of(maple.seat(), true, false, ada, finch)) // the microphone is off on entry
	maple.hears(ada.seat())
	maple.must("set", "mic", true)
	finch.hears(maple.seat())
}

func TestNoMeetingWithoutFacilitator(t *testing.T) { // M-A9
	t.Parallel()
	h := openHouse(t, nil)
	ada, p := h.circle("Maple", "Finch")
	maple, finch := p[0], p[1]
	ada.must("leave")
	ada.ends("left")
	finch.until("the hold", func(v room.View) bool { return v.Room.Phase == room.PhaseHold })
	beat := func(n uint64) { // nothing flows that could measure time
		for range n {
			maple.must("set", "hand", true)
			time.Sleep(80 * time.Millisecond) // below the limit of commands
		}
	}
	silent(t, beat, everything(finch))
	silent(t, beat, everything(maple))
	ben := h.join(h.invite(token.RoleFacilitator, nil), "Ben", 7)
	ben.until("a seat", seated)
	ben.must("set", "mic", true)
	ben.media.StartMic()
	finch.hears(ben.seat())
	finch.hears(maple.seat()) // any facilitator brings the room back
}

func TestEndForEveryone(t *testing.T) { // M-F12
	h := openHouse(t, nil)
	ada, p := h.circle("Maple", "Finch", "River")
	maple, finch, river := p[0], p[1], p[2]
	maple.refused("not_allowed", "end")
	river.Close() // without network, and still hearing the others
	ada.must("end")
	for _, g := range []*guest{maple, finch, ada} {
		g.ends("ended")
	}
	beat := func(n uint64) { time.Sleep(time.Duration(n) * 20 * time.Millisecond) } // nothing flows that could measure time
	for _, g := range []*guest{maple, river, ada} {
		silent(t, beat, everything(g))
	}
	for _, g := range []*guest{river, maple, ada} { // nobody comes back to this session
		_, err := h.dial(g.Resume())
		expectCode(t, err, "ended")
	}
	again := h.arrive(river.token, "River") // the invitation is for the next one, and for its waiting room
	if v := again.View(); v.You.Stage != room.Waiting || len(v.Seats) != 0 {
		t.Errorf("after the end: %+v", v)
	}
	silent(t, beat, everything(river))
}
