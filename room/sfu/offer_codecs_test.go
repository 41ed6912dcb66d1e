package sfu

import (
	"context"
	"errors"
	"strings"
	"testing"

	"hearth/room/sfu/sfutest"
)

// offerOf is a participant's offer for that many seats.
func offerOf(t testing.TB, seats int, config sfutest.Config) string {
	t.Helper()
	config.Seats = seats
	p, err := sfutest.New(config)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	return p.Offer()
}

const bothCodecs = sfutest.VP8 | sfutest.H264

func TestWhatAClientSendsAndCanBeShown(t *testing.T) {
	for name, c := range map[string]struct {
		config    sfutest.Config
		sent      codec
		vp8, h264 bool
	}{
		"VP8":                     {sfutest.Config{}, codecVP8, true, false},
		"both":                    {sfutest.Config{Shows: bothCodecs}, codecVP8, true, true},
		"H.264 to send, VP8 seen": {sfutest.Config{H264: true}, codecH264, true, false},
		"H.264 to send, both":     {sfutest.Config{H264: true, Shows: bothCodecs}, codecH264, true, true},
		"H.264 alone":             {sfutest.Config{H264: true, Shows: sfutest.H264}, codecH264, false, true},
	} {
		o, err := parseOffer(offerOf(t, 2, c.config), 2)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := o.codecs
		if got.sent != c.sent || (got.down[codecVP8].number != 0) != c.vp8 || (got.down[codecH264].number != 0) != c.h264 {
			t.Errorf("%s: %+v", name, got)
		}
		if got.up.number == 0 || got.up.repair == 0 || !got.nack || !got.remb || !got.transport {
			t.Errorf("%s: %+v", name, got)
		}
		again, err := parseOffer(o.write(2), 2)
		if err != nil || !o.sameSession(again) {
			t.Errorf("%s: our own words are not understood: %v", name, err)
		}
	}
}

// What a browser lists: every profile in both packetization modes.
func TestTheSimplestProfileIsChosen(t *testing.T) {
	text := offerOf(t, 1, sfutest.Config{H264: true, Shows: bothCodecs})
	line := "a=rtpmap:98 H264/90000\r\na=fmtp:98 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\n"
	if strings.Count(text, line) != 3 {
		t.Fatal("another offer than expected")
	}
	many := "a=rtpmap:102 H264/90000\r\na=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=4d001f\r\n" +
		"a=rtpmap:104 H264/90000\r\na=fmtp:104 packetization-mode=0;profile-level-id=42e01f\r\n"
	text = strings.ReplaceAll(text, line, many+line)
	text = strings.ReplaceAll(text, "SAVPF 9", "SAVPF 102 104 9")
	o, err := parseOffer(text, 1)
	if err != nil || o.codecs.up.number != 98 || o.codecs.down[codecH264].number != 98 {
		t.Fatalf("%v %+v", err, o)
	}
	// Where nothing simpler is offered, main it is.
	text = strings.ReplaceAll(text, "packetization-mode=1;profile-level-id=42e01f", "profile-level-id=42e01f")
	o, err = parseOffer(text, 1)
	if err != nil || o.codecs.up.number != 102 || o.codecs.up.profile != 0x4d001f {
		t.Fatalf("%v %+v", err, o)
	}
}

func TestPictureCodecsAreRefused(t *testing.T) {
	good := offerOf(t, 2, sfutest.Config{H264: true, Shows: bothCodecs})
	for name, bad := range map[string]string{
		"one packet a frame":      replaced(good, "packetization-mode=1", "packetization-mode=0", -1),
		"no packetization mode":   replaced(good, "packetization-mode=1;", "", -1),
		"no profile":              replaced(good, ";profile-level-id=42e01f", "", -1),
		"an unknown profile":      replaced(good, "42e01f", "f4001f", -1),
		"camera and slide differ": replaced(good, "42e01f", "4d001f", 1),
		"one number for two":      replaced(replaced(replaced(good, ":98 H264", ":97 H264", 0), ":98 level", ":97 level", 0), "SAVPF 98", "SAVPF 97", 0),
		"repair of both":          replaced(good, "a=fmtp:99 apt=98", "a=fmtp:97 apt=98", -1),
	} {
		if bad == good {
			t.Errorf("%s: the test changes nothing", name)
		}
		if o, err := parseOffer(bad, 2); !errors.Is(err, ErrOffer) {
			t.Errorf("%s: %v %+v", name, err, o)
		}
	}
}

// A seat whose m-line lacks a codec takes it from all: whoever sits there must
// be shown alike.
func TestACodecHasToFitEverySeat(t *testing.T) {
	good := offerOf(t, 2, sfutest.Config{Shows: bothCodecs})
	o, err := parseOffer(replaced(good, "H264/90000", "H265/90000", 1), 2)
	if err != nil || o.codecs.down[codecH264].number != 0 || o.codecs.down[codecVP8].number == 0 {
		t.Errorf("%v %+v", err, o)
	}
}

// mediaLines are the m-lines of an answer, each with its attributes.
func mediaLines(answer string) []string { return strings.Split(answer, "\r\nm=")[1:] }

func TestTheAnswerHasVP8First(t *testing.T) {
	s := openTest(t)
	for name, c := range map[string]struct {
		config      sfutest.Config
		camera, any string
	}{
		"sends H.264": {sfutest.Config{H264: true, Shows: bothCodecs}, "98 99", "96 98 97 99"},
		"sends VP8":   {sfutest.Config{Shows: bothCodecs}, "96 97", "96 98 97 99"},
		"has no VP8":  {sfutest.Config{H264: true, Shows: sfutest.H264}, "98 99", "98 99"},
		"has VP8":     {sfutest.Config{}, "96 97", "96 97"},
	} {
		_, answer, err := s.Circle(3).Connect(context.Background(), offerOf(t, 3, c.config), nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, m := range mediaLines(answer) {
			first, _, _ := strings.Cut(m, "\r\n")
			want := c.any
			if i < ownLines {
				want = c.camera
			}
			formats, video := strings.CutPrefix(first, "video 9 UDP/TLS/RTP/SAVPF ")
			if !video {
				continue
			}
			if got := strings.Fields(formats); len(got) != len(strings.Fields(want)) || got[0] != want[:2] {
				t.Errorf("%s: m-line %d has %q", name, i, formats)
			}
			for _, n := range strings.Fields(want) {
				if !strings.Contains(m, "a=rtpmap:"+n+" ") {
					t.Errorf("%s: m-line %d lacks %s", name, i, n)
				}
			}
			if strings.Contains(want, "98") && !strings.Contains(m, "a=fmtp:98 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f") {
				t.Errorf("%s: m-line %d: H.264 without its parameters", name, i)
			}
			if strings.Contains(want, "98") && (i >= ownLines) == strings.Contains(m, "a=rtcp-fb:98 transport-cc") {
				t.Errorf("%s: m-line %d: transport-wide feedback in the wrong place", name, i)
			}
		}
	}
}
