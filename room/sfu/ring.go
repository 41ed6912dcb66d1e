package sfu

// ring keeps the last packets of one published layer for retransmission, once
// for all its subscribers: so many packets, and so many bytes of them, one
// behind the other. It is guarded by its layer's lock and allocated with the
// first packet that may be forwarded.
type ring struct {
	slots []slot
	bytes []byte
	end   uint64 // where the next payload goes, counted on and on; modulo len(bytes)
}

// slot is one packet kept.
type slot struct {
	used      bool
	marker    bool
	seq       uint16
	size      uint16
	timestamp uint32
	epoch     epoch  // of the sender's grant: another one makes the entry stale
	at        uint64 // of the payload, as ring.end counts
}

// slotSize is the largest payload kept. Browsers send at most 1,200 bytes.
const slotSize = 1260

// ringSize is how much of a layer is kept: about 2 s of what it may weigh. The
// packets are a power of two, as sequence numbers wrap.
type ringSize struct{ packets, bytes int }

var (
	ringHigh = ringSize{256, 160 << 10}
	ringLow  = ringSize{128, 48 << 10}
)

func (r *ring) put(p *packet, e epoch, size ringSize) {
	n := len(p.payload)
	if n > slotSize {
		return
	}
	if r.slots == nil {
		r.slots, r.bytes = make([]slot, size.packets), make([]byte, size.bytes)
	}
	at := int(r.end % uint64(len(r.bytes)))
	if left := len(r.bytes) - at; left < n { // a payload lies in one piece
		r.end, at = r.end+uint64(left), 0
	}
	r.slots[int(p.seq)%len(r.slots)] = slot{true, p.marker, p.seq, uint16(n), p.timestamp, e, r.end}
	copy(r.bytes[at:], p.payload)
	r.end += uint64(n)
}

// find is a packet's slot, nil where it is not kept any more.
func (r *ring) find(seq uint16, e epoch) *slot {
	if r.slots == nil {
		return nil
	}
	s := &r.slots[int(seq)%len(r.slots)]
	if !s.used || s.seq != seq || s.epoch != e || r.end-s.at > uint64(len(r.bytes)) {
		return nil
	}
	return s
}

// has tells whether a packet is kept.
func (r *ring) has(seq uint16, e epoch) bool { return r.find(seq, e) != nil }

// stamp is the timestamp of a packet that is kept.
func (r *ring) stamp(seq uint16, e epoch) (stamp uint32, ok bool) {
	s := r.find(seq, e)
	if s == nil {
		return 0, false
	}
	return s.timestamp, true
}

// get copies a packet's payload to p.buf[p.offset:] and fills the rest of p.
func (r *ring) get(seq uint16, e epoch, p *packet) bool {
	s := r.find(seq, e)
	if s == nil {
		return false
	}
	p.payload = p.buf[p.offset : p.offset+int(s.size)]
	copy(p.payload, r.bytes[s.at%uint64(len(r.bytes)):])
	p.seq, p.timestamp, p.marker = seq, s.timestamp, s.marker
	return true
}
