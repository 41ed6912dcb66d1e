package emulate

import (
	"encoding/binary"
	"slices"
	"testing"
)

// checkRTCP reads the messages of TestMessages by the RFCs' pictures.
func checkRTCP(t *testing.T, all [][]byte) {
	t.Helper()
	if len(all) != 4 {
		t.Fatalf("%d messages", len(all))
	}
	word := func(b []byte, n int) uint32 { return binary.BigEndian.Uint32(b[4*n:]) }
	for i, kind := range []byte{201, 205, 206, 206} {
		b := all[i]
		if b[0]>>6 != 2 || b[1] != kind || int(binary.BigEndian.Uint16(b[2:]))+1 != len(b)/4 || word(b, 1) != 1 {
			t.Errorf("header of message %d: %x", i, b)
		}
	}
	rr, nack, pli, remb := all[0], all[1], all[2], all[3]
	if rr[0]&31 != 1 || word(rr, 2) != 8 || word(rr, 3) != 3<<24|0xffffff || word(rr, 4) != 70_000 || word(rr, 6) != 4 || word(rr, 7) != 5 {
		t.Errorf("report %x", rr)
	}
	if nack[0]&31 != 1 || word(nack, 2) != 8 || word(nack, 3) != 65535<<16|1|1<<3 || word(nack, 4) != 40<<16 {
		t.Errorf("NACK %x", nack)
	}
	if pli[0]&31 != 1 || word(pli, 2) != 9 {
		t.Errorf("PLI %x", pli)
	}
	rate := int64(word(remb, 4)&(1<<18-1)) << (word(remb, 4) >> 18 & 63)
	if remb[0]&31 != 15 || string(remb[12:16]) != "REMB" || remb[16] != 2 || word(remb, 5) != 8 || word(remb, 6) != 9 ||
		rate > 1_234_567 || rate < 1_234_000 {
		t.Errorf("REMB %x of %d", remb, rate)
	}
}

func TestPairs(t *testing.T) {
	if got := pairs([]uint16{20, 3, 4, 19, 2}); !slices.Equal(got, [][2]uint16{{2, 1 | 2}, {19, 1}}) {
		t.Errorf("%v", got)
	}
}
