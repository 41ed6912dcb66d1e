package arrivals

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// FuzzRecorder feeds arrivals: two bytes by how much the number moves, and one by
// how much the clock does, which may stand still or go back. Whatever comes, each
// message can be read, says only what happened, and is bounded.
func FuzzRecorder(f *testing.F) {
	f.Add(uint16(65530), []byte{0, 1, 20, 0, 1, 20, 0, 2, 0, 0xff, 0xff, 0, 0, 3, 255})
	f.Add(uint16(0), []byte{4, 0, 1, 252, 0, 1, 4, 1, 1, 0x80, 0, 1, 0, 1, 100})
	r := rand.New(rand.NewPCG(1, 2))
	wild := make([]byte, 900)
	for i := range wild {
		wild[i] = byte(r.Uint32())
	}
	f.Add(uint16(7), wild)
	for i := range wild {
		if i%3 == 0 || i%3 == 1 && wild[i] < 240 {
			wild[i] = byte(i % 3)
		}
	}
	f.Add(uint16(65500), wild)
	f.Fuzz(func(t *testing.T, seq uint16, in []byte) {
		var rec Recorder
		now, happened := int64(0), map[uint16]map[int64]bool{}
		for in = in[:min(len(in), 600)]; len(in) >= 3; in = in[3:] {
			seq += binary.BigEndian.Uint16(in)
			now += int64(in[2]&0x3f) << (in[2] >> 6 * 6) * ms / 4
			if in[2] == 0x41 {
				now -= 10_000 * ms
			}
			rec.Received(seq, int(in[2])*8, now)
			if happened[seq] == nil {
				happened[seq] = map[int64]bool{}
			}
			happened[seq][ticks(now)] = true
			for _, got := range drain(t, &rec, now) {
				if got.arrived && !happened[got.seq][got.at] {
					t.Fatalf("%d did not arrive at %d", got.seq, got.at)
				}
			}
			if rec.base > rec.next || rec.next-rec.base > ringSize || rec.base < rec.next-ringSize {
				t.Fatalf("base %d, next %d", rec.base, rec.next)
			}
		}
	})
}

// TestHostileNumbers: 1,000 packets a second with the dearest numbers cost no more
// than a few kilobytes a second.
func TestHostileNumbers(t *testing.T) {
	patterns := map[string]func(i int64) int64{
		"jump by half the ring":  func(i int64) int64 { return i * ringSize / 2 },
		"jump by the ring":       func(i int64) int64 { return i * (ringSize + 1) },
		"jump by half of all":    func(i int64) int64 { return i * 32768 },
		"back and forth, near":   func(i int64) int64 { return i + i%2*(lateLimit-1) },
		"back and forth, far":    func(i int64) int64 { return i % 2 * 20000 },
		"every number, and late": func(i int64) int64 { return i - i%3*lateLimit/2 },
	}
	for name, number := range patterns {
		var r Recorder
		var buf [MaxMessage]byte
		bytes := 0
		for i := range int64(5000) {
			r.Received(uint16(number(i)), 0, i*ms)
			for round := 0; ; round++ {
				message := r.Append(buf[:0], ours, theirs, i*ms)
				if len(message) == 0 {
					break
				}
				if round == maxRound {
					t.Fatalf("%s: a round of more than %d", name, maxRound)
				}
				decode(t, message)
				bytes += len(message)
			}
		}
		t.Logf("%s: %d bytes a second, %+v", name, bytes/5, r.Stats())
		if bytes/5 > 12_000 {
			t.Errorf("%s: %d bytes a second", name, bytes/5)
		}
	}
}

func BenchmarkReceived(b *testing.B) {
	b.Run("in order", func(b *testing.B) {
		var r Recorder
		seq, now := uint16(0), int64(0)
		b.ReportAllocs()
		for b.Loop() {
			seq++
			now += 7 * ms
			r.Received(seq, 900, now)
		}
	})
	b.Run("hostile jumps", func(b *testing.B) {
		var r Recorder
		seq, now := uint16(0), int64(0)
		for b.Loop() {
			seq += ringSize
			now += ms
			r.Received(seq, 900, now)
		}
	})
}

// BenchmarkAppend is a message about 13 packets, one of them lost: 100 ms of a
// publisher.
func BenchmarkAppend(b *testing.B) {
	var r Recorder
	buf := make([]byte, 0, MaxMessage)
	seq, now, bytes := uint16(0), int64(0), 0
	b.ReportAllocs()
	for b.Loop() {
		for i := range 13 {
			if seq++; i != 5 {
				r.Received(seq, 900, now)
			}
			now += 7 * ms
		}
		message := r.Append(buf, ours, theirs, now)
		if len(message) == 0 {
			b.Fatal("no message")
		}
		bytes += len(message)
	}
	b.ReportMetric(float64(bytes)/float64(b.N), "bytes/message")
}
