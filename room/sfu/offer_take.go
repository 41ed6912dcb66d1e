package sfu

import (
	"strconv"
	"strings"
)

// takeTransport demands one set of ICE credentials and one certificate,
// whether they stand in the session, in each m-line or in the first.
func (o *offer) takeTransport(d *description) error {
	if err := o.mergeTransport(&d.transport); err != nil {
		return err
	}
	for i := range d.media {
		if err := o.mergeTransport(&d.media[i].transport); err != nil {
			return err
		}
	}
	switch {
	case o.fingerprint == "":
		return refusal("no fingerprint")
	case !isICE(o.ufrag, 4) || !isICE(o.pwd, 22):
		return refusal("no ICE credentials")
	case o.setup != "actpass" && o.setup != "active":
		return refusal("cannot answer its DTLS role")
	}
	return nil
}

func (o *offer) mergeTransport(t *transport) error {
	for _, f := range t.fingerprints {
		print, ok := fingerprint(f)
		if !ok || !agree(&o.fingerprint, print) {
			return refusal("bad fingerprint")
		}
	}
	if !agree(&o.ufrag, t.ufrag) || !agree(&o.pwd, t.pwd) || !agree(&o.setup, t.setup) {
		return refusal("more than one transport")
	}
	return nil
}

// agree sets an empty value and compares a set one; an empty next is silent.
func agree(have *string, next string) bool {
	if *have == "" {
		*have = next
	}
	return next == "" || *have == next
}

// fingerprint normalises "sha-256 AB:CD:..." and refuses everything else.
func fingerprint(value string) (string, bool) {
	hash, hex, _ := strings.Cut(value, " ")
	if !strings.EqualFold(hash, "sha-256") || len(hex) != 32*3-1 {
		return "", false
	}
	hex = strings.ToUpper(hex)
	for i := range len(hex) {
		c := hex[i]
		if i%3 == 2 {
			if c != ':' {
				return "", false
			}
		} else if (c < '0' || c > '9') && (c < 'A' || c > 'F') {
			return "", false
		}
	}
	return hex, true
}

// codec is the rtpmap of a payload type.
func (m *section) codec(number string) string {
	for _, r := range m.rtpmap {
		if r.number == number {
			return r.rest
		}
	}
	return ""
}

// payloadType is the first format with that rtpmap, 0 for none.
func (m *section) payloadType(codec string) uint8 {
	for _, f := range m.formats {
		if strings.EqualFold(m.codec(f), codec) {
			return payloadType(f)
		}
	}
	return 0
}

// payloadType reads a dynamic payload type; 64 to 95 collide with RTCP
// (RFC 5761).
func payloadType(s string) uint8 {
	n, err := strconv.ParseUint(s, 10, 7)
	if err != nil || n < 35 || n >= 64 && n < 96 {
		return 0
	}
	return uint8(n)
}

// URIs of the allowed header extensions.
const (
	uriMID         = "urn:ietf:params:rtp-hdrext:sdes:mid"
	uriRID         = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
	uriRepairedRID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
	uriAudioLevel  = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
	uriSendTime    = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
	uriTransport   = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
)

var extensionURIs = [...]string{uriMID, uriSendTime, uriAudioLevel, uriRID, uriRepairedRID, uriTransport}

func (e *extensions) byURI(uri string) *uint8 {
	switch uri {
	case uriMID:
		return &e.mid
	case uriRID:
		return &e.rid
	case uriRepairedRID:
		return &e.repairedRID
	case uriAudioLevel:
		return &e.audioLevel
	case uriSendTime:
		return &e.sendTime
	case uriTransport:
		return &e.transport
	}
	return nil
}

// takeExtensions reads the ids of the allowed extensions. An id means the
// same in all m-lines of a bundle (RFC 8285, RFC 9143), but browsers do not
// offer every extension in every m-line, and may be answered only what they
// offered in it.
func (o *offer) takeExtensions(d *description) error {
	var owner [15]string
	o.offered = make([]extensions, len(d.media))
	for i := range d.media {
		for _, m := range d.media[i].extmap {
			uri, _, _ := strings.Cut(m.rest, " ")
			number, _, _ := strings.Cut(m.number, "/")
			id, err := strconv.ParseUint(number, 10, 8)
			to := o.extensions.byURI(uri)
			if to == nil || !allowed(uri, i) || err != nil || id < 1 || id > 14 {
				continue // not allowed, or only in two-byte headers
			}
			if owner[id] != "" && owner[id] != uri || *to != 0 && *to != uint8(id) {
				return refusal("extension id twice")
			}
			owner[id], *to = uri, uint8(id)
			*o.offered[i].byURI(uri) = uint8(id)
		}
	}
	return nil
}

