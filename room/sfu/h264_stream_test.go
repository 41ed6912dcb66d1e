package sfu

import (
	"encoding/binary"
	"testing"
)

// bareH264Stream makes the packets of one published stream of H.264: parameter
// sets in one packet before a keyframe of three parts, other pictures of one
// packet or two.
type bareH264Stream struct {
	line, stamp uint32
	ssrc        uint32
	rid         string
	seq         uint16
	frames      int
	bare        int // how many keyframes to come have no parameter sets; the one after them has
	every       int // so many after each that has
}

// frame is the next picture, each packet in a buffer of its own.
func (s *bareH264Stream) frame(key bool) (packets [][]byte) {
	payloads := [][]byte{{0x41, 9, 9, 9}}
	switch {
	case key:
		payloads = [][]byte{
			{typeSTAPA, 0, 4, 0x67, 0x42, 0xe0, 0x1f, 0, 3, 0x68},
			{0x7c, fuStart | typeIDR, 1}, {0x7c, typeIDR, 2}, {0x7c, fuEnd | typeIDR, 3},
		}
		if s.bare--; s.bare >= 0 {
			payloads = payloads[1:]
		} else {
			s.bare = s.every
		}
	case s.frames%2 == 1:
		payloads = [][]byte{{0x5c, fuStart | 1, 4}, {0x5c, fuEnd | 1, 5}}
	}
	for i, p := range payloads {
		packets = append(packets, s.packet(s.seq, p, i == len(payloads)-1))
		s.seq++
	}
	s.frames++
	s.stamp += 3000
	return packets
}

// packet is one payload with its sequence number behind.
func (s *bareH264Stream) packet(seq uint16, payload []byte, marker bool) []byte {
	format := byte(98)
	if marker {
		format |= 0x80
	}
	b := []byte{0x90, format, byte(seq >> 8), byte(seq)}
	b = binary.BigEndian.AppendUint32(b, s.stamp)
	b = binary.BigEndian.AppendUint32(b, s.ssrc)
	ext := []byte{1 << 4, '0' + byte(s.line), 4 << 4, 'x'}
	if s.rid != "" {
		ext[3] = s.rid[0]
	}
	b = append(append(b, 0xbe, 0xde, 0, 1), ext...)
	b = append(b, payload...)
	return binary.BigEndian.AppendUint16(b, seq)
}

// watchH264 is a publisher of H.264 on seat 0, and what a watcher gets of it.
func watchH264(t testing.TB) (c *Circle, p *Peer, video *recorder) {
	c, p, _, video = watchBare(t)
	sendH264(p)
	return c, p, video
}

// sendH264 makes a bare peer one that sends H.264.
func sendH264(p *Peer) {
	p.offer.codecs = bareCodecs(codecH264)
	now := p.circle.sfu.now()
	for line := range p.up {
		p.up[line] = newUplink(p, line, p.offer, now)
	}
}

// flat joins the packets of several frames.
func flat(frames ...[][]byte) (all [][]byte) {
	for _, f := range frames {
		all = append(all, f...)
	}
	return all
}
