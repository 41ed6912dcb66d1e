package sfu

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"hearth/room/sfu/sfutest"
)

// goodOffer is a client's offer for that many seats.
func goodOffer(t testing.TB, seats int) string {
	t.Helper()
	p, err := sfutest.New(sfutest.Config{Seats: seats})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	return p.Offer()
}

func TestOfferIsUnderstood(t *testing.T) {
	for _, seats := range []int{1, 2, 17, MaxSeats} {
		o, err := parseOffer(goodOffer(t, seats), seats)
		if err != nil {
			t.Fatalf("%d seats: %v", seats, err)
		}
		if len(o.mids) != lines(seats) || len(o.layers) != 2 || o.codecs.up.repair == 0 || !o.codecs.nack {
			t.Errorf("%d seats: %+v", seats, o)
		}
		again, err := parseOffer(o.write(2), seats)
		if err != nil || !o.sameSession(again) || again.ufrag != o.ufrag || again.pwd != o.pwd {
			t.Errorf("%d seats: our own words are not understood: %v", seats, err)
		}
	}
}

func TestARestingLayerIsUnderstood(t *testing.T) {
	good := goodOffer(t, 1)
	for _, resting := range []string{"l;~h", "~l;~h"} {
		o, err := parseOffer(replaced(good, "simulcast:send l;h", "simulcast:send "+resting, 0), 1)
		if err != nil || len(o.layers) != 2 {
			t.Errorf("%s: %v", resting, err)
		}
	}
}

func TestRedundantSoundHasToFitEverySeat(t *testing.T) {
	good := goodOffer(t, 2)
	for name, x := range map[string]struct {
		offer string
		red   uint8
	}{
		"offered":                {good, 63},
		"not at the last seat":   {replaced(good, "a=rtpmap:63 red/48000/2", "a=rtpmap:63 x/8000", 2), 0},
		"of another payload":     {replaced(good, "a=fmtp:63 111/111", "a=fmtp:63 96/96", -1), 0},
		"at the microphone only": {replaced(replaced(good, "red/48000/2", "x/8000", 2), "red/48000/2", "x/8000", 1), 0},
	} {
		o, err := parseOffer(x.offer, 2)
		if err != nil || o.codecs.red != x.red {
			t.Errorf("%s: %v, %+v", name, err, o)
		}
	}
}

func TestOfferForAnotherCircle(t *testing.T) {
	text := goodOffer(t, 3)
	for _, seats := range []int{1, 2, 4, MaxSeats} {
		if _, err := parseOffer(text, seats); !errors.Is(err, ErrOffer) {
			t.Errorf("%d seats: %v", seats, err)
		}
	}
}

// replaced changes the nth occurrence of a text, from 0; -1 for all.
func replaced(text, old, new string, nth int) string {
	if nth < 0 {
		return strings.ReplaceAll(text, old, new)
	}
	at := 0
	for range nth + 1 {
		i := strings.Index(text[at:], old)
		if i < 0 {
			return text
		}
		at += i + len(old)
	}
	return text[:at-len(old)] + new + text[at:]
}