// allowed tells whether an extension is of use in an m-line. Transport-wide
// feedback goes to who sends: what a browser receives it answers with REMB,
// which it only does for streams without the extension.
func allowed(uri string, line int) bool {
	switch uri {
	case uriAudioLevel:
		return lineKind(line) == "audio"
	case uriRID, uriRepairedRID:
		return lineKind(line) == "video"
	case uriTransport:
		return line < ownLines
	}
	return true
}

// takeSenders allows one sender in each own m-line: one stream, or for the
// camera two layers, each with one repair stream.
func (o *offer) takeSenders(d *description) error {
	for i := range ownLines {
		m := &d.media[i]
		if i != lineCamera && len(m.rids)+len(m.simulcast) != 0 {
			return refusal("simulcast where none is expected")
		}
		if err := o.takeSSRCs(i, m, max(1, len(m.rids))); err != nil {
			return err
		}
	}
	// Firefox names on receiving m-lines, too, the SSRCs of its reports; they
	// are not looked at, and no packet is ever taken for a seat's m-line.
	for i := ownLines; i < len(d.media); i++ {
		if m := &d.media[i]; len(m.streams)+len(m.rids)+len(m.simulcast) != 0 {
			return refusal("sender on a receiving m-line")
		}
	}
	return o.takeLayers(&d.media[lineCamera])
}

func (o *offer) takeSSRCs(line int, m *section, layers int) error {
	repairs, err := m.repairs()
	if err != nil {
		return err
	}
	primaries, seen := 0, make(map[uint32]bool)
	for _, a := range m.ssrcs {
		id, _, _ := strings.Cut(a, " ")
		n, err := strconv.ParseUint(id, 10, 32)
		if err != nil {
			return refusal("malformed ssrc")
		}
		ssrc := uint32(n)
		if seen[ssrc] {
			continue
		}
		seen[ssrc] = true
		if !repairs[ssrc] {
			primaries++
		}
		o.declared = append(o.declared, declaredSSRC{ssrc, line, repairs[ssrc]})
	}
	if primaries > layers || len(repairs) > layers || line == lineMic && len(repairs) > 0 {
		return refusal("more than one sender in an m-line")
	}
	return nil
}

// repairs are the second members of the FID groups (RFC 5576, RFC 4588).
func (m *section) repairs() (map[uint32]bool, error) {
	repairs := make(map[uint32]bool, 2)
	for _, g := range m.groups {
		f := strings.Fields(g)
		if len(f) != 3 || f[0] != "FID" {
			return nil, refusal("foreign ssrc-group")
		}
		n, err := strconv.ParseUint(f[2], 10, 32)
		if err != nil {
			return nil, refusal("malformed ssrc")
		}
		repairs[uint32(n)] = true
	}
	return repairs, nil
}

// takeLayers reads the camera's simulcast layers (RFC 8851, RFC 8853).
func (o *offer) takeLayers(m *section) error {
	for _, r := range m.rids {
		rid, direction, _ := strings.Cut(r, " ")
		if rid != ridLow && rid != ridHigh || direction != "send" && !strings.HasPrefix(direction, "send ") {
			return refusal("unknown layer")
		}
		if len(o.layers) == 1 && o.layers[0] == rid {
			return refusal("layer twice")
		}
		o.layers = append(o.layers, rid)
	}
	// A layer that rests at this moment has a tilde (RFC 8853).
	if len(o.layers) > 0 && (len(m.simulcast) != 1 || strings.ReplaceAll(m.simulcast[0], "~", "") != "send "+strings.Join(o.layers, ";")) {
		return refusal("simulcast does not match its layers")
	}
	if len(o.layers) == 0 && len(m.simulcast) != 0 {
		return refusal("simulcast without layers")
	}
	if e := o.offered[lineCamera]; len(o.layers) > 0 && (e.mid == 0 || e.rid == 0) {
		return refusal("layers that cannot be told apart")
	}
	return nil
}

// isToken tells whether s is a token (RFC 8866) of at most so many bytes.
func isToken(s string, most int) bool {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]`, c) >= 0 {
			return false
		}
	}
	return len(s) > 0 && len(s) <= most
}

// isICE tells whether s consists of ice-chars (RFC 8839).
func isICE(s string, least int) bool {
	for i := range len(s) {
		c := s[i]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && c != '+' && c != '/' {
			return false
		}
	}
	return len(s) >= least && len(s) <= 256
}
