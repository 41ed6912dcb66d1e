package sfutest

import "encoding/binary"

// Descriptor is a VP8 payload descriptor as this package and the server write
// it (RFC 7741): with a picture id of 15 bits, TL0PICIDX and KEYIDX.
type Descriptor struct {
	Size     int
	Start    bool // first packet of a frame
	Keyframe bool // of a keyframe
	ID       uint16
	TL0      uint8
	Key      uint8
	TID      uint8
}

// ParseDescriptor reads one; false for any other form.
func ParseDescriptor(b []byte) (Descriptor, bool) {
	if len(b) < 7 || b[0]&0x80 == 0 || b[1]&0xf0 != 0xf0 || b[2]&0x80 == 0 {
		return Descriptor{}, false
	}
	start := b[0]&0x10 != 0
	return Descriptor{
		Size: 6, Start: start, Keyframe: start && b[6]&1 == 0,
		ID: binary.BigEndian.Uint16(b[2:]) & 0x7fff, TL0: b[4], Key: b[5] & 0x1f, TID: b[5] >> 6,
	}, true
}
