package arrivals

import (
	"encoding/binary"
	"math"
)

// MaxMessage is the greatest length of a message in bytes, which leaves room for
// SRTCP, UDP and IP on any path.
const MaxMessage = 1200

const (
	headerSize = 20 // RTCP header, two SSRCs, and what comes before the chunks

	version2       = 2 << 6
	paddingBit     = 1 << 5
	formatTCC      = 15  // transport-wide feedback
	typeRTPFB      = 205 // transport layer feedback, RFC 4585
	ticksReference = 256 // in the unit of the reference time, 64 ms

	// maxRound is how many messages may follow one another at once.
	maxRound = 4
)

// round is a run of messages about the numbers before end.
type round struct {
	left int   // messages it may still have; 0: there is none
	end  int64 // one past the last number
}

// Append appends the next RTCP message if one is due, always one whole message
// of at most MaxMessage bytes, and returns to unchanged otherwise. Call
// it until it adds nothing, at most four times in a row. senderSSRC is
// ours, mediaSSRC is that of any stream of the publisher; now is in nanoseconds.
func (r *Recorder) Append(to []byte, senderSSRC, mediaSSRC uint32, now int64) []byte {
	if r.round.left == 0 || r.base >= r.round.end {
		if !r.pace.due(now) {
			r.round = round{}
			return to
		}
		r.round = round{left: maxRound, end: r.next}
	}
	before := len(to)
	to = r.message(to, senderSSRC, mediaSSRC)
	r.stats.Messages++
	r.pace.spend(len(to) - before)
	if r.round.left--; r.round.left == 0 || r.base >= r.round.end {
		r.round = round{}
		r.pace.rest(r.waiting(), now)
	}
	return to
}

// waiting is how many packets are left over after a round.
func (r *Recorder) waiting() (n int) {
	for i := r.base; i < r.next; i++ {
		if r.has(i) {
			n++
		}
	}
	return n
}

// message appends the message that starts at base, and moves base behind it.
func (r *Recorder) message(to []byte, senderSSRC, mediaSSRC uint32) []byte {
	var space [ringSize]symbol
	symbols, reference := r.symbols(space[:0])
	start := len(to)
	to = append(to, version2|formatTCC, typeRTPFB, 0, 0)
	to = binary.BigEndian.AppendUint32(to, senderSSRC)
	to = binary.BigEndian.AppendUint32(to, mediaSSRC)
	to = binary.BigEndian.AppendUint16(to, uint16(r.base))
	to = binary.BigEndian.AppendUint16(to, uint16(len(symbols)))
	to = binary.BigEndian.AppendUint32(to, uint32(reference)<<8|uint32(r.count))
	to = appendChunks(to, symbols)
	to = r.appendDeltas(to, symbols, reference*ticksReference)
	r.count++
	r.base += int64(len(symbols))
	return finish(to, start)
}

// symbols says what became of each number from base on, of as many as one message
// can hold, and the reference time. There is one that arrived among them: the
// last of every round did, and the first that did always fits.
func (r *Recorder) symbols(out []symbol) (symbols []symbol, reference int64) {
	size, last, any := headerSize, int64(0), false
	for n := r.base; n < r.round.end; n++ {
		if !r.has(n) {
			out = append(out, missing)
			continue
		}
		at := r.at[n&(ringSize-1)]
		if !any {
			any, reference = true, at>>8
			last = reference * ticksReference
		}
		s := symbolOf(at - last)
		size += s.size()
		if s == tooLarge || size+2*chunksFor(len(out)+1) > MaxMessage {
			break
		}
		out, last = append(out, s), at
	}
	return out, reference
}

// appendDeltas appends the times between the packets that arrived.
func (r *Recorder) appendDeltas(to []byte, symbols []symbol, last int64) []byte {
	for i, s := range symbols {
		if s == missing {
			continue
		}
		at := r.at[(r.base+int64(i))&(ringSize-1)]
		if s == small {
			to = append(to, byte(at-last))
		} else {
			to = binary.BigEndian.AppendUint16(to, uint16(at-last))
		}
		last = at
	}
	return to
}

// finish pads the message that begins at start to whole words and sets its
// length.
func finish(to []byte, start int) []byte {
	if padding := -(len(to) - start) & 3; padding > 0 {
		for range padding - 1 {
			to = append(to, 0)
		}
		to = append(to, byte(padding))
		to[start] |= paddingBit
	}
	binary.BigEndian.PutUint16(to[start+2:], uint16((len(to)-start)/4-1))
	return to
}

// symbol is the status of a packet.
type symbol uint8

const (
	missing  symbol = 0
	small    symbol = 1 // arrived 0 to 63.75 ms after the one before: one byte
	large    symbol = 2 // earlier, or later: two bytes
	tooLarge symbol = 3 // no delta can say it; reserved on the wire
)

func symbolOf(delta int64) symbol {
	switch {
	case delta >= 0 && delta <= math.MaxUint8:
		return small
	case delta >= math.MinInt16 && delta <= math.MaxInt16:
		return large
	}
	return tooLarge
}

// size is how many bytes its delta takes.
func (s symbol) size() int { return int(s) }
