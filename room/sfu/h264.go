package sfu

import "encoding/binary"

// nals says what a packet of H.264 has of an access unit (RFC 6184). It is read
// from the headers of NAL units alone, so what they hold may be encrypted.
type nals uint8

const (
	nalSequence nals = 1 << iota // a sequence parameter set
	nalPicture                   // a picture parameter set
	nalKey                       // the beginning of a slice of an IDR picture
)

// Types of NAL units (H.264, table 7-1; RFC 6184, 5.2 and table 3 for packetization mode 1).
const (
	typeIDR      = 5
	typeSequence = 7
	typePicture  = 8
	typeLast     = 23 // of those that are no packets
	typeSTAPA    = 24
	typeFUA      = 28

	nalForbidden = 0x80
	nalType      = 0x1f
	fuStart      = 0x80
	fuEnd        = 0x40
	staSize      = 2
)

// parseH264 reads a payload's NAL headers and tells whether it is one of
// packetization mode 1: a single NAL unit, several in one packet (STAP-A), or
// a part of one (FU-A).
func parseH264(payload []byte) (nals, bool) {
	if len(payload) == 0 || payload[0]&nalForbidden != 0 {
		return 0, false
	}
	switch kind := payload[0] & nalType; kind {
	case typeSTAPA:
		return aggregated(payload[1:])
	case typeFUA:
		return fragment(payload)
	default:
		return nalOf(kind), single(kind)
	}
}

func single(kind byte) bool { return kind > 0 && kind <= typeLast }

func nalOf(kind byte) nals {
	switch kind {
	case typeIDR:
		return nalKey
	case typeSequence:
		return nalSequence
	case typePicture:
		return nalPicture
	}
	return 0
}

// aggregated reads the units of a STAP-A, each with its size in front.
func aggregated(units []byte) (all nals, ok bool) {
	for len(units) > staSize {
		size := int(binary.BigEndian.Uint16(units))
		units = units[staSize:]
		if size == 0 || size > len(units) || units[0]&nalForbidden != 0 || !single(units[0]&nalType) {
			return 0, false
		}
		all |= nalOf(units[0] & nalType)
		units, ok = units[size:], true
	}
	if len(units) > 0 {
		return 0, false
	}
	return all, ok
}

// fragment reads an FU-A, whose first part alone says what begins.
func fragment(payload []byte) (nals, bool) {
	if len(payload) < 3 || payload[1]&(fuStart|fuEnd) == fuStart|fuEnd || !single(payload[1]&nalType) {
		return 0, false
	}
	if payload[1]&fuStart == 0 {
		return 0, true
	}
	return nalOf(payload[1] & nalType), true
}

// accessUnit watches for an access unit that a picture may begin with: both
// parameter sets, and then an IDR picture, of one timestamp and without a gap.
// Encoders put the sets in packets of their own before the picture. The zero
// value is ready. Guarded by its layer's lock.
type accessUnit struct {
	first uint16 // the packet with the sequence parameter set
	stamp uint32
	have  nals // 0 while there is no unit to watch
}

// maxSets is the most packets that parameter sets and whatever else comes
// before an IDR picture may take.
const maxSets = 16

// take looks at a packet that moved the stream on. first is the one to begin
// the picture with.
func (a *accessUnit) take(n nals, seq uint16, stamp uint32) (first uint16, begins bool) {
	if n&nalSequence != 0 && (a.have == 0 || a.stamp != stamp) {
		*a = accessUnit{first: seq, stamp: stamp}
	} else if a.have == 0 || a.stamp != stamp {
		a.have = 0
		return 0, false
	}
	a.have |= n
	if n&nalKey == 0 || seq-a.first >= maxSets || a.have&(nalSequence|nalPicture) != nalSequence|nalPicture {
		return 0, false
	}
	a.have = 0 // further slices of the picture do not begin it again
	return a.first, true
}
