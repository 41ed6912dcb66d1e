package sfu

import (
	"slices"
	"strings"
)

// The order of a participant's own m-lines (RFC 8829). The seats' follow: an
// audio and a video line each.
const (
	lineMic = iota
	lineCamera
	lineSlide
	ownLines
)

// MaxSeats is the largest circle.
const MaxSeats = 20

// maxOffer is the size of the largest session description looked at, in bytes.
const maxOffer = 128 << 10

// offer is all that is kept of a client's session description. Pion never
// sees the client's text: it gets one written from these fields (write.go),
// so there is nothing in it but tokens that were checked.
type offer struct {
	ufrag, pwd  string // ICE (RFC 8839), the same for all m-lines
	fingerprint string // of the DTLS certificate, sha-256 (RFC 8122)
	setup       string // actpass or active (RFC 4145)
	mids        []string
	codecs      codecs
	extensions  extensions     // of all m-lines
	offered     []extensions   // of each m-line; 0 where it does not offer one
	layers      []string       // simulcast rids of the camera, in the offer's order
	declared    []declaredSSRC // a=ssrc of the own m-lines
}

// extensions are the ids of the allowed RTP header extensions (RFC 8285) of
// one client; 0 is not negotiated. They differ between browsers.
type extensions struct {
	mid, rid, repairedRID, audioLevel, sendTime, transport uint8
}

// declaredSSRC is a stream announced by a=ssrc. Streams without one are told
// by their MID and RID header extensions.
type declaredSSRC struct {
	ssrc   uint32
	line   int
	repair bool
}

// lines is the number of m-lines of a circle.
func lines(seats int) int { return ownLines + 2*seats }

// seatLine is the m-line of a seat's audio; its video is the next.
func seatLine(seat int) int { return ownLines + 2*seat }

// lineKind is "audio" or "video" as the circle's order demands.
func lineKind(line int) string {
	if line == lineMic || line >= ownLines && (line-ownLines)%2 == 0 {
		return "audio"
	}
	return "video"
}

func lineDirection(line int) string {
	if line < ownLines {
		return "sendonly"
	}
	return "recvonly"
}

// parseOffer checks a client's offer for a circle of that many seats. Every
// error is an ErrOffer.
func parseOffer(text string, seats int) (*offer, error) {
	if len(text) > maxOffer {
		return nil, refusal("too large")
	}
	if !strings.HasPrefix(text, "v=0\r\n") && !strings.HasPrefix(text, "v=0\n") {
		return nil, refusal("no session description")
	}
	d, err := splitDescription(text, lines(seats))
	if err != nil {
		return nil, err
	}
	o := &offer{mids: make([]string, 0, lines(seats))}
	for _, step := range []func(*description) error{
		o.takeTransport, o.takeLines, o.takeBundle, o.takeCodecs, o.takeExtensions, o.takeSenders,
	} {
		if err := step(d); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// sameSession tells whether a second offer of the same client may only
// restart ICE: everything but the ICE credentials has to stay.
func (o *offer) sameSession(next *offer) bool {
	return o.fingerprint == next.fingerprint && o.codecs == next.codecs &&
		slices.Equal(o.offered, next.offered) && slices.Equal(o.mids, next.mids) &&
		slices.Equal(o.layers, next.layers)
}

// takeLines checks kind, direction, multiplexing and mid of every m-line.
func (o *offer) takeLines(d *description) error {
	seen := make(map[string]bool, len(d.media))
	for i := range d.media {
		m := &d.media[i]
		switch {
		case m.kind != lineKind(i):
			return refusal("m-line of the wrong kind")
		case m.port == "0" && !m.bundleOnly:
			return refusal("m-line switched off")
		case m.profile != "UDP/TLS/RTP/SAVPF" && m.profile != "TCP/TLS/RTP/SAVPF":
			return refusal("m-line of another transport")
		case len(m.directions) != 1 || m.directions[0] != lineDirection(i):
			return refusal("m-line of the wrong direction")
		case !m.rtcpMux:
			return refusal("no rtcp-mux")
		case !isToken(m.mid, 16) || seen[m.mid]:
			return refusal("bad mid")
		}
		seen[m.mid] = true
		o.mids = append(o.mids, m.mid)
	}
	return nil
}

// takeBundle demands one transport for everything (RFC 9143).
func (o *offer) takeBundle(d *description) error {
	group := strings.Fields(d.bundle)
	if len(group) != len(o.mids) {
		return refusal("not bundled")
	}
	for i, mid := range o.mids {
		if group[i] != mid {
			return refusal("not bundled")
		}
	}
	return nil
}