func TestOfferIsRefused(t *testing.T) {
	good := goodOffer(t, 2)
	print := good[strings.Index(good, "a=fingerprint:"):]
	print = print[:strings.Index(print, "\r\n")]
	sections := strings.SplitAfter(good, "\r\nm=")
	for name, bad := range map[string]string{
		"empty":             "",
		"not a description": "hello",
		"too large":         good + strings.Repeat("a=x\r\n", maxOffer/5),
		"10,000 m-lines":    good + strings.Repeat("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", 10000),
		"3,000 in bounds":   good + strings.Repeat("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", 3000),
		"one too many":      good + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:99\r\n",
		"data channel":      replaced(good, "m=video", "m=application", 1),
		"wrong kind":        replaced(good, "m=video", "m=audio", 0),
		"swapped":           sections[0] + sections[2] + sections[1] + strings.Join(sections[3:], ""),
		"switched off":      replaced(good, "m=video 9", "m=video 0", 0),
		"plain RTP":         replaced(good, "UDP/TLS/RTP/SAVPF", "RTP/AVP", 0),
		"sends on a seat":   replaced(good, "a=recvonly", "a=sendrecv", 0),
		"no direction":      replaced(good, "a=recvonly\r\n", "", 1),
		"receives mic":      replaced(good, "a=sendonly", "a=sendrecv", 0),
		"two directions":    replaced(good, "a=sendonly", "a=sendonly\r\na=recvonly", 0),
		"no rtcp-mux":       replaced(good, "a=rtcp-mux\r\n", "", 3),
		"no fingerprint":    replaced(good, print+"\r\n", "", -1),
		"another hash":      replaced(good, "sha-256", "sha-1", -1),
		"short fingerprint": replaced(good, print, print[:len(print)-3], -1),
		"two certificates":  good + strings.Replace(print, print[len(print)-2:], "00", 1) + "\r\n" + print[:len(print)-2] + "zz\r\n",
		"other certificate": good + print[:len(print)-2] + "0" + flip(print[len(print)-1]) + "\r\n",
		"no ice":            replaced(good, "a=ice-ufrag", "a=x-ufrag", -1),
		"short password":    replaced(good, "a=ice-pwd:", "a=ice-pwd:abc\r\na=x:", -1),
		"two transports":    replaced(good, "a=ice-ufrag:", "a=ice-ufrag:x", 2),
		"passive":           replaced(good, "a=setup:actpass", "a=setup:passive", -1),
		"mid twice":         replaced(good, "a=mid:4", "a=mid:3", 0),
		"long mid":          replaced(good, "a=mid:4", "a=mid:"+strings.Repeat("4", 17), 0),
		"mid with a break":  replaced(good, "a=mid:4", "a=mid:4 x", 0),
		"not bundled":       replaced(good, "a=group:BUNDLE 0 ", "a=group:BUNDLE ", 0),
		"no Opus":           replaced(good, "opus/48000", "PCMU/8000", -1),
		"no VP8":            replaced(good, "VP8/90000", "H264/90000", -1),
		"format twice":      replaced(good, ":96 VP8", ":97 VP8", 1),
		"Opus is VP8":       strings.ReplaceAll(strings.ReplaceAll(good, ":111 ", ":96 "), "SAVPF 111", "SAVPF 96"),
		"extension id":      replaced(good, "a=extmap:1 ", "a=extmap:2 ", 0),
		"second sender":     replaced(good, "a=msid:me mic", "a=msid:me mic\r\na=msid:me more", 0),
		"second ssrc":       replaced(good, "a=msid:me mic", "a=msid:me mic\r\na=ssrc:5 cname:x", 0),
		"third layer":       replaced(good, "a=rid:h send", "a=rid:h send\r\na=rid:m send", 0),
		"unknown layer":     replaced(good, "a=rid:h send", "a=rid:q send", 0),
		"other layers":      replaced(good, "simulcast:send l;h", "simulcast:send h;l", 0),
		"slide in layers":   replaced(good, "a=msid:me slide", "a=msid:me slide\r\na=rid:l send\r\na=simulcast:send l", 0),
		"sender on a seat":  replaced(good, "a=recvonly", "a=recvonly\r\na=msid:me more", 2),
		"ssrc group":        replaced(good, "ssrc-group:FID", "ssrc-group:SIM", 0),
		"bad ssrc":          replaced(good, "a=ssrc:", "a=ssrc:x", 0),
		"long line":         good + "a=" + strings.Repeat("x", maxSDPLine) + "\r\n",
		"malformed line":    good + "hello\r\n",
		"many lines":        good + strings.Repeat("a=x\r\n", maxAttributes),
		"foreign group":     replaced(good, "a=group:BUNDLE", "a=group:LS 0 1\r\na=group:BUNDLE", 0),
	} {
		if bad == good {
			t.Errorf("%s: the test changes nothing", name)
		}
		if o, err := parseOffer(bad, 2); !errors.Is(err, ErrOffer) || o != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func flip(c byte) string {
	if c == '0' {
		return "1"
	}
	return "0"
}

func TestForeignCandidatesAreIgnored(t *testing.T) {
	text := replaced(goodOffer(t, 1), "a=mid:0", "a=candidate:1 1 udp 1 10.1.2.3 9 typ host\r\na=mid:0", 0)
	o, err := parseOffer(text, 1)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(o.write(1), "candidate") || strings.Contains(o.write(1), "10.1.2.3") {
		t.Error("a candidate of the client went on to the media stack")
	}
}

func FuzzOffer(f *testing.F) {
	good := goodOffer(f, 2)
	f.Add(good)
	f.Add(strings.ReplaceAll(good, "\r\n", "\n"))
	f.Add(replaced(good, "a=sendonly", "a=recvonly", 1))
	f.Add(offerOf(f, 2, sfutest.Config{H264: true, Shows: bothCodecs}))
	f.Fuzz(func(t *testing.T, text string) {
		o, err := parseOffer(text, 2)
		if err != nil {
			if !errors.Is(err, ErrOffer) || o != nil {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		// Whatever is accepted is written in our own words, which mean the same.
		again, err := parseOffer(o.write(1), 2)
		if err != nil || !o.sameSession(again) {
			t.Fatalf("not understood again: %v", err)
		}
		for line := range strings.Lines(o.write(1)) {
			if !strings.HasSuffix(line, "\r\n") || strings.ContainsAny(strings.TrimSuffix(line, "\r\n"), "\r\n\x00") {
				t.Fatal("a token broke a line")
			}
		}
	})
}

func BenchmarkParseOffer(b *testing.B) {
	text := goodOffer(b, 17)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := parseOffer(text, 17); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(text)), "bytes/offer")
}

func ExampleReason_String() {
	fmt.Println(DropShut)
	// Output: shut
}
