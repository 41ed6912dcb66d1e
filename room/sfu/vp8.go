package sfu

import "encoding/binary"

// vp8 is a VP8 payload descriptor (RFC 7741, 4.2) and the one bit of the
// frame behind it that tells a keyframe. Nothing else of a payload is ever
// read, so the frame may be encrypted from its fourth byte on.
type vp8 struct {
	size      int   // bytes of the descriptor as it arrived
	first     byte  // its first byte
	start     bool  // first packet of a frame
	keyframe  bool  // first packet of a keyframe
	idBits    uint8 // of the picture id: 0 for none, 7 or 15
	id        uint16
	hasTL0    bool
	tl0       uint8
	hasTID    bool
	hasKey    bool
	layerByte byte // TID, Y and KEYIDX
}

const (
	vp8Extended  = 0x80 // X
	vp8Start     = 0x10 // S
	vp8Partition = 0x07
	vp8ID        = 0x80 // I
	vp8TL0       = 0x40 // L
	vp8TID       = 0x20 // T
	vp8Key       = 0x10 // K
	vp8LongID    = 0x80 // M
	vp8KeyMask   = 0x1f
	vp8Sync      = 0x20 // Y
	vp8Interlay  = 0x01 // P of the frame header: not a keyframe

	idMask = 0x7fff
	// vp8Head is the most a rewritten descriptor takes.
	vp8Head = 6
)

// parseVP8 reads a payload's descriptor and tells whether it is one.
func parseVP8(payload []byte, d *vp8) bool {
	if len(payload) < 2 {
		return false
	}
	*d = vp8{first: payload[0], size: 1}
	if payload[0]&vp8Extended != 0 && !d.extended(payload) {
		return false
	}
	if len(payload) <= d.size {
		return false
	}
	d.start = d.first&vp8Start != 0 && d.first&vp8Partition == 0
	d.keyframe = d.start && payload[d.size]&vp8Interlay == 0
	return true
}

func (d *vp8) extended(payload []byte) bool {
	flags := payload[1]
	d.size = 2
	if flags&vp8ID != 0 {
		if len(payload) < d.size+2 {
			return false
		}
		if b := payload[d.size]; b&vp8LongID != 0 {
			d.idBits, d.id = 15, binary.BigEndian.Uint16(payload[d.size:])&idMask
			d.size += 2
		} else {
			d.idBits, d.id = 7, uint16(b)
			d.size++
		}
	}
	if d.hasTL0 = flags&vp8TL0 != 0; d.hasTL0 {
		if len(payload) <= d.size {
			return false
		}
		d.tl0 = payload[d.size]
		d.size++
	}
	d.hasTID, d.hasKey = flags&vp8TID != 0, flags&vp8Key != 0
	if d.hasTID || d.hasKey {
		if len(payload) <= d.size {
			return false
		}
		d.layerByte = payload[d.size]
		d.size++
	}
	return true
}

// out is the size of the rewritten descriptor: always with a picture id of
// 15 bits.
func (d *vp8) out() int {
	n := 4
	if d.hasTL0 {
		n++
	}
	if d.hasTID || d.hasKey {
		n++
	}
	return n
}

// put writes the descriptor anew with the numbers given.
func (d *vp8) put(to []byte, n vp8Numbers) {
	flags := byte(vp8ID)
	to[0] = d.first | vp8Extended
	binary.BigEndian.PutUint16(to[2:], n.id&idMask|vp8LongID<<8)
	at := 4
	if d.hasTL0 {
		flags |= vp8TL0
		to[at] = n.tl0
		at++
	}
	if d.hasTID {
		flags |= vp8TID
	}
	if d.hasKey {
		flags |= vp8Key
	}
	if d.hasTID || d.hasKey {
		to[at] = d.layerByte&^vp8KeyMask | n.key&vp8KeyMask
	}
	to[1] = flags
}

// tid is the temporal layer, 0 where there is none.
func (d *vp8) tid() uint8 { return d.layerByte >> 6 }

// sync tells whether the frame depends on the lowest temporal layer alone.
func (d *vp8) sync() bool { return d.layerByte&vp8Sync != 0 }

// key is the KEYIDX, 0 where there is none.
func (d *vp8) key() uint8 { return d.layerByte & vp8KeyMask }
