package sfu

import "encoding/binary"

// benchStream makes the packets of one published stream in one buffer, as SRTP
// would decrypt them: a voice, or three packets a frame in three temporal
// layers.
type benchStream struct {
	made  []byte
	buf   []byte
	seq   uint16
	stamp uint32
	id    uint16
	tl0   uint8
	step  int // packets of pictures since the last keyframe
	head  int // where the payload begins
	wide  int // where the transport-wide number stands; 0 for none
	video bool
	h264  bool
}

// benchFrame is how many packets a frame has.
const benchFrame = 3

// wideID is the number of the transport-wide extension of a benchStream that
// has it.
const wideID = 6

// benchTemporal are the temporal layers of four frames, and their Y.
var benchTemporal = [4]byte{vp8Sync, 2<<6 | vp8Sync, 1<<6 | vp8Sync, 2 << 6}

func newBenchStream(line int, rid string, ssrc uint32, wide bool) *benchStream {
	s := &benchStream{video: line != lineMic, buf: make([]byte, 1500)}
	format, size := byte(111), soundSize
	if s.video {
		format, size = 96, pictureSize
	}
	b := []byte{0x90, format, 0, 0, 0, 0, 0, 0}
	b = binary.BigEndian.AppendUint32(b, ssrc)
	ext := []byte{1 << 4, '0' + byte(line)}
	if rid != "" {
		ext = append(ext, 4<<4, rid[0])
	}
	if !s.video {
		ext = append(ext, 3<<4, 0x80|30)
	}
	if wide {
		s.wide = len(b) + 4 + len(ext) + 1
		ext = append(ext, wideID<<4|1, 0, 0)
	}
	for len(ext)%4 != 0 {
		ext = append(ext, 0)
	}
	b = append(b, 0xbe, 0xde, 0, byte(len(ext)/4))
	b = append(b, ext...)
	s.head = len(b)
	s.made = append(b, make([]byte, size-len(b))...)
	return s
}

// next is the next packet, valid until the one after it. key begins a frame
// anew and makes it a keyframe.
func (s *benchStream) next(key bool) []byte {
	s.seq++
	b := s.buf[:copy(s.buf, s.made)]
	if s.h264 {
		s.units(b, key)
	} else if s.video {
		s.describe(b, key)
	} else {
		s.stamp += 960
	}
	binary.BigEndian.PutUint16(b[2:], s.seq)
	binary.BigEndian.PutUint32(b[4:], s.stamp)
	if s.wide > 0 {
		binary.BigEndian.PutUint16(b[s.wide:], s.seq)
	}
	return b
}

// units makes the next packet one of H.264: parameter sets and a picture in one
// packet, or a slice.
func (s *benchStream) units(b []byte, key bool) {
	b[1], s.stamp = 98|0x80, s.stamp+3750
	d := b[s.head:]
	if d[0] = 0x41; key {
		copy(d, []byte{typeSTAPA, 0, 1, 0x67, 0, 1, 0x68, 0, 0, 0x65})
		binary.BigEndian.PutUint16(d[7:], uint16(len(d)-9))
	}
}

// describe writes the descriptor of the next packet.
func (s *benchStream) describe(b []byte, key bool) {
	if key {
		s.step = 0
	}
	place, layers := s.step%benchFrame, benchTemporal[s.step/benchFrame%4]
	s.step++
	d := b[s.head:]
	d[0], d[6] = vp8Extended, vp8Interlay
	if place == 0 {
		s.id, s.stamp = (s.id+1)&idMask, s.stamp+3750
		if layers>>6 == 0 {
			s.tl0++
		}
		d[0] |= vp8Start
		if key {
			d[6] = 0
		}
	}
	if place == benchFrame-1 {
		b[1] |= 0x80
	}
	d[1] = vp8ID | vp8TL0 | vp8TID | vp8Key
	binary.BigEndian.PutUint16(d[2:], s.id|vp8LongID<<8)
	d[4], d[5] = s.tl0, layers
}
