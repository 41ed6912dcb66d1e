package sfu

import (
	"strings"
	"testing"

	"hearth/room/sfu/sfutest"
)

func TestLevels(t *testing.T) {
	for id, want := range map[profileLevel]level{
		0x42e00a: 20, 0x42f00b: level1b, 0x42e00b: 22, 0x640009: level1b, 0x64100b: 22, 0x42e00d: levelLow,
		0x42e01e: levelCamera, 0x42e01f: levelSlide, 0x42e034: 104, 0x42e0ff: 255, 0: 0,
	} {
		if got := id.level(); got != want {
			t.Errorf("%06x: level %d, want %d", uint32(id), got, want)
		}
	}
}

func TestALayerNeedsNoMoreThanItIs(t *testing.T) {
	for _, c := range []struct {
		declared         profileLevel
		low, high, slide level
	}{
		{0x42e034, levelLow, levelCamera, levelSlide},
		{0x42e01f, levelLow, levelCamera, levelSlide},
		{0x42e01e, levelLow, levelCamera, levelCamera},
		{0x42e00c, 24, 24, 24},
	} {
		from := codecs{sent: codecH264, up: format{number: 98, profile: c.declared}}
		if low, high, slide := from.needs(lineCamera, ridLow), from.needs(lineCamera, ridHigh), from.needs(lineSlide, ""); low != c.low || high != c.high || slide != c.slide {
			t.Errorf("%06x: %d, %d and %d", uint32(c.declared), low, high, slide)
		}
		if got := from.needs(lineCamera, ""); got != c.high {
			t.Errorf("%06x: one layer alone needs %d", uint32(c.declared), got)
		}
	}
}

// Of several formats of the simplest profile the one that bears most is taken.
func TestTheHighestLevelOfAProfileIsChosen(t *testing.T) {
	text := offerOf(t, 1, sfutest.Config{H264: true, Shows: bothCodecs})
	line := "a=rtpmap:98 H264/90000\r\na=fmtp:98 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\n"
	less := strings.NewReplacer(":98", ":102", "42e01f", "42e00d").Replace(line)
	for _, order := range []string{less + line, line + less} {
		o, err := parseOffer(strings.ReplaceAll(strings.ReplaceAll(text, line, order), "SAVPF 9", "SAVPF 102 9"), 1)
		if err != nil || o.codecs.down[codecH264].number != 98 {
			t.Errorf("%v %+v", err, o)
		}
	}
}

// What a viewer of each level is shown of somebody who sends H.264 in two
// layers, of which it wants the large one, and of their slide.
func TestALevelDecidesWhichLayer(t *testing.T) {
	for id, want := range map[profileLevel]struct{ camera, slide string }{
		0x42e01f: {ridHigh, "slide"},
		0x42e01e: {ridHigh, "codec"},
		0x42e015: {ridLow, "codec"},
		0x42e00d: {ridLow, "codec"},
		0x42e00c: {"codec", "codec"},
	} {
		b := newBareCameras(t, 3)
		viewer, sender := b.peers[0], b.peers[1]
		viewer.offer.codecs.down[codecH264].profile = id
		sendH264(sender)
		low, high := &bareH264Stream{line: lineCamera, ssrc: 11, rid: ridLow}, &bareH264Stream{line: lineCamera, ssrc: 12, rid: ridHigh}
		slide, slideTap := &bareH264Stream{line: lineSlide, ssrc: 13}, &rtpTap{peer: sender, ssrc: 13}
		viewer.Watch(Wish{Large: []int{1}})
		play := func(withSlide bool, withLow bool) {
			for n := range 250 {
				if withLow {
					feed(sender, b.taps[1][0], b.now, low.frame(n%20 == 0)...)
				}
				feed(sender, b.taps[1][1], b.now, high.frame(n%20 == 0)...)
				if withSlide {
					feed(sender, slideTap, b.now, slide.frame(n%20 == 0)...)
				}
				b.run(1)
			}
		}
		check := func(what, want string) {
			t.Helper()
			got := b.shows(0, 1)
			if l := viewer.seats[1].video.target.Load(); l != nil && l.line == lineSlide {
				got = "slide"
			}
			if paused := viewer.Media().Paused; len(paused) == 1 && paused[0].Seat == 1 {
				got += string(paused[0].Why)
			}
			if got != want {
				t.Errorf("level %d: of a %s %q, want %q", id.level(), what, got, want)
			}
			if l := b.peers[2].seats[1].video.target.Load(); l == nil || len(b.peers[2].Media().Paused) != 0 {
				t.Errorf("level %d: another viewer has lost the %s", id.level(), what)
			}
		}
		play(false, true)
		check("camera", want.camera)
		play(false, false)
		if want.camera == ridLow {
			want.camera = "codec" // it stands for the low layer, which has ended
		}
		check("camera without its low layer", want.camera)
		b.c.allow(sender, Grant{Seat: 1, Video: true, Slide: true, Receive: true})
		play(true, true)
		check("slide", want.slide)
	}
}
