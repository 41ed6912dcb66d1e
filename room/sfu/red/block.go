package red

import (
	"encoding/binary"
	"errors"
)

const (
	// MaxOffset is how far before its packet a redundant block may lie, in units of
	// the timestamp: 14 bits, 341 ms at 48 kHz.
	MaxOffset = 1<<14 - 1
	// MaxLength is the longest redundant block in bytes: 10 bits.
	MaxLength = 1<<10 - 1
	// MaxBlocks is the most blocks Parse takes, the primary one included.
	MaxBlocks = 8

	headerSize  = 4 // of a redundant block
	primarySize = 1 // of the header of the primary block
	follows     = 0x80
)

var (
	// ErrMalformed is returned for a payload whose headers and length disagree.
	ErrMalformed = errors.New("red: malformed payload")
	// ErrTooManyBlocks is returned for more than MaxBlocks blocks.
	ErrTooManyBlocks = errors.New("red: too many blocks")
)

// Block is a packet's worth of sound.
type Block struct {
	PayloadType uint8  // of its codec, 7 bits
	Timestamp   uint32 // RTP
	Data        []byte // not owned by the Block
}

// repeats says whether RFC 2198 can carry the block along with a later packet.
func (b *Block) repeats(timestamp uint32) bool {
	offset := timestamp - b.Timestamp
	return offset > 0 && offset <= MaxOffset && len(b.Data) > 0 && len(b.Data) <= MaxLength
}

// Append appends the payload of a RED packet with the given timestamp's primary block and
// the redundant ones, which are to be in order, the oldest first. One that does not fit its
// header - MaxOffset, MaxLength, or not older than the primary - is left out.
// Payload types are cut to 7 bits. It allocates nothing where to has room for the
// data, 4 bytes a redundant block, and 1.
func Append(to []byte, primary Block, redundant ...Block) []byte {
	for i := range redundant {
		if b := &redundant[i]; b.repeats(primary.Timestamp) {
			offset := primary.Timestamp - b.Timestamp
			to = binary.BigEndian.AppendUint32(to,
				follows<<24|uint32(b.PayloadType&0x7f)<<24|offset<<10|uint32(len(b.Data)))
		}
	}
	to = append(to, primary.PayloadType&0x7f)
	for i := range redundant {
		if b := &redundant[i]; b.repeats(primary.Timestamp) {
			to = append(to, b.Data...)
		}
	}
	return append(to, primary.Data...)
}

// Parse appends the blocks of a RED payload in the order they came, the primary one
// last; timestamp is the packet's. Data are parts of payload. The error
// is ErrMalformed or ErrTooManyBlocks, and then nothing is appended.
func Parse(payload []byte, timestamp uint32, to []Block) ([]Block, error) {
	data, ok := skipHeaders(payload)
	if !ok {
		return to, ErrMalformed
	}
	blocks := to
	for n := 0; ; n++ {
		if n == MaxBlocks {
			return to, ErrTooManyBlocks
		}
		if payload[0]&follows == 0 {
			return append(blocks, Block{payload[0], timestamp, data}), nil
		}
		h := binary.BigEndian.Uint32(payload)
		length := int(h & MaxLength)
		if length > len(data) {
			return to, ErrMalformed
		}
		blocks = append(blocks, Block{uint8(h >> 24 & 0x7f), timestamp - h>>10&MaxOffset, data[:length:length]})
		payload, data = payload[headerSize:], data[length:]
	}
}

// skipHeaders is what follows the headers, of which there is a last one.
func skipHeaders(payload []byte) (data []byte, ok bool) {
	for len(payload) > 0 && payload[0]&follows != 0 {
		if len(payload) < headerSize {
			return nil, false
		}
		payload = payload[headerSize:]
	}
	if len(payload) == 0 {
		return nil, false
	}
	return payload[primarySize:], true
}
