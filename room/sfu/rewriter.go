package sfu

// rewriter makes one continuous stream out of the packets of many senders and
// layers: what a seat looks like to one subscriber. It is a pure state; the
// subscriber's lock serialises it. The zero value with clock set is ready.
//
// A run is a stretch of packets of one source. Within a run nothing is left
// out, so sequence numbers and timestamps differ from the source's by a
// constant, gaps and reordering included, and the packet behind an outgoing
// sequence number is found by subtraction. Between runs the numbers go on
// where they stopped.
type rewriter struct {
	clock int64  // RTP clock rate in Hz
	least uint32 // smallest step of the timestamp between two runs

	running bool
	head    uint16 // newest outgoing sequence number
	stamp   uint32 // newest outgoing timestamp
	stampAt int64  // when it was sent, ns

	seqOffset   uint16 // outgoing minus incoming
	stampOffset uint32
	length      uint32 // sequence numbers in this run up to head

	video vp8Sequence
}

// runLookback is how far behind the head a packet is still forwarded.
const runLookback = windowSize

// begin starts a run with the packet given. stamp is its outgoing timestamp
// where the caller knows better than the clock.
func (w *rewriter) begin(p *packet, now int64, stamp uint32, known bool) {
	byClock := w.stamp + uint32((now-w.stampAt)/1000*w.clock/1e6)
	switch off := int64(int32(stamp - byClock)); {
	case !w.running:
		stamp = p.timestamp
	case !known || max(off, -off) > w.clock: // more than a second off is a lie
		stamp = byClock
	}
	if w.running && int32(stamp-w.stamp) < int32(w.least) {
		stamp = w.stamp + w.least
	}
	next := w.head + 1
	if !w.running {
		next = p.seq
	}
	w.running, w.length = true, 0
	w.head = next - 1
	w.seqOffset, w.stampOffset = next-p.seq, stamp-p.timestamp
	w.stamp, w.stampAt = stamp, now
}

// next maps a packet of the current run. It refuses what came before the run
// began or lies too far back.
func (w *rewriter) next(p *packet, now int64) (seq uint16, stamp uint32, ok bool) {
	seq, stamp = p.seq+w.seqOffset, p.timestamp+w.stampOffset
	ahead := int16(seq - w.head)
	if ahead <= 0 {
		return seq, stamp, w.contains(seq)
	}
	w.head = seq
	w.length += uint32(ahead)
	if int32(stamp-w.stamp) > 0 {
		w.stamp, w.stampAt = stamp, now
	}
	return seq, stamp, true
}

// contains tells whether an outgoing sequence number belongs to the current
// run and is young enough.
func (w *rewriter) contains(seq uint16) bool {
	back := w.head - seq
	return w.running && uint32(back) < w.length && back < runLookback
}

// source is the incoming sequence number behind an outgoing one.
func (w *rewriter) source(seq uint16) uint16 { return seq - w.seqOffset }

// vp8Numbers are the counters of a VP8 descriptor.
type vp8Numbers struct {
	id  uint16 // picture id, 15 bits
	tl0 uint8
	key uint8 // 5 bits
}

// vp8Sequence continues picture ids, TL0PICIDX and KEYIDX over the runs of a
// seat. References are a pair of incoming and outgoing numbers of the same
// frame; everything else is the signed distance from them.
type vp8Sequence struct {
	used    bool
	out     vp8Numbers // outgoing numbers at the reference
	in      vp8Numbers // incoming ones
	bits    uint8      // of the incoming picture id
	frame   uint32     // incoming timestamp of the newest frame
	numbers [8]frameNumber
}

// frameNumber remembers the picture id given to a frame that had none.
type frameNumber struct {
	stamp uint32
	id    uint16
	used  bool
}

// begin starts a run with a keyframe.
func (s *vp8Sequence) begin(d *vp8, stamp uint32) {
	if s.used {
		s.out.id = (s.out.id + 1) & idMask
		s.out.tl0++
		s.out.key = (s.out.key + 1) & vp8KeyMask
	} else {
		s.out = vp8Numbers{d.id, d.tl0, d.key()}
	}
	s.used, s.bits, s.frame = true, d.idBits, stamp
	s.in = vp8Numbers{d.id, d.tl0, d.key()}
	s.numbers = [8]frameNumber{{stamp, s.out.id, true}}
}

// next maps the numbers of one packet and, unless it is a repetition, moves
// the reference to it when it is newer. It fails only for a packet of an old
// frame without picture id that was never numbered.
func (s *vp8Sequence) next(d *vp8, stamp uint32, again bool) (n vp8Numbers, ok bool) {
	n.id, ok = s.pictureID(d, stamp, again)
	tl0 := int8(d.tl0 - s.in.tl0)
	key := int8((d.key()-s.in.key)<<3) >> 3
	n.tl0 = s.out.tl0 + uint8(tl0)
	n.key = (s.out.key + uint8(key)) & vp8KeyMask
	if again || !ok {
		return n, ok
	}
	if d.hasTL0 && tl0 > 0 {
		s.in.tl0, s.out.tl0 = d.tl0, n.tl0
	}
	if d.hasKey && key > 0 {
		s.in.key, s.out.key = d.key(), n.key
	}
	return n, true
}

func (s *vp8Sequence) pictureID(d *vp8, stamp uint32, again bool) (uint16, bool) {
	if d.idBits == 0 {
		return s.countFrame(stamp, again)
	}
	// Encoders send short ids until they no longer fit, so a comparison is
	// made in the width both have.
	shift := 16 - min(d.idBits, max(s.bits, 7))
	delta := int16((d.id-s.in.id)<<shift) >> shift
	id := (s.out.id + uint16(delta)) & idMask
	if delta > 0 && !again {
		s.in.id, s.out.id, s.bits = d.id, id, d.idBits
	}
	return id, true
}

// countFrame numbers the frames of a sender without picture ids.
func (s *vp8Sequence) countFrame(stamp uint32, again bool) (uint16, bool) {
	for _, f := range s.numbers {
		if f.used && f.stamp == stamp {
			return f.id, true
		}
	}
	if again || int32(stamp-s.frame) <= 0 {
		return 0, false
	}
	s.out.id = (s.out.id + 1) & idMask
	s.frame = stamp
	s.numbers[s.out.id%8] = frameNumber{stamp, s.out.id, true}
	return s.out.id, true
}
