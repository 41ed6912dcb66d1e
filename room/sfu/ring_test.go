package sfu

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// What is found is what was put in, and the last of it is always found.
func TestTheRingKeepsTheLastPackets(t *testing.T) {
	for seed := range uint64(4) {
		random := rand.New(rand.NewPCG(seed, 4))
		size := ringSize{16 << random.IntN(3), 2*slotSize + random.IntN(20_000)}
		var r ring
		var put []packet
		found := 0
		for n := range uint16(900) {
			p := packet{seq: 64000 + n, timestamp: uint32(n), payload: make([]byte, random.IntN(slotSize+1))}
			for i := range p.payload {
				p.payload[i] = byte(n) + byte(i)
			}
			r.put(&p, 1, size)
			put = append(put, p)
			weight := 0
			for i := len(put) - 1; i >= max(0, len(put)-70); i -= 1 + random.IntN(9) {
				was := &put[i]
				weight = 0
				for _, after := range put[i:] {
					weight += len(after.payload)
				}
				p := packet{buf: make([]byte, slotSize+3), offset: 3}
				ok := r.get(was.seq, 1, &p)
				if young := len(put)-i <= size.packets && weight <= size.bytes-slotSize; !ok && young {
					t.Fatalf("seed %d: packet %d of %v is gone, %d bytes after it", seed, i, size, weight)
				}
				if !ok {
					continue
				}
				found++
				if stamp, _ := r.stamp(was.seq, 1); !bytes.Equal(p.payload, was.payload) || p.timestamp != was.timestamp || stamp != was.timestamp {
					t.Fatalf("seed %d: packet %d is another one", seed, i)
				}
			}
		}
		if r.has(put[len(put)-1].seq, 2) || found < 2000 {
			t.Errorf("seed %d: found under another grant, or only %d packets", seed, found)
		}
	}
}
