package red

const (
	// Depth is how many packets Before hands out at most.
	Depth = 2
	// slots is how many are kept, so that those handed out outlive the Keep that
	// follows. It divides the sequence numbers evenly.
	slots = 4
	// MaxPayload is the longest payload it keeps, in bytes: 20 ms of Opus at 160
	// kbit/s. We negotiate less.
	MaxPayload = 400

	// reordered is by how many numbers a late packet is late; what is older still
	// is of a stream that began anew.
	reordered = 100
)

// packet is one that was kept.
type packet struct {
	seq       uint16
	timestamp uint32
	epoch     uint64
	length    int // 0: none
	data      [MaxPayload]byte
}

// History holds the last packets of one audio stream. The zero value is
// empty; it is 1.7 KB. It belongs to one goroutine, that which reads the stream. What
// Before hands out is good until a packet after the one it was asked for is kept.
type History struct {
	packets [slots]packet
}

// Before appends the packets that can be repeated with the given one, the oldest
// first: those one and two sequence numbers before it, if they have its epoch and lie no
// more than MaxOffset before it. So after a gap, a mute, or with another talker,
// there is none. The payload types are zero; the caller knows which one its listener
// has for Opus.
func (h *History) Before(seq uint16, timestamp uint32, epoch uint64, to []Block) []Block {
	for back := uint16(Depth); back > 0; back-- {
		p := &h.packets[(seq-back)%slots]
		if p.length == 0 || p.seq != seq-back || p.epoch != epoch {
			continue
		}
		b := Block{Timestamp: p.timestamp, Data: p.data[:p.length]}
		if b.repeats(timestamp) {
			to = append(to, b)
		}
	}
	return to
}

// Keep copies a packet into the history. The epoch changes with every grant, mute and
// holder of the stream. A packet that arrives after newer ones of its epoch takes no newer
// one's place, and one that is empty or longer than MaxPayload is not kept.
func (h *History) Keep(seq uint16, timestamp uint32, epoch uint64, payload []byte) {
	p := &h.packets[seq%slots]
	if d := int16(seq - p.seq); p.length > 0 && p.epoch == epoch && d < 0 && d > -reordered {
		return
	}
	p.length = 0
	if len(payload) > 0 && len(payload) <= MaxPayload {
		p.seq, p.timestamp, p.epoch = seq, timestamp, epoch
		p.length = copy(p.data[:], payload)
	}
}
