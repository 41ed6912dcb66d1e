package arrivals

import "encoding/binary"

const (
	vectorBit = 1 << 15 // else a run
	twoBits   = 1 << 14 // a vector of seven symbols of two bits, else fourteen of one
	maxRun    = 1<<13 - 1
	perOne    = 14 // symbols of a vector of single bits
	perTwo    = 7
)

// chunksFor is how many chunks n symbols take at most: each but the last holds
// seven or more.
func chunksFor(n int) int { return (n + perTwo - 1) / perTwo }

// appendChunks encodes symbols. Each chunk is the one that covers most from where it
// begins.
func appendChunks(to []byte, symbols []symbol) []byte {
	for len(symbols) > 0 {
		chunk, n := nextChunk(symbols)
		to = binary.BigEndian.AppendUint16(to, chunk)
		symbols = symbols[n:]
	}
	return to
}

// nextChunk is the best chunk for the first n symbols.
func nextChunk(symbols []symbol) (chunk uint16, n int) {
	run := runOf(symbols)
	if run == len(symbols) || run >= perOne {
		return uint16(symbols[0])<<13 | uint16(run), run
	}
	head := symbols[:min(perOne, len(symbols))]
	if fits(head) {
		return vectorBit | pack(head, perOne, 1), len(head)
	}
	if run >= perTwo {
		return uint16(symbols[0])<<13 | uint16(run), run
	}
	head = symbols[:min(perTwo, len(symbols))]
	return vectorBit | twoBits | pack(head, perTwo, 2), len(head)
}

// runOf is how many symbols are equal at the beginning.
func runOf(symbols []symbol) int {
	n := 1
	for n < len(symbols) && n < maxRun && symbols[n] == symbols[0] {
		n++
	}
	return n
}

// fits says whether single bits can hold the symbols.
func fits(symbols []symbol) bool {
	for _, s := range symbols {
		if s > small {
			return false
		}
	}
	return true
}

// pack is a vector of up to so many symbols; those that are left are missing.
func pack(symbols []symbol, count, bits int) (v uint16) {
	for i, s := range symbols {
		v |= uint16(s) << ((count - 1 - i) * bits)
	}
	return v
}
