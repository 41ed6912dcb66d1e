package sfu

import (
	"encoding/binary"

	"hearth/room/sfu/red"
)

// packet is one received RTP packet (RFC 3550), a view into the buffer SRTP
// decrypted it in. It is valid until the tap returns.
type packet struct {
	buf         []byte
	offset      int // of the payload in buf, at least 12
	payload     []byte
	extensions  []byte // the body of a one-byte header extension (RFC 8285), or nil
	marker      bool
	payloadType uint8
	seq         uint16
	timestamp   uint32
	ssrc        uint32

	// Filled in on the way (receive.go).
	repair     bool // it came as a retransmission
	allowed    bool // its sender may be heard or seen
	epoch      epoch
	seat       int
	room       int
	vp8        vp8
	nals       nals   // of H.264
	keyframe   bool   // it begins a keyframe that a picture may begin with
	first      uint16 // then: the packet to begin with, which H.264 has before it
	bare       bool   // and it comes without the parameter sets of H.264
	level      byte   // RFC 6464
	layer      *layer
	generation uint32
	arrival    arrival
	sendTime   [3]byte
	before     []red.Block // of sound: the packets just before it
}

const (
	rtpHeader      = 12
	oneByteProfile = 0xbede
)

// parsePacket fills p from a decrypted packet and tells whether it is one.
// Padding is taken off.
func parsePacket(buf []byte, p *packet) bool {
	if len(buf) < rtpHeader || buf[0]>>6 != 2 {
		return false
	}
	*p = packet{
		buf: buf, marker: buf[1]&0x80 != 0, payloadType: buf[1] & 0x7f,
		seq:       binary.BigEndian.Uint16(buf[2:]),
		timestamp: binary.BigEndian.Uint32(buf[4:]),
		ssrc:      binary.BigEndian.Uint32(buf[8:]),
	}
	at := rtpHeader + 4*int(buf[0]&0xf)
	if buf[0]&0x10 != 0 {
		if len(buf) < at+4 {
			return false
		}
		profile := binary.BigEndian.Uint16(buf[at:])
		end := at + 4 + 4*int(binary.BigEndian.Uint16(buf[at+2:]))
		if len(buf) < end {
			return false
		}
		if profile == oneByteProfile {
			p.extensions = buf[at+4 : end]
		}
		at = end
	}
	end := len(buf)
	if buf[0]&0x20 != 0 {
		end -= int(buf[len(buf)-1])
	}
	if end < at {
		return false
	}
	p.offset, p.payload = at, buf[at:end]
	return true
}

// extension is the value of one header extension, nil where it is missing.
func (p *packet) extension(id uint8) []byte {
	e := p.extensions
	for len(e) > 0 {
		if e[0] == 0 { // padding
			e = e[1:]
			continue
		}
		this, size := e[0]>>4, int(e[0]&0xf)+1
		if this == 15 || len(e) < 1+size {
			return nil
		}
		if this == id {
			return e[1 : 1+size]
		}
		e = e[1+size:]
	}
	return nil
}

// unwrapRTX turns a retransmission (RFC 4588) into the packet it repeats, of
// the given payload type. False for one without an original, which browsers
// send to probe the path.
func (p *packet) unwrapRTX(payloadType uint8) bool {
	if len(p.payload) < 2 {
		return false
	}
	p.seq = binary.BigEndian.Uint16(p.payload)
	p.payload, p.offset, p.payloadType = p.payload[2:], p.offset+2, payloadType
	return true
}
