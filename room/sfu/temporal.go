package sfu

// topTemporal is the highest temporal layer of VP8 (RFC 7741: two bits).
const topTemporal = 3

// temporal is which temporal layers of a picture a subscriber gets. Going
// down happens with the next frame; a layer is added with a frame of it that
// depends on the lowest layer alone (Y), or a keyframe. Guarded by its
// subscriber's lock.
type temporal struct {
	level uint8  // the highest layer sent now
	stamp uint32 // timestamp of the frame decided last
	kept  bool
}

// decide decides over a frame, once: it tells whether the packet was the first
// of it.
func (s *temporal) decide(d *vp8, stamp uint32, top uint8) bool {
	if stamp == s.stamp {
		return false
	}
	s.stamp = stamp
	s.level = min(s.level, top)
	switch {
	case d.keyframe:
		s.level = top
	case s.level < top && d.tid() == s.level+1 && d.sync():
		s.level++
	}
	s.kept = d.tid() <= s.level
	return true
}
