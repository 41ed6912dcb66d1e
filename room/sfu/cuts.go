package sfu

// maxCuts is how many stretches left out of a run are remembered. At twelve a
// second (every second frame) they reach back five seconds.
const maxCuts = 64

// cut is a stretch of source sequence numbers left out of a run, so that the
// outgoing ones close up.
type cut struct {
	first, last uint16 // source sequence numbers
	seqOffset   uint16 // outgoing minus incoming behind it
	frames      uint16 // frames left out of the run up to it, counted on
	from, to    uint32 // timestamps of the first and the last frame
}

// cuts are the latest of one run, oldest first. The zero value has none.
// What lies before the oldest one kept is forgotten with the ones dropped.
type cuts struct {
	count     int
	kept      [maxCuts]cut
	base      uint16 // outgoing minus incoming before all that are kept
	baseFrame uint16 // frames left out before all that are kept
}

// begin forgets all of the last run.
func (c *cuts) begin(offset uint16) { c.count, c.base, c.baseFrame = 0, offset, 0 }

// frames is how many frames the run has left out so far.
func (c *cuts) frames() uint16 {
	if c.count == 0 {
		return c.baseFrame
	}
	return c.kept[c.count-1].frames
}

// add leaves out the numbers first to last. It joins the stretch before it
// where nothing lies between. It returns the end of what had to be forgotten.
func (c *cuts) add(n cut) (forgotten uint16, full bool) {
	if c.count > 0 {
		if before := &c.kept[c.count-1]; before.last+1 == n.first {
			before.last, before.seqOffset, before.frames, before.to = n.last, n.seqOffset, n.frames, n.to
			return 0, false
		}
	}
	if full = c.count == maxCuts; full {
		forgotten = c.kept[0].last + c.kept[0].seqOffset
		c.forget()
	}
	c.kept[c.count] = n
	c.count++
	return forgotten, full
}

// forget drops the oldest.
func (c *cuts) forget() {
	c.base, c.baseFrame = c.kept[0].seqOffset, c.kept[0].frames
	copy(c.kept[:], c.kept[1:c.count])
	c.count--
}

// farCut is how far back a cut means nothing any more, well before sequence
// numbers wrap past it.
const farCut = 1 << 14

// age forgets the oldest when the source has left it far behind. It is called
// with every number, so one at a time is enough.
func (c *cuts) age(seq uint16) {
	if c.count > 0 && seq-c.kept[0].last > farCut {
		c.forget()
	}
}

// place is where a packet of the run lies: its offset, and the frames left out
// before it. It has no place in the stream if it was left out itself, or is a
// straggler of a frame that was.
func (c *cuts) place(seq uint16, stamp uint32) (offset, frames uint16, ok bool) {
	offset, frames = c.base, c.baseFrame
	i := c.count - 1
	for ; i >= 0; i-- {
		k := &c.kept[i]
		if int16(seq-k.last) > 0 {
			offset, frames = k.seqOffset, k.frames
			if k.to == stamp {
				return 0, 0, false
			}
			break
		}
		if int16(seq-k.first) >= 0 {
			return 0, 0, false
		}
	}
	if i+1 < c.count && c.kept[i+1].from == stamp {
		return 0, 0, false
	}
	return offset, frames, true
}

// source is the number behind an outgoing one.
func (c *cuts) source(out uint16) uint16 {
	for i := c.count - 1; i >= 0; i-- {
		k := &c.kept[i]
		if seq := out - k.seqOffset; int16(seq-k.last) > 0 {
			return seq
		}
	}
	return out - c.base
}
