package sfutest

import (
	"encoding/binary"
	"time"
)

// tagSize is the length of a tag: sender, frame, time.
const tagSize = 4 + 4 + 8

// whoseSize is the length of sender and frame alone.
const whoseSize = 4 + 4

// started is where Now begins to count.
var started = time.Now()

// Now is the clock of Packet.SentAt: Unix nanoseconds as they were when the
// process started, carried on by the monotonic clock, so that a step of the
// system's time makes no latency.
func Now() int64 { return started.UnixNano() + int64(time.Since(started)) }

// tag is what every payload carries: who sent it, in which frame, and when.
func tag(t, n uint32) []byte {
	b := binary.BigEndian.AppendUint32(make([]byte, 0, tagSize), t)
	b = binary.BigEndian.AppendUint32(b, n)
	return binary.BigEndian.AppendUint64(b, uint64(Now()))
}

// Tag is who sent a packet of the primary stream (Config.Tag), and the number
// of the frame.
func (p Packet) Tag() (who, frame uint32, ok bool) {
	b, ok := p.tag(whoseSize)
	if !ok {
		return 0, 0, false
	}
	return binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:]), true
}

// SentAt is when a packet of the primary stream was made, by the Now of the
// process that sent it; ok is false for a payload that is not of this package.
func (p Packet) SentAt() (ns int64, ok bool) {
	b, ok := p.tag(tagSize)
	if !ok {
		return 0, false
	}
	return int64(binary.BigEndian.Uint64(b[whoseSize:])), true
}

// tag is the first n bytes of the tag.
func (p Packet) tag(n int) ([]byte, bool) {
	at := 1 // after Opus' first byte
	if p.Video {
		d, found := ParseDescriptor(p.Payload)
		if !found {
			return nil, false
		}
		at = d.Size + 10
	}
	if len(p.Payload) < at+n {
		return nil, false
	}
	return p.Payload[at : at+n], true
}
