package sfu

// ring keeps the last packets of one published layer for retransmission, once
// for all its subscribers. It is guarded by its layer's lock and allocated
// with the first packet that may be forwarded.
type ring struct {
	slots []slot
	bytes []byte
}

// slot is one packet kept.
type slot struct {
	used      bool
	marker    bool
	seq       uint16
	size      uint16
	timestamp uint32
	epoch     epoch // of the sender's grant: another one makes the entry stale
}

// slotSize is the largest payload kept. Browsers send at most 1,200 bytes.
const slotSize = 1260

// Ring sizes in packets: about 2 s of a layer.
const (
	ringHigh = 256
	ringLow  = 128
)

func (r *ring) put(p *packet, e epoch, size int) {
	if len(p.payload) > slotSize {
		return
	}
	if r.slots == nil {
		r.slots, r.bytes = make([]slot, size), make([]byte, size*slotSize)
	}
	i := int(p.seq) % len(r.slots)
	r.slots[i] = slot{true, p.marker, p.seq, uint16(len(p.payload)), p.timestamp, e}
	copy(r.bytes[i*slotSize:], p.payload)
}

// has tells whether a packet is kept.
func (r *ring) has(seq uint16, e epoch) bool {
	if r.slots == nil {
		return false
	}
	s := &r.slots[int(seq)%len(r.slots)]
	return s.used && s.seq == seq && s.epoch == e
}

// get copies a packet's payload to p.buf[p.offset:] and fills the rest of p.
func (r *ring) get(seq uint16, e epoch, p *packet) bool {
	if !r.has(seq, e) {
		return false
	}
	i := int(seq) % len(r.slots)
	s := r.slots[i]
	p.payload = p.buf[p.offset : p.offset+int(s.size)]
	copy(p.payload, r.bytes[i*slotSize:])
	p.seq, p.timestamp, p.marker = seq, s.timestamp, s.marker
	return true
}
