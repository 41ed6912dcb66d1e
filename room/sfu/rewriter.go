package sfu

// rewriter makes one continuous stream out of the packets of many senders and
// layers: what a seat looks like to one subscriber. It is a pure state; the
// subscriber's lock serialises it. The zero value with clock set is ready.
//
// A run is a stretch of packets of one source. Within a run timestamps differ
// from the source's by a constant, and so do sequence numbers, gaps and
// reordering included, between the frames that are left out (cuts): the packet
// behind an outgoing sequence number is found by subtraction. Between runs the
// numbers go on where they stopped.
type rewriter struct {
	clock int64  // RTP clock rate in Hz
	least uint32 // smallest step of the timestamp between two runs

	running bool
	head    uint16 // newest outgoing sequence number
	stamp   uint32 // newest outgoing timestamp
	stampAt int64  // when it was sent, ns

	source      uint16 // newest incoming number, sent or left out
	seqOffset   uint16 // outgoing minus incoming
	stampOffset uint32
	length      uint32 // outgoing numbers in this run up to head
	open        uint32 // of length: those not yet sent may still be
	cuts        cuts

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
	w.running, w.length, w.open = true, 0, 0
	w.head, w.source = next-1, p.seq-1
	w.seqOffset, w.stampOffset = next-p.seq, stamp-p.timestamp
	w.stamp, w.stampAt = stamp, now
	w.cuts.begin(w.seqOffset)
}

// reserve keeps one number free in front of the run that begins next: the head
// then, until that run's first packet.
func (w *rewriter) reserve() {
	if w.running {
		w.head++
	}
}

// next maps a packet of the current run, and says how many frames were left
// out of the run after it. It refuses what was left out itself, what came
// before the run began, what lies too far back, and what close has ended.
func (w *rewriter) next(p *packet, now int64) (seq uint16, stamp uint32, after uint16, ok bool) {
	stamp = p.timestamp + w.stampOffset
	ahead := int16(p.seq - w.source)
	if ahead <= 0 {
		offset, frames, ok := w.cuts.place(p.seq, p.timestamp)
		seq = p.seq + offset
		back := w.head - seq
		return seq, stamp, w.cuts.frames() - frames, ok && uint32(back) < w.open && back < runLookback
	}
	seq = p.seq + w.seqOffset
	w.source = p.seq
	w.cuts.age(p.seq)
	w.advance(seq)
	if int32(stamp-w.stamp) > 0 {
		w.stamp, w.stampAt = stamp, now
	}
	return seq, stamp, 0, true
}

// advance moves the head on; the numbers between are kept free for packets
// that are missing.
func (w *rewriter) advance(head uint16) {
	by := uint32(head - w.head)
	w.head = head
	w.length += by
	w.open += by
}

// skip leaves a packet of the current run out, so that the outgoing numbers
// close up behind it. Numbers missing before it stay free, unless whole says
// that they belong to the same frame. frames counts those begun with it. What
// comes late needs no skipping: its number is free already.
func (w *rewriter) skip(p *packet, whole bool, frames uint16) {
	seq := p.seq
	ahead := int16(seq - w.source)
	if ahead <= 0 {
		return
	}
	first := seq
	if whole {
		first = w.source + 1
	} else if ahead > 1 {
		w.advance(seq - 1 + w.seqOffset)
	}
	w.source = seq
	w.seqOffset -= seq - first + 1
	forgotten, full := w.cuts.add(cut{first, seq, w.seqOffset, w.cuts.frames() + frames, p.timestamp, p.timestamp})
	if full {
		known := uint32(w.head - forgotten)
		w.length, w.open = min(w.length, known), min(w.open, known)
	}
}

// close ends the sending of packets up to the head: all of them have been
// sent.
func (w *rewriter) close() { w.open = 0 }

// contains tells whether an outgoing sequence number belongs to the current
// run and is young enough.
func (w *rewriter) contains(seq uint16) bool {
	back := w.head - seq
	return w.running && uint32(back) < w.length && back < runLookback
}

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
// the reference to it when it is newer. after is how many frames were left out
// between it and the newest. It fails only for a packet of an old frame
// without picture id that was never numbered.
func (s *vp8Sequence) next(d *vp8, stamp uint32, after uint16, again bool) (n vp8Numbers, ok bool) {
	n.id, ok = s.pictureID(d, stamp, after, again)
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

func (s *vp8Sequence) pictureID(d *vp8, stamp uint32, after uint16, again bool) (uint16, bool) {
	if d.idBits == 0 {
		return s.countFrame(stamp, again)
	}
	delta := s.ahead(d)
	id := (s.out.id + uint16(delta) + after) & idMask
	if delta > 0 && !again {
		s.in.id, s.out.id, s.bits = d.id, id, d.idBits
	}
	return id, true
}

// ahead is by how many frames a packet is newer than the newest. Encoders send
// short ids until they no longer fit, so a comparison is made in the width
// both have.
func (s *vp8Sequence) ahead(d *vp8) int16 {
	shift := 16 - min(d.idBits, max(s.bits, 7))
	return int16((d.id-s.in.id)<<shift) >> shift
}

// skip leaves out a frame with a picture id: the next one takes its number.
// Frames missing before it keep theirs. It tells whether this packet was the
// first of the frame to come.
func (s *vp8Sequence) skip(d *vp8) bool {
	delta := s.ahead(d)
	if delta <= 0 {
		return false
	}
	s.in.id, s.out.id, s.bits = d.id, (s.out.id+uint16(delta)-1)&idMask, d.idBits
	return true
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
