package sfutest

import "encoding/binary"

// Sizes of the H.264 pictures, in macroblocks.
const (
	lowWide, lowTall   = 4, 3
	highWide, highTall = 6, 4
)

// Types of NAL units (H.264, table 7-1), with nal_ref_idc.
const (
	nalDelta    = 0x41
	nalKey      = 0x65
	nalSEI      = 0x06
	nalSequence = 0x67
	nalPicture  = 0x68
)

// Frame is one picture of a synthetic but valid H.264 stream of constrained
// baseline profile. A keyframe is made of uncoded macroblocks (I_PCM); of each
// further picture one macroblock is, and the others stay as they were.
type Frame struct {
	Who, Number uint32 // as in Packet.Tag; they choose the colours
	Since       uint32 // frames since the keyframe, 0 for a keyframe itself
	High        bool   // of the larger of two sizes
}

func (f Frame) size() (wide, tall int) {
	if f.High {
		return highWide, highTall
	}
	return lowWide, lowTall
}

// NALs are the frame's NAL units: parameter sets before a keyframe, what
// ReadFrame reads, and one slice. Equal frames have equal bytes.
func (f Frame) NALs() (units [][]byte) {
	if f.Since == 0 {
		units = append(units, f.sequence(), pictureSet())
	}
	return append(units, f.note(), f.slice())
}

// sequence is the sequence parameter set (H.264, 7.3.2.1.1).
func (f Frame) sequence() []byte {
	wide, tall := f.size()
	b := &bits{}
	b.put(0x42e01f, 24) // profile and level
	b.ue(0, 0, 2, 1)    // its number, 4 bits of frame_num, output in order, one reference
	b.put(0, 1)
	b.ue(uint32(wide-1), uint32(tall-1))
	b.put(0b1100, 4) // frames; no cropping, nothing more
	return b.nal(nalSequence)
}

// pictureSet is the picture parameter set (7.3.2.2).
func pictureSet() []byte {
	b := &bits{}
	b.ue(0, 0)
	b.put(0, 2) // CAVLC
	b.ue(0, 0, 0)
	b.put(0, 3)
	b.ue(0, 0, 0) // zero is the same, signed or not
	b.put(0b100, 3)
	return b.nal(nalPicture)
}

// slice is the whole picture (7.3.3, 7.3.4).
func (f Frame) slice() []byte {
	wide, tall := f.size()
	count := uint32(wide * tall)
	b := &bits{}
	if f.Since == 0 {
		b.ue(0, 7, 0) // from the first macroblock on, all of them intra
		b.put(0, 4)
		b.ue(f.Number & 0xff) // one keyframe is not the next
		b.put(0, 2)
		b.ue(0, 1) // no deblocking
		for i := range count {
			b.ue(25)
			f.macroblock(b, i)
		}
		return b.nal(nalKey)
	}
	b.ue(0, 5, 0)
	b.put(uint64(f.Since&0xf), 4)
	b.put(0, 3)
	b.ue(0, 1)
	at := f.Number % count
	b.ue(at, 30)
	f.macroblock(b, at)
	if rest := count - at - 1; rest > 0 {
		b.ue(rest)
	}
	return b.nal(nalDelta)
}

// macroblock writes 16 by 16 samples of luma and 8 by 8 of each chroma.
func (f Frame) macroblock(b *bits, at uint32) {
	b.align()
	for i := range uint32(384) {
		b.put(uint64(16+(f.Who*31+f.Number*7+at*5+i/16)%200), 8)
	}
}

// noteID marks our own supplemental information (H.264, D.1.7).
const noteID = "hearth sfutest 1"

// note carries the frame's numbers as unregistered user data.
func (f Frame) note() []byte {
	b := &bits{}
	b.put(5, 8)
	b.put(uint64(len(noteID)+13), 8)
	for i := range len(noteID) {
		b.put(uint64(noteID[i]), 8)
	}
	for _, v := range []uint32{f.Who, f.Number, f.Since} {
		b.put(uint64(v), 32)
	}
	high := uint64(0)
	if f.High {
		high = 1
	}
	b.put(high, 8)
	return b.nal(nalSEI)
}

// ReadFrame finds the numbers of a frame in its NAL units.
func ReadFrame(units [][]byte) (f Frame, ok bool) {
	for _, u := range units {
		if u = plain(u); len(u) > 3+len(noteID)+13 && u[0] == nalSEI && string(u[3:3+len(noteID)]) == noteID {
			v := u[3+len(noteID):]
			return Frame{binary.BigEndian.Uint32(v), binary.BigEndian.Uint32(v[4:]), binary.BigEndian.Uint32(v[8:]), v[12] == 1}, true
		}
	}
	return Frame{}, false
}

// annexB joins NAL units into a byte stream (H.264, annex B).
func annexB(units [][]byte) (stream []byte) {
	for _, u := range units {
		stream = append(append(stream, 0, 0, 0, 1), u...)
	}
	return stream
}

// plain takes the emulation prevention out of a NAL unit.
func plain(unit []byte) (b []byte) {
	zeros := 0
	for _, c := range unit {
		if zeros >= 2 && c == 3 {
			zeros = 0
			continue
		}
		zeros++
		if c != 0 {
			zeros = 0
		}
		b = append(b, c)
	}
	return b
}

// bits writes the syntax elements of a NAL unit (H.264, 7.2, 9.1).
type bits struct {
	done []byte
	last uint64
	used int // bits of last
}

func (b *bits) put(v uint64, n int) {
	for n--; n >= 0; n-- {
		b.last = b.last<<1 | v>>n&1
		if b.used++; b.used == 8 {
			b.done, b.last, b.used = append(b.done, byte(b.last)), 0, 0
		}
	}
}

// ue writes unsigned Exp-Golomb codes.
func (b *bits) ue(values ...uint32) {
	for _, v := range values {
		n := 0
		for (uint64(v)+1)>>n > 1 {
			n++
		}
		b.put(uint64(v)+1, 2*n+1)
	}
}

func (b *bits) align() {
	for b.used != 0 {
		b.put(0, 1)
	}
}

// nal ends the unit and puts emulation prevention into it (7.3.1).
func (b *bits) nal(kind byte) []byte {
	b.put(1, 1)
	b.align()
	unit, zeros := []byte{kind}, 0
	for _, c := range b.done {
		if zeros >= 2 && c <= 3 {
			unit, zeros = append(unit, 3), 0
		}
		zeros++
		if c != 0 {
			zeros = 0
		}
		unit = append(unit, c)
	}
	return unit
}
