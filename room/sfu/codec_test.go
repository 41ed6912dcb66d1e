package sfu

import "testing"

func TestProfiles(t *testing.T) {
	for id, want := range map[string]profile{
		"42e01f": constrainedBaseline, "42C015": constrainedBaseline, "4d800c": constrainedBaseline, "58c01e": constrainedBaseline,
		"42001f": baseline, "58801e": baseline, "4d001f": mainProfile, "64001f": highProfile, "640c1f": highProfile,
		"f4001f": noProfile, "58001e": noProfile, "": noProfile, "42e0": noProfile, "42e01g": noProfile, "42e01f00": noProfile,
	} {
		if got := parseProfileLevel(id).profile(); got != want {
			t.Errorf("%q: %d", id, got)
		}
	}
}

func TestWhoCanBeShownWhat(t *testing.T) {
	of := func(id string) format { return format{number: 100, profile: parseProfileLevel(id)} }
	sends := func(c codec, f format) *codecs { return &codecs{sent: c, up: f} }
	shows := func(vp8, h264 format) *codecs { return &codecs{down: [pictureCodecs]format{vp8, h264}} }
	for name, c := range map[string]struct {
		to, from *codecs
		want     bool
	}{
		"VP8 to VP8":           {shows(bareVP8, format{}), sends(codecVP8, bareVP8), true},
		"VP8 to H.264 alone":   {shows(format{}, bareH264), sends(codecVP8, bareVP8), false},
		"H.264 to VP8 alone":   {shows(bareVP8, format{}), sends(codecH264, bareH264), false},
		"H.264 to both":        {shows(bareVP8, bareH264), sends(codecH264, bareH264), true},
		"constrained to main":  {shows(bareVP8, of("4d001f")), sends(codecH264, of("42e01f")), true},
		"main to constrained":  {shows(bareVP8, of("42e01f")), sends(codecH264, of("4d001f")), false},
		"main to high":         {shows(bareVP8, of("64001f")), sends(codecH264, of("4d001f")), true},
		"baseline to main":     {shows(bareVP8, of("4d001f")), sends(codecH264, of("42001f")), false},
		"baseline to baseline": {shows(bareVP8, of("42001f")), sends(codecH264, of("42001f")), true},
	} {
		l := &layer{peer: &Peer{offer: &offer{codecs: *c.from}}, line: lineSlide, codec: c.from.sent, needs: c.from.needs(lineSlide, "")}
		if got := c.to.takes(l); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
