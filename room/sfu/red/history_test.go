package red

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// stream keeps packets 20 ms apart.
func stream(h *History, epoch uint64, seqs ...uint16) {
	for _, s := range seqs {
		h.Keep(s, uint32(s)*960, epoch, fmt.Append(nil, s))
	}
}

// before is which packets are repeated with seq, by their number.
func before(h *History, epoch uint64, seq uint16) (seqs []uint16) {
	for _, b := range h.Before(seq, uint32(seq)*960, epoch, nil) {
		s := uint16(b.Timestamp / 960)
		if string(b.Data) != fmt.Sprint(s) {
			panic("another packet's data")
		}
		seqs = append(seqs, s)
	}
	return seqs
}

func TestBefore(t *testing.T) {
	for _, c := range []struct {
		name string
		kept []uint16
		seq  uint16
		want string
	}{
		{"nothing", nil, 5, "[]"},
		{"one", []uint16{4}, 5, "[4]"},
		{"two", []uint16{3, 4}, 5, "[3 4]"},
		{"the last two", []uint16{1, 2, 3, 4}, 5, "[3 4]"},
		{"one lost", []uint16{1, 2, 3}, 5, "[3]"},
		{"a gap", []uint16{1, 2}, 5, "[]"},
		{"a longer gap", []uint16{1, 2}, 7, "[]"},
		{"the other order", []uint16{4, 3}, 5, "[3 4]"},
		{"a late one takes no place", []uint16{6, 7, 3, 2}, 8, "[6 7]"},
		{"for a late one", []uint16{2, 5}, 4, "[2]"},
		{"not itself, nor newer ones", []uint16{5, 6}, 5, "[]"},
		{"a stream that began anew", []uint16{30000, 30001, 30002, 30003, 3, 4}, 5, "[3 4]"},
	} {
		var h History
		stream(&h, 1, c.kept...)
		if got := fmt.Sprint(before(&h, 1, c.seq)); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestBlocksOutliveKeep: what was handed out for a packet is not overwritten by it.
func TestBlocksOutliveKeep(t *testing.T) {
	var h History
	stream(&h, 1, 1, 2)
	blocks := h.Before(3, 3*960, 1, nil)
	stream(&h, 1, 3)
	if !same(blocks, []Block{{0, 960, []byte("1")}, {0, 2 * 960, []byte("2")}}) {
		t.Fatalf("%v", blocks)
	}
}

func TestOverTheWrap(t *testing.T) {
	var h History
	h.Keep(65535, 1<<32-960, 1, []byte("a"))
	h.Keep(0, 0, 1, []byte("b"))
	got := h.Before(1, 960, 1, nil)
	if !same(got, []Block{{0, 1<<32 - 960, []byte("a")}, {0, 0, []byte("b")}}) {
		t.Fatalf("%v", got)
	}
}

func TestAnotherEpochIsStale(t *testing.T) {
	var h History
	stream(&h, 1, 3, 4)
	if got := before(&h, 2, 5); len(got) > 0 {
		t.Fatalf("%v of before the mute", got)
	}
	stream(&h, 2, 5)
	if got := fmt.Sprint(before(&h, 2, 6)); got != "[5]" {
		t.Fatalf("%v", got)
	}
	stream(&h, 3, 1) // a lower number, right after
	if got := fmt.Sprint(before(&h, 3, 2)); got != "[1]" {
		t.Fatalf("%v", got)
	}
}

func TestSilenceIsStale(t *testing.T) {
	var h History
	h.Keep(1, 0, 1, []byte("a"))
	if got := h.Before(2, MaxOffset+1, 1, nil); len(got) > 0 { // DTX: numbers go on, time has passed
		t.Fatalf("%v of before the silence", got)
	}
}

func TestLongPacketsAreNotKept(t *testing.T) {
	var h History
	stream(&h, 1, 1, 2)
	h.Keep(3, 3*960, 1, make([]byte, MaxPayload+1))
	h.Keep(4, 4*960, 1, nil)
	if got := before(&h, 1, 5); len(got) > 0 {
		t.Fatalf("%v", got)
	}
	h.Keep(5, 5*960, 1, make([]byte, MaxPayload))
	if got := h.Before(6, 6*960, 1, nil); len(got) != 1 || len(got[0].Data) != MaxPayload {
		t.Fatalf("%d packets", len(got))
	}
}

// TestListener loses packets on the way to a listener who gets two blocks of
// redundancy: nothing is missing but after three losses in a row, and all is the
// talker's, in the right place.
func TestListener(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var h History
	heard, lost, run, missing := map[uint32]string{}, 0, 0, 0
	const packets = 5000
	for i := range packets {
		seq, stamp, data := uint16(64000+i), uint32(1<<32-960*100)+uint32(i)*960, fmt.Append(nil, "voice ", i)
		blocks := h.Before(seq, stamp, 9, nil)
		h.Keep(seq, stamp, 9, data)
		payload := Append(nil, Block{111, stamp, data}, blocks...)
		if r.IntN(4) == 0 {
			lost++
			if run++; run > Depth {
				missing++ // the run's first is beyond repair, and so on
			}
			continue
		}
		run = 0
		got, err := Parse(payload, stamp, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range got {
			if was, ok := heard[b.Timestamp]; ok && was != string(b.Data) {
				t.Fatalf("two sounds at one time: %q, %q", was, b.Data)
			}
			heard[b.Timestamp] = string(b.Data)
		}
	}
	if want := packets - missing; lost < 1000 || len(heard) < want-Depth || len(heard) > want {
		t.Fatalf("%d of %d heard, %d lost, %d beyond repair", len(heard), packets, lost, missing)
	}
	for i := range packets {
		if got, ok := heard[uint32(1<<32-960*100)+uint32(i)*960]; ok && got != fmt.Sprint("voice ", i) {
			t.Fatalf("packet %d is %q", i, got)
		}
	}
}

func TestNoAllocations(t *testing.T) {
	var h History
	seq, payload, buf := uint16(0), make([]byte, 80), make([]byte, 0, 400)
	var space, parsed [MaxBlocks]Block
	size := 0
	if n := testing.AllocsPerRun(1000, func() {
		seq++
		blocks := h.Before(seq, uint32(seq)*960, 1, space[:0])
		h.Keep(seq, uint32(seq)*960, 1, payload)
		made := Append(buf, Block{111, uint32(seq) * 960, payload}, blocks...)
		size = len(made)
		if _, err := Parse(made, uint32(seq)*960, parsed[:0]); err != nil {
			t.Fatal(err)
		}
	}); n != 0 || size != 3*80+9 {
		t.Fatalf("%v allocations, %d bytes", n, size)
	}
}

// BenchmarkRepeat is a packet of 80 bytes with two before it.
func BenchmarkRepeat(b *testing.B) {
	var h History
	seq, payload, buf := uint16(0), make([]byte, 80), make([]byte, 0, 400)
	var space [Depth]Block
	b.ReportAllocs()
	size := 0
	for b.Loop() {
		seq++
		blocks := h.Before(seq, uint32(seq)*960, 1, space[:0])
		h.Keep(seq, uint32(seq)*960, 1, payload)
		size = len(Append(buf, Block{111, uint32(seq) * 960, payload}, blocks...))
	}
	b.ReportMetric(float64(size), "bytes/packet")
}
