package sfu

// arrival says what a sequence number is to a stream.
type arrival uint8

const (
	fresh     arrival = iota // the next, or further ahead
	late                     // older than the newest, and missing until now
	duplicate                // seen before
	stale                    // too old to tell
	restart                  // the stream began anew here
)

const (
	windowSize = 512 // sequence numbers looked back on
	// How far a stream may jump ahead, in packets. A longer jump counts as a
	// new stream, so that a sender cannot run the receivers' rollover counters
	// (RFC 3711, 3.3.1) away from them. Sound begins anew at no cost, a
	// picture only with a keyframe.
	maxGapAudio = 50
	maxGapVideo = 256
)

// window is what a received stream has had of its sequence numbers. The zero
// value with gap set is ready. Not safe for concurrent use.
type window struct {
	gap     int16 // maxGapAudio or maxGapVideo
	started bool
	head    uint16 // newest
	cycles  uint32 // wraps of head
	odd     uint16 // the sequence number after a stale one
	suspect bool   // odd is set
	seen    [windowSize / 64]uint64
}

// ahead is by how many sequence numbers accepting seq moves the stream on,
// at least 1.
func (w *window) ahead(seq uint16) uint16 {
	if d := int16(seq - w.head); w.started && d > 0 && d <= w.gap {
		return uint16(d)
	}
	return 1
}

// accept files a sequence number.
func (w *window) accept(seq uint16) arrival {
	d := int16(seq - w.head)
	switch {
	case !w.started || d > w.gap:
		w.reset(seq)
		return restart
	case d > 0:
		w.advance(seq, uint16(d))
		return fresh
	case d > -windowSize:
		if w.has(seq) {
			return duplicate
		}
		w.mark(seq)
		return late
	}
	return w.old(seq)
}

// old decides about a number before the window: two in a row are a stream
// that began anew with the same SSRC (RFC 3550, A.1).
func (w *window) old(seq uint16) arrival {
	if w.suspect && seq == w.odd {
		w.reset(seq)
		return restart
	}
	w.suspect, w.odd = true, seq+1
	return stale
}

func (w *window) reset(seq uint16) {
	*w = window{gap: w.gap, started: true, head: seq, cycles: w.cycles}
	w.mark(seq)
}

func (w *window) advance(seq, by uint16) {
	for i := uint16(1); i < by; i++ {
		w.clear(w.head + i)
	}
	if seq < w.head {
		w.cycles++
	}
	w.head, w.suspect = seq, false
	w.mark(seq)
}

func (w *window) bit(seq uint16) (word *uint64, mask uint64) {
	i := seq % windowSize
	return &w.seen[i/64], 1 << (i % 64)
}

func (w *window) has(seq uint16) bool { word, m := w.bit(seq); return *word&m != 0 }
func (w *window) mark(seq uint16)     { word, m := w.bit(seq); *word |= m }
func (w *window) clear(seq uint16)    { word, m := w.bit(seq); *word &^= m }

// highest is the extended highest sequence number of receiver reports.
func (w *window) highest() uint32 { return w.cycles<<16 | uint32(w.head) }
