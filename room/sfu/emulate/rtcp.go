package emulate

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
)

// Messages is the feedback as RTCP messages (RFC 3550, RFC 4585,
// draft-alvestrand-rmcat-remb), one slice each, ready for the SFU.
func (f *Feedback) Messages(sender uint32) (out [][]byte) {
	if len(f.Reports) > 0 {
		out = append(out, f.reports(sender))
	}
	for _, n := range f.NACKs {
		b := message(1, 205, sender, n.SSRC)
		for _, p := range pairs(n.Seqs) {
			b = binary.BigEndian.AppendUint16(b, p[0])
			b = binary.BigEndian.AppendUint16(b, p[1])
		}
		out = append(out, sized(b))
	}
	for _, ssrc := range f.PLIs {
		out = append(out, sized(message(1, 206, sender, ssrc)))
	}
	if f.REMB > 0 {
		out = append(out, f.remb(sender))
	}
	return out
}

// Size is what the feedback takes on the wire: SRTCP's index and tag, UDP and IPv4.
func (f *Feedback) Size() (bytes int) {
	for _, m := range f.Messages(1) {
		bytes += len(m)
	}
	return bytes + 4 + 16 + 28
}

// message is a header whose length is not known yet.
func message(count, kind uint8, ssrcs ...uint32) []byte {
	b := []byte{2<<6 | count, kind, 0, 0}
	for _, s := range ssrcs {
		b = binary.BigEndian.AppendUint32(b, s)
	}
	return b
}

// sized fills the length in, in words less one.
func sized(b []byte) []byte {
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)/4-1))
	return b
}

func (f *Feedback) reports(sender uint32) []byte {
	b := message(uint8(len(f.Reports)), 201, sender)
	for _, r := range f.Reports {
		b = binary.BigEndian.AppendUint32(b, r.SSRC)
		b = binary.BigEndian.AppendUint32(b, uint32(r.Fraction)<<24|uint32(r.Cumulative)&0xffffff)
		b = binary.BigEndian.AppendUint32(b, r.Highest)
		b = binary.BigEndian.AppendUint32(b, 0) // jitter: nobody looks
		b = binary.BigEndian.AppendUint32(b, r.LastSR)
		b = binary.BigEndian.AppendUint32(b, r.Delay)
	}
	return sized(b)
}

// remb has the rate as 18 bits and an exponent of two.
func (f *Feedback) remb(sender uint32) []byte {
	exponent := max(0, bits.Len64(uint64(f.REMB))-18)
	rate := uint32(f.REMB >> exponent)
	b := append(message(15, 206, sender, 0), "REMB"...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(f.SSRCs))<<24|uint32(exponent)<<18|rate)
	for _, s := range f.SSRCs {
		b = binary.BigEndian.AppendUint32(b, s)
	}
	return sized(b)
}

// pairs are sequence numbers as NACK carries them: one and the sixteen behind it.
func pairs(seqs []uint16) (out [][2]uint16) {
	sorted := slices.Clone(seqs)
	slices.SortFunc(sorted, func(a, b uint16) int { return cmp.Compare(int16(a-seqs[0]), int16(b-seqs[0])) })
	for _, s := range sorted {
		if n := len(out); n > 0 {
			if d := s - out[n-1][0]; d >= 1 && d <= 16 {
				out[n-1][1] |= 1 << (d - 1)
				continue
			}
		}
		out = append(out, [2]uint16{s, 0})
	}
	return out
}
